package import Domain
package import Foundation

/// A session that is about to begin.
package struct NewSession: Sendable {
    package var client: Int64
    package var trainer: Int64?
    package var dueWorkout: Int64?
    package var booking: Int64?
    package var group: UUID?
    package var name: String
    /// What is planned; nil for a session that is put together as it goes.
    package var workout: Workout?

    package init(
        client: Int64, trainer: Int64?, dueWorkout: Int64? = nil, booking: Int64? = nil, group: UUID? = nil,
        name: String, workout: Workout? = nil
    ) {
        self.client = client
        self.trainer = trainer
        self.dueWorkout = dueWorkout
        self.booking = booking
        self.group = group
        self.name = name
        self.workout = workout
    }

    /// A row of `session_exercise` that is to be.
    struct PlannedRow: Codable, Sendable {
        var exercise_id: Int64
        var name: String
        var phase: Workout.Phase
        var activity: Int
        var superset: Activity.Superset?
        var position: Int
        var prescription: Prescription
        var rest_after_s: Int?
    }

    var rows: [PlannedRow] {
        guard let workout else { return [] }
        var rows: [PlannedRow] = []
        var number = 0
        for phase in Workout.Phase.allCases {
            for activity in workout.activities(phase) {
                number += 1
                for item in activity.exercises {
                    rows.append(
                        PlannedRow(
                            exercise_id: item.exercise, name: item.name, phase: phase, activity: number,
                            superset: activity.superset, position: rows.count + 1, prescription: item.prescription,
                            rest_after_s: item.restAfter))
                }
            }
        }
        return rows
    }
}
