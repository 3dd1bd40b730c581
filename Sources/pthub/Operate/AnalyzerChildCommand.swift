import ArgumentParser
import Domain
import Worker

/// What a worker starts for each clip; of no use to people.
struct AnalyzerChildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "analyzer-child", shouldDisplay: false)

    @Option var exercise: ExerciseID
    @Option var rules: String?
    @Option var models: String
    @Option var threads: Int
    @Option var memory: UInt64
    @Option var cpuSeconds: UInt64

    func run() throws {
        let code = AnalyzerChild.run(
            AnalyzerChild.Request(
                exercise: exercise, modelFolder: models, rulesFolder: rules, threads: threads,
                memoryBytes: memory, cpuSeconds: cpuSeconds))
        throw ExitCode(code)
    }
}
