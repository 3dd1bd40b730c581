package import Domain
package import Foundation
import Jobs
package import OpenSSL
package import Postgres

/// The tables `clip` and `report_cache`.
package struct Clips: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    package struct NewClip: Sendable {
        package var id: UUID
        package var owner: Int64
        package var client: Int64
        package var exercise: ExerciseID?
        package var libraryExercise: Int64?
        package var filename: String
        package var size: Int64
        package var sha256: Digest
        package var objectKey: String
        package var job: Int64?

        package init(
            id: UUID, owner: Int64, client: Int64, exercise: ExerciseID?, libraryExercise: Int64? = nil,
            filename: String, size: Int64, sha256: Digest, objectKey: String, job: Int64?
        ) {
            self.id = id
            self.owner = owner
            self.client = client
            self.exercise = exercise
            self.libraryExercise = libraryExercise
            self.filename = filename
            self.size = size
            self.sha256 = sha256
            self.objectKey = objectKey
            self.job = job
        }
    }

    package func add(_ clip: NewClip) async throws(PostgresError) {
        try await database.execute(
            """
            INSERT INTO clip (id, owner_id, client_id, exercise, exercise_id, filename, size, sha256, object_key, job_id)
            VALUES (\(clip.id), \(clip.owner), \(clip.client), \(clip.exercise), \(clip.libraryExercise),
                    \(clip.filename), \(clip.size), \(clip.sha256.bytes)::bytea, \(clip.objectKey), \(clip.job))
            """)
    }

    package func find(_ id: UUID) async throws(PostgresError) -> Clip? {
        let rows = try await database.query(
            "SELECT \(raw: Clip.columns) FROM \(raw: Clip.tables) WHERE c.id = \(id) AND c.deleted_at IS NULL")
        return try rows.first.map { row throws(PostgresError) in try Clip(row) }
    }

    /// Where a page of clips ends.
    package struct Position: Sendable {
        package var createdAt: Date
        package var id: UUID

        package init(createdAt: Date, id: UUID) {
            (self.createdAt, self.id) = (createdAt, id)
        }
    }

    /// The newest first, after `position`. A client sees what shows them; a trainer what shows their present clients.
    package func list(
        for person: Person, after position: Position? = nil, limit: Int = 100
    ) async throws(PostgresError) -> [Clip] {
        let condition: Query =
            switch person.role {
            case .admin: "true"
            case .client: "c.client_id = \(person.id)"
            case .trainer:
                """
                c.owner_id = \(person.id) AND EXISTS (
                  SELECT 1 FROM trainer_client r
                  WHERE r.trainer_id = \(person.id) AND r.client_id = c.client_id AND r.until IS NULL)
                """
            }
        let rest: Query =
            if let position { "(c.created_at, c.id) < (\(position.createdAt), \(position.id))" } else { "true" }
        let rows = try await database.query(
            """
            SELECT \(raw: Clip.columns) FROM \(raw: Clip.tables) WHERE \(condition) AND \(rest) AND c.deleted_at IS NULL
            ORDER BY c.created_at DESC, c.id DESC LIMIT \(limit)
            """)
        return try rows.map { row throws(PostgresError) in try Clip(row) }
    }

    /// Shows the report to the client, or hides it again. False: there is no report yet.
    package func setPublished(_ clip: UUID, _ isPublished: Bool) async throws(PostgresError) -> Bool {
        try await database.execute(
            """
            UPDATE clip SET published_at = CASE WHEN \(isPublished)::bool THEN COALESCE(published_at, now()) END
            WHERE id = \(clip) AND report_key IS NOT NULL AND deleted_at IS NULL
            """) == 1
    }

    /// Tells the trainer that their clip could not be analysed.
    package func tellFailure(ofJob job: Int64, pool: PostgresPool) async throws {
        let rows = try await database.query(
            "SELECT id, owner_id FROM clip WHERE job_id = \(job) AND deleted_at IS NULL")
        for row in rows {
            try await Outbox(database, pool: pool).tell(
                try row.get("owner_id"), .jobFailed, subject: try row.get("id", as: UUID.self).uuidString.lowercased())
        }
    }

    /// Hides the clip at once; a job removes objects and row.
    package func delete(_ clip: UUID, owner: Int64, pool: PostgresPool) async throws {
        try await database.execute("UPDATE clip SET deleted_at = now() WHERE id = \(clip) AND deleted_at IS NULL")
        try await JobQueue(pool).enqueue(
            NewJob(
                tenant: owner, queue: BackgroundJob.queue, kind: BackgroundJob.deleteClip,
                payload: BackgroundJob.DeleteClip(clip: clip), uniqueKey: clip.uuidString.lowercased(),
                maximumAttempts: 1000),
            in: database)
    }

    /// What an analysis gave, as archived objects.
    package struct PublishedResult: Sendable {
        package var reportKey: String
        package var trackKey: String
        package var keyFrames: [KeyFrameReference]
        package var reportJSON: String

        package init(reportKey: String, trackKey: String, keyFrames: [KeyFrameReference], reportJSON: String) {
            self.reportKey = reportKey
            self.trackKey = trackKey
            self.keyFrames = keyFrames
            self.reportJSON = reportJSON
        }
    }

    /// Points the clip at its result and fills the cache; for the transaction of the job's fenced finish.
    package func publish(_ result: PublishedResult, for clip: UUID) async throws(PostgresError) {
        try await database.execute(
            """
            UPDATE clip SET report_key = \(result.reportKey), track_key = \(result.trackKey),
              key_frames = \(JSON(result.keyFrames))::jsonb, analysed_at = now(),
              judged_as = (\(result.reportJSON)::jsonb)->>'exercise'
            WHERE id = \(clip)
            """)
        try await cacheReport(result.reportJSON, key: result.reportKey, for: clip)
    }

    package func cachedReport(_ clip: Clip) async throws(PostgresError) -> String? {
        let rows = try await database.query(
            "SELECT report FROM report_cache WHERE clip_id = \(clip.id) AND report_key = \(clip.reportKey)")
        return try rows.first.map { row throws(PostgresError) in try row.get("report") }
    }

    package func cacheReport(_ report: String, key: String, for clip: UUID) async throws(PostgresError) {
        try await database.execute(
            """
            INSERT INTO report_cache (clip_id, report_key, report) VALUES (\(clip), \(key), \(report))
            ON CONFLICT (clip_id) DO UPDATE SET report_key = EXCLUDED.report_key, report = EXCLUDED.report
            """)
    }

    /// Owner of each of these clips that has been analysed (nil: of all), the oldest first.
    package func analysed(_ ids: [UUID]?) async throws(PostgresError) -> [(id: UUID, owner: Int64)] {
        let condition: Query = if let ids { "AND id = ANY(\(ids)::uuid[])" } else { "" }
        let rows = try await database.query(
            "SELECT id, owner_id FROM clip WHERE track_key IS NOT NULL \(condition) ORDER BY created_at, id")
        return try rows.map { row throws(PostgresError) in
            let id: UUID = try row.get("id")
            return (id, try row.get("owner_id"))
        }
    }
}
