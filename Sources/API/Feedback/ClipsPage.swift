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

    init(person: Person, clients: [Person], clips: [Clip]) {
        name = [person.firstName, person.lastName].filter { !$0.isEmpty }.joined(separator: " ")
        isTrainer = person.role == .trainer
        self.clients = clients.map { Choice(value: "\($0.id)", label: "\($0.firstName) \($0.lastName)") }
        exercises = (ExerciseID.allCases + [.generic]).map { Choice(value: $0.rawValue, label: Wording.exercise($0)) }
        self.clips = clips.map {
            Row(
                id: $0.id.uuidString.lowercased(), exercise: Wording.exercise($0.exercise), filename: $0.filename,
                state: $0.state.rawValue, label: Self.label($0, person), when: Wording.date($0.createdAt))
        }
        isEmpty = clips.isEmpty
    }

    private static func label(_ clip: Clip, _ person: Person) -> String {
        clip.state == .ready && !Policy.maySeeFeedback(clip, person) ? "With your trainer" : Wording.state(clip.state)
    }
}
