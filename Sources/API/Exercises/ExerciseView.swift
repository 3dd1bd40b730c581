import Domain
import Store

/// An exercise as the API shows it.
struct ExerciseView: Encodable, SchemaDescribing {
    var id: Int64
    var exercise: Exercise
    var isShared: Bool
    var isArchived: Bool

    static let schema = Exercise.schema.adding([
        .required("id", .id), .required("shared", .boolean), .required("archived", .boolean),
    ])

    init(_ row: LibraryExercise) {
        id = row.id
        exercise = row.exercise
        isShared = row.ownerID == nil
        isArchived = row.archivedAt != nil
    }

    private enum CodingKeys: String, CodingKey {
        case id
        case isShared = "shared"
        case isArchived = "archived"
    }

    func encode(to encoder: any Encoder) throws {
        try exercise.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(isShared, forKey: .isShared)
        try container.encode(isArchived, forKey: .isArchived)
    }
}
