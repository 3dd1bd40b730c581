package import Domain
package import Postgres

/// The table `exercise`.
package struct Exercises: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    /// What a list is to show.
    package struct Filter: Sendable {
        /// Anywhere in the name, whatever the case.
        package var text: String?
        package var type: Exercise.Kind?
        package var level: Exercise.Level?
        package var posture: ExerciseID?
        /// Only shared ones, or only the reader's own; nil for both.
        package var isShared: Bool?
        package var isArchived: Bool

        package init(
            text: String? = nil, type: Exercise.Kind? = nil, level: Exercise.Level? = nil, posture: ExerciseID? = nil,
            isShared: Bool? = nil, isArchived: Bool = false
        ) {
            self.text = text
            self.type = type
            self.level = level
            self.posture = posture
            self.isShared = isShared
            self.isArchived = isArchived
        }
    }

    /// `owner` nil: shared with all.
    package func add(_ exercise: Exercise, owner: Int64?) async throws(PostgresError) -> LibraryExercise {
        let rows = try await database.query(
            """
            INSERT INTO exercise AS e (owner_id, name, type, level, prescription, demo_url, posture, notes)
            VALUES (\(owner), \(exercise.name), \(exercise.type), \(exercise.level),
                    \(JSON(exercise.prescription))::jsonb, \(exercise.demoURL), \(exercise.posture), \(exercise.notes))
            RETURNING \(raw: LibraryExercise.columns)
            """)
        return try LibraryExercise(rows[0])
    }

    package func find(_ id: Int64) async throws(PostgresError) -> LibraryExercise? {
        let rows = try await database.query(
            "SELECT \(raw: LibraryExercise.columns) FROM exercise e WHERE e.id = \(id)")
        return try rows.first.map { row throws(PostgresError) in try LibraryExercise(row) }
    }

    /// Whose exercises a person sees besides the shared ones: a trainer's own, a client's trainers'. Admins see all.
    private static func visible(to person: Person) -> Query {
        switch person.role {
        case .admin: "true"
        case .trainer: "(e.owner_id IS NULL OR e.owner_id = \(person.id))"
        case .client:
            """
            (e.owner_id IS NULL OR e.owner_id IN (
              SELECT r.trainer_id FROM trainer_client r WHERE r.client_id = \(person.id) AND r.until IS NULL))
            """
        }
    }

    package func isVisible(_ id: Int64, to person: Person) async throws(PostgresError) -> Bool {
        try await !database.query(
            "SELECT 1 FROM exercise e WHERE e.id = \(id) AND \(Self.visible(to: person))"
        ).isEmpty
    }

    /// By name, after the exercise `after`.
    package func list(
        _ filter: Filter, for person: Person, after: Int64? = nil, limit: Int
    ) async throws(PostgresError) -> [LibraryExercise] {
        var conditions: Query = "\(Self.visible(to: person))"
        conditions =
            filter.isArchived
            ? "\(conditions) AND e.archived_at IS NOT NULL" : "\(conditions) AND e.archived_at IS NULL"
        if let text = filter.text { conditions = "\(conditions) AND e.name ILIKE \(text.anywherePattern)" }
        if let type = filter.type { conditions = "\(conditions) AND e.type = \(type)" }
        if let level = filter.level { conditions = "\(conditions) AND e.level = \(level)" }
        if let posture = filter.posture { conditions = "\(conditions) AND e.posture = \(posture)" }
        if let isShared = filter.isShared {
            conditions =
                isShared
                ? "\(conditions) AND e.owner_id IS NULL" : "\(conditions) AND e.owner_id = \(person.id)"
        }
        if let after {
            conditions = """
                \(conditions) AND (lower(e.name) COLLATE "C", e.id) >
                  (SELECT lower(a.name) COLLATE "C", a.id FROM exercise a WHERE a.id = \(after))
                """
        }
        let rows = try await database.query(
            """
            SELECT \(raw: LibraryExercise.columns) FROM exercise e WHERE \(conditions)
            ORDER BY lower(e.name) COLLATE "C", e.id LIMIT \(limit)
            """)
        return try rows.map { row throws(PostgresError) in try LibraryExercise(row) }
    }

    /// `version` nil: whatever it is now. Nil when it is no longer the version that was read.
    package func update(
        _ id: Int64, to exercise: Exercise, version: Int64?
    ) async throws(PostgresError) -> LibraryExercise? {
        let rows = try await database.query(
            """
            UPDATE exercise AS e SET name = \(exercise.name), type = \(exercise.type), level = \(exercise.level),
              prescription = \(JSON(exercise.prescription))::jsonb, demo_url = \(exercise.demoURL),
              posture = \(exercise.posture), notes = \(exercise.notes), version = version + 1
            WHERE e.id = \(id) AND e.version = COALESCE(\(version), e.version)
            RETURNING \(raw: LibraryExercise.columns)
            """)
        return try rows.first.map { row throws(PostgresError) in try LibraryExercise(row) }
    }

    /// Off the lists, or back on; plans that name it keep it.
    package func setArchived(_ isArchived: Bool, _ id: Int64) async throws(PostgresError) {
        try await database.execute(
            """
            UPDATE exercise SET archived_at = CASE WHEN \(isArchived) THEN COALESCE(archived_at, now()) END,
              version = version + 1
            WHERE id = \(id) AND (archived_at IS NOT NULL) <> \(isArchived)
            """)
    }

    /// The names of those among `ids` that the trainer may put into a plan; of what is archived only those in `archived`.
    package func names(
        _ ids: [Int64], archived: [Int64] = [], for person: Person
    ) async throws(PostgresError) -> [Int64: String] {
        let rows = try await database.query(
            """
            SELECT e.id, e.name FROM exercise e WHERE e.id = ANY(\(ids)::bigint[]) AND \(Self.visible(to: person))
              AND (e.archived_at IS NULL OR e.id = ANY(\(archived)::bigint[]))
            """)
        var names: [Int64: String] = [:]
        for row in rows { names[try row.get("id")] = try row.get("name") }
        return names
    }

    /// The trainer's exercise of this name, else the shared one, else a new one of the trainer's.
    package func named(_ name: String, for trainer: Person) async throws(PostgresError) -> LibraryExercise {
        let rows = try await database.query(
            """
            SELECT \(raw: LibraryExercise.columns) FROM exercise e
            WHERE lower(e.name) COLLATE "C" = lower(\(name)) AND (e.owner_id = \(trainer.id) OR e.owner_id IS NULL)
              AND e.archived_at IS NULL
            ORDER BY e.owner_id NULLS LAST, e.id LIMIT 1
            """)
        if let row = rows.first { return try LibraryExercise(row) }
        return try await add(
            Exercise(name: name, type: .resistance, level: .strength), owner: trainer.id)
    }
}
