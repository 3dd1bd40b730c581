import ArgumentParser
import Domain
import Foundation
import Worker

/// What a worker starts for each clip; of no use to people.
struct AnalyzerChildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "analyzer-child", shouldDisplay: false)

    /// JSON of `Judging`.
    @Option var judging: String
    @Option var rules: String?
    @Option var models: String
    @Option var threads: Int
    @Option var memory: UInt64
    @Option var cpuSeconds: UInt64

    func run() throws {
        let judging = try JSONDecoder().decode(Judging.self, from: Data(judging.utf8))
        let code = AnalyzerChild.run(
            AnalyzerChild.Request(
                judging: judging, modelFolder: models, rulesFolder: rules, threads: threads,
                memoryBytes: memory, cpuSeconds: cpuSeconds))
        throw ExitCode(code)
    }
}
