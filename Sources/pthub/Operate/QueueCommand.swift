import ArgumentParser
import Domain
import Foundation
import Jobs
import Postgres
import Store

/// The job table for operators.
struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "Look at the jobs, cancel them, try them again, rescore clips.",
        subcommands: [Depth.self, List.self, Retry.self, Cancel.self, Rescore.self], defaultSubcommand: Depth.self)

    struct Depth: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "How many jobs are in which state.")
        @Flag(help: "As JSON.") var json = false

        func run() async throws {
            try await onQueue { queue in
                let depths = try await queue.depth()
                if json {
                    try printJSON(
                        depths.map { ["queue": $0.queue, "state": $0.state.rawValue, "count": "\($0.count)"] })
                } else if depths.isEmpty {
                    print("The queue is empty.")
                } else {
                    for depth in depths { print("\(depth.queue)  \(depth.state.rawValue)  \(depth.count)") }
                }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The newest jobs, with the reason of a failure.")
        @Option(help: "Only this state: \(JobState.allCases.map(\.rawValue).joined(separator: ", ")).")
        var state: JobState?
        @Option(help: "At most so many.") var limit = 20
        @Flag(help: "As JSON.") var json = false

        func run() async throws {
            try await onQueue { queue in
                let jobs = try await queue.list(state: state, limit: limit)
                if json {
                    try printJSON(
                        jobs.map {
                            [
                                "id": "\($0.id)", "kind": $0.kind, "state": $0.state.rawValue,
                                "attempt": "\($0.attempt)", "progress": "\($0.progress)",
                                "code": $0.lastError?.code ?? "", "message": $0.lastError?.message ?? "",
                            ]
                        })
                } else {
                    for job in jobs {
                        let reason = job.lastError.map { "  \($0.code): \($0.message)" } ?? ""
                        print("\(job.id)  \(job.kind)  \(job.state.rawValue)  try \(job.attempt)\(reason)")
                    }
                }
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Queue a dead or cancelled job again.")
        @Argument var id: Int64

        func run() async throws {
            try await onQueue { queue in
                guard try await queue.retry(id) else { throw Failure(.failed, "Job \(id) is not dead or cancelled.") }
            }
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Cancel a job that has not ended.")
        @Argument var id: Int64

        func run() async throws {
            try await onQueue { queue in
                guard try await queue.cancel(id) else { throw Failure(.failed, "Job \(id) is not there or has ended.") }
            }
        }
    }

    struct Rescore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Queue analysed clips to be judged by today's rules, from their archived pose tracks.")
        @Argument(help: "Ids of clips.") var clips: [String] = []
        @Flag(help: "Every clip that has been analysed.") var all = false

        func validate() throws {
            guard all != !clips.isEmpty else { throw ValidationError("Name clips, or say --all.") }
            if let wrong = clips.first(where: { UUID(uuidString: $0) == nil }) {
                throw ValidationError("\(wrong) is not the id of a clip.")
            }
        }

        func run() async throws {
            try await reportingFailures {
                try await Database.withPool(Settings.fromEnvironment()) { pool in
                    let found = try await Clips(pool).analysed(all ? nil : clips.compactMap { UUID(uuidString: $0) })
                    guard all || found.count == clips.count else {
                        throw Failure(
                            .failed, "\(clips.count - found.count) of these clips are not there or not analysed yet.")
                    }
                    let count = try await RescoreJobs.enqueue(found, pool)
                    print("Queued \(count) clips; \(found.count - count) were queued already.")
                }
            }
        }
    }
}

extension JobState: ExpressibleByArgument {}

private func onQueue(_ body: (JobQueue) async throws -> Void) async throws {
    try await reportingFailures {
        try await Database.withPool(Settings.fromEnvironment()) { try await body(JobQueue($0)) }
    }
}

private func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
