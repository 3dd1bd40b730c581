package import Domain
package import Postgres

/// The tables `training_session` and `session_exercise`.
package struct TrainingSessions: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    /// One statement: the session with all that is planned.
    package func begin(_ new: NewSession) async throws(PostgresError) -> TrainingSession {
        let rows = try await database.query(
            """
            WITH t AS (
              INSERT INTO training_session (client_id, trainer_id, due_workout_id, booking_id, group_id, name)
              VALUES (\(new.client), \(new.trainer), \(new.dueWorkout), \(new.booking), \(new.group), \(new.name))
              RETURNING *),
            e AS (
              INSERT INTO session_exercise
                (session_id, client_id, exercise_id, name, phase, activity, superset, position, prescription,
                 rest_after_s)
              SELECT t.id, t.client_id, r.exercise_id, r.name, r.phase, r.activity, r.superset, r.position,
                r.prescription, r.rest_after_s
              FROM t, jsonb_to_recordset(\(JSON(new.rows))::jsonb) AS r (
                exercise_id bigint, name text, phase text, activity int, superset text, position int,
                prescription jsonb, rest_after_s int))
            SELECT \(raw: TrainingSession.columns) FROM t
            """)
        return try TrainingSession(rows[0])
    }

    package func find(_ id: Int64) async throws(PostgresError) -> TrainingSession? {
        let rows = try await database.query(
            "SELECT \(raw: TrainingSession.columns) FROM training_session t WHERE t.id = \(id)")
        return try rows.first.map { row throws(PostgresError) in try TrainingSession(row) }
    }

    /// The session with its exercises and their sets, in order.
    package func record(
        _ id: Int64
    ) async throws(PostgresError) -> (session: TrainingSession, exercises: [SessionExercise])? {
        let rows = try await database.query(
            """
            SELECT \(raw: TrainingSession.columns), \(raw: SessionExercise.aggregate) FROM training_session t
            WHERE t.id = \(id)
            """)
        guard let row = rows.first else { return nil }
        return (try TrainingSession(row), try row.get("exercises", as: JSON<[SessionExercise]>.self).value)
    }

    /// The newest first, older than `before`.
    package func list(
        client: Int64, before: Int64? = nil, limit: Int
    ) async throws(PostgresError) -> [TrainingSession] {
        let rows = try await database.query(
            """
            SELECT \(raw: TrainingSession.columns) FROM training_session t
            WHERE t.client_id = \(client) AND t.id < \(before ?? Int64.max)
            ORDER BY t.id DESC LIMIT \(limit)
            """)
        return try rows.map { row throws(PostgresError) in try TrainingSession(row) }
    }

    package func has(exercise: Int64, _ session: Int64) async throws(PostgresError) -> Bool {
        try await !database.query(
            "SELECT 1 FROM session_exercise WHERE id = \(exercise) AND session_id = \(session)"
        ).isEmpty
    }

    /// The clients who trained together in this session.
    package func participants(_ session: TrainingSession) async throws(PostgresError) -> [Int64] {
        guard let group = session.groupID else { return [session.clientID] }
        let rows = try await database.query(
            "SELECT t.client_id FROM training_session t WHERE t.group_id = \(group) ORDER BY t.client_id")
        return try rows.map { row throws(PostgresError) in try row.get("client_id") }
    }

    /// `version` nil: whatever it is now. Nil when it is no longer the version that was read.
    package func setNotes(
        _ notes: String, of id: Int64, version: Int64?
    ) async throws(PostgresError) -> TrainingSession? {
        let rows = try await database.query(
            """
            UPDATE training_session AS t SET notes = \(notes), version = version + 1
            WHERE t.id = \(id) AND t.version = COALESCE(\(version), t.version)
            RETURNING \(raw: TrainingSession.columns)
            """)
        return try rows.first.map { row throws(PostgresError) in try TrainingSession(row) }
    }

    /// Once; the first end counts.
    package func finish(_ id: Int64) async throws(PostgresError) {
        try await database.execute(
            """
            UPDATE training_session SET finished_at = now(), version = version + 1
            WHERE id = \(id) AND finished_at IS NULL
            """)
    }

    /// Puts another exercise at the end of a session that is under way; its id, nil when the session is over.
    package func addExercise(
        _ exercise: LibraryExercise, prescription: Prescription, phase: Workout.Phase, to session: Int64
    ) async throws(PostgresError) -> Int64? {
        let rows = try await database.query(
            """
            WITH t AS (
              UPDATE training_session SET version = version + 1 WHERE id = \(session) AND finished_at IS NULL
              RETURNING id, client_id)
            INSERT INTO session_exercise
              (session_id, client_id, exercise_id, name, phase, activity, position, prescription)
            SELECT t.id, t.client_id, \(exercise.id), \(exercise.exercise.name), \(phase),
              COALESCE((SELECT max(activity) FROM session_exercise WHERE session_id = t.id), 0) + 1,
              COALESCE((SELECT max(position) FROM session_exercise WHERE session_id = t.id), 0) + 1,
              \(JSON(prescription))::jsonb
            FROM t
            RETURNING id
            """)
        return try rows.first.map { row throws(PostgresError) in try row.get("id") }
    }

    /// Another exercise in this one's place; its id, nil when the session is over or the exercise was swapped before.
    package func swap(
        _ id: Int64, of session: Int64, for exercise: LibraryExercise
    ) async throws(PostgresError) -> Int64? {
        let rows = try await database.query(
            """
            WITH t AS (
              UPDATE training_session SET version = version + 1
              WHERE id = \(session) AND finished_at IS NULL AND EXISTS (
                SELECT 1 FROM session_exercise WHERE id = \(id) AND session_id = \(session) AND status <> 'swapped')
              RETURNING id),
            old AS (
              UPDATE session_exercise e SET status = 'swapped' FROM t
              WHERE e.id = \(id) AND e.session_id = t.id AND e.status <> 'swapped'
              RETURNING e.*)
            INSERT INTO session_exercise
              (session_id, client_id, exercise_id, name, phase, activity, superset, position, prescription,
               rest_after_s, stands_for)
            SELECT session_id, client_id, \(exercise.id), \(exercise.exercise.name), phase, activity, superset,
              position, prescription, rest_after_s, id
            FROM old
            RETURNING id
            """)
        return try rows.first.map { row throws(PostgresError) in try row.get("id") }
    }

    /// Done, skipped, or planned again; false when the session is over or the exercise was swapped.
    package func setStatus(
        _ status: SessionSummary.Status, notes: String?, of id: Int64, in session: Int64
    ) async throws(PostgresError) -> Bool {
        try await database.execute(
            """
            WITH t AS (
              UPDATE training_session SET version = version + 1 WHERE id = \(session) AND finished_at IS NULL
              RETURNING id)
            UPDATE session_exercise e SET status = \(status), notes = COALESCE(\(notes), e.notes) FROM t
            WHERE e.id = \(id) AND e.session_id = t.id AND e.status <> 'swapped'
            """) == 1
    }
}
