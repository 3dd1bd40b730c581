import Domain
import Foundation
import Store

/// What `clips.mustache` shows.
struct ClipsPage {
    struct Row {
        var id: String
        var exercise: String
        var filename: String
        var state: String
        var label: String
        var when: String
    }
    struct Choice {
        var value: String
        var label: String
    }

    var title = "Clips"
    var name: String
    var isTrainer: Bool
    var clients: [Choice]
    var exercises: [Choice]
    var clips: [Row]
    var isEmpty: Bool

    init(
        person: Person, clients: [Person], exercises: [ExerciseID], library: [LibraryExercise], clips: [Clip]
    ) {
        name = [person.firstName, person.lastName].filter { !$0.isEmpty }.joined(separator: " ")
        isTrainer = person.role == .trainer
        self.clients = clients.map { Choice(value: "\($0.id)", label: "\($0.firstName) \($0.lastName)") }
        self.exercises =
            [Choice(value: "", label: "Recognise it from the video")]
            + exercises.map { Choice(value: $0.rawValue, label: Wording.exercise($0)) }
            + library.map { Choice(value: "library:\($0.id)", label: $0.exercise.name) }
            + [Choice(value: ExerciseID.generic.rawValue, label: Wording.exercise(.generic))]
        self.clips = clips.map {
            Row(
                id: $0.id.uuidString.lowercased(), exercise: Wording.exercise($0), filename: $0.filename,
                state: $0.state.rawValue, label: Self.label($0, person), when: Wording.date($0.createdAt))
        }
        isEmpty = clips.isEmpty
    }

    private static func label(_ clip: Clip, _ person: Person) -> String {
        clip.state == .ready && !Policy.maySeeFeedback(clip, person) ? "With your trainer" : Wording.state(clip.state)
    }
}
