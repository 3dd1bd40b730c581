import ArgumentParser

@main
struct PTHub: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pthub",
        abstract: "Personal-training hub: session videos in, posture feedback out.",
        discussion: """
            Try it: pthub demo, or without a database: pthub analyze clip.mp4 --exercise squat

            Exit codes: 0 done, 1 failed (the reason is on standard error), 64 wrong usage, 65 a clip that cannot \
            be analysed, 66 a file that is not there, 69 something that is needed is missing (models, database, CPU \
            feature), 74 reading or writing failed.
            """,
        version: ProgramVersion.current,
        subcommands: [
            DemoCommand.self, ServeCommand.self, WorkCommand.self, MigrateCommand.self, AnalyzeCommand.self,
            RescoreCommand.self, PostureCommand.self,
            QueueCommand.self, UserCommand.self, KernelCommand.self, AnalyzerChildCommand.self,
        ])
}
