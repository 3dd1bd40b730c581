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

    /// As the library's own, but a command that does not wait for others runs on the program's first thread: that one's
    /// heap is the one that all threads can share.
    @MainActor static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            exit(withError: error)
        }
    }
}
