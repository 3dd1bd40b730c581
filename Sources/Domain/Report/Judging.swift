/// What is known of a clip besides its pictures: what is done in it, what was asked for, and what the trainer changed of
/// the rules for this client.
package struct Judging: Codable, Equatable, Sendable {
    /// A trainer's changes of rules for one client; `exercises` is their JSON.
    package struct Overrides: Codable, Equatable, Sendable {
        package var version: Int64
        package var exercises: String

        package init(version: Int64, exercises: String) {
            (self.version, self.exercises) = (version, exercises)
        }
    }

    /// Nil: nobody said, so the likeliest is proposed.
    package var exercise: ExerciseID?
    /// Nil: nothing was prescribed.
    package var prescription: SetTarget?
    package var overrides: Overrides?

    package init(exercise: ExerciseID? = nil, prescription: SetTarget? = nil, overrides: Overrides? = nil) {
        (self.exercise, self.prescription, self.overrides) = (exercise, prescription, overrides)
    }
}
