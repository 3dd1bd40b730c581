/// What a session came to.
package struct SessionSummary: Codable, Equatable, Sendable {
    package enum Status: String, CaseIterable, Codable, Sendable { case planned, done, skipped, swapped }

    package var exercises: Int
    package var done: Int
    package var skipped: Int
    package var swapped: Int
    package var sets: Int
    package var reps: Int
    /// Kilograms moved.
    package var volume: Double
    /// Seconds under way in timed sets.
    package var time: Int
    /// The mean over the sets that have one.
    package var meanRPE: Double?

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case exercises, done, skipped, swapped, sets, reps
        case volume = "volume_kg"
        case time = "time_s"
        case meanRPE = "mean_rpe"
    }

    package init(_ exercises: [(status: Status, sets: [SetRecord])]) {
        let all = exercises.flatMap(\.sets)
        self.exercises = exercises.count
        done = exercises.count { $0.status == .done }
        skipped = exercises.count { $0.status == .skipped }
        swapped = exercises.count { $0.status == .swapped }
        sets = all.count
        reps = all.reduce(0) { $0 + ($1.reps ?? 0) }
        volume = all.reduce(0) { $0 + $1.volume }
        time = all.reduce(0) { $0 + ($1.time ?? 0) }
        let rated = all.compactMap(\.rpe)
        meanRPE = rated.isEmpty ? nil : rated.reduce(0, +) / Double(rated.count)
    }
}
