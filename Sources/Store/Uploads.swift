package import Domain
package import Foundation
package import OpenSSL
package import Postgres

/// The table `upload`.
package struct Uploads: Sendable {
    let database: any PostgresExecutor

    package init(_ database: any PostgresExecutor) {
        self.database = database
    }

    package struct Upload: Sendable {
        package var id: UUID
        package var owner: Int64
        package var client: Int64
        /// Nil, and no exercise of the library: to be recognised.
        package var exercise: ExerciseID?
        package var libraryExercise: Int64?
        package var filename: String
        package var length: Int64
        package var sha256: Digest?
        /// Set once it became a clip.
        package var clip: UUID?
        package var expiresAt: Date

        package init(
            id: UUID, owner: Int64, client: Int64, exercise: ExerciseID?, libraryExercise: Int64? = nil,
            filename: String, length: Int64, sha256: Digest?
        ) {
            self.id = id
            self.owner = owner
            self.client = client
            self.exercise = exercise
            self.libraryExercise = libraryExercise
            self.filename = filename
            self.length = length
            self.sha256 = sha256
            expiresAt = .distantFuture
        }

        init(_ row: Row) throws(PostgresError) {
            id = try row.get("id")
            owner = try row.get("owner_id")
            client = try row.get("client_id")
            exercise = try row.optional("exercise")
            libraryExercise = try row.optional("exercise_id")
            filename = try row.get("filename")
            length = try row.get("length")
            sha256 = try row.optional("sha256", as: [UInt8].self).flatMap { Digest(raw: $0) }
            clip = try row.optional("clip_id")
            expiresAt = try row.get("expires_at")
        }
    }

    package func add(_ upload: Upload) async throws(PostgresError) {
        try await database.execute(
            """
            INSERT INTO upload (id, owner_id, client_id, exercise, exercise_id, filename, length, sha256)
            VALUES (\(upload.id), \(upload.owner), \(upload.client), \(upload.exercise), \(upload.libraryExercise),
                    \(upload.filename), \(upload.length), \(upload.sha256?.bytes)::bytea)
            """)
    }

    /// Nil when it is not this owner's, or expired without becoming a clip.
    package func find(_ id: UUID, owner: Int64) async throws(PostgresError) -> Upload? {
        let rows = try await database.query(
            """
            SELECT * FROM upload
            WHERE id = \(id) AND owner_id = \(owner) AND (expires_at > now() OR clip_id IS NOT NULL)
            """)
        return try rows.first.map { row throws(PostgresError) in try Upload(row) }
    }

    /// Locks the row until the transaction ends; the clip that it became, if it did.
    package func lock(_ id: UUID) async throws(PostgresError) -> UUID? {
        let rows = try await database.query("SELECT clip_id FROM upload WHERE id = \(id) FOR UPDATE")
        return try rows.first?.optional("clip_id")
    }

    package func markStored(_ id: UUID, as clip: UUID) async throws(PostgresError) {
        try await database.execute("UPDATE upload SET clip_id = \(clip) WHERE id = \(id)")
    }

    package func remove(_ id: UUID) async throws(PostgresError) {
        try await database.execute("DELETE FROM upload WHERE id = \(id) AND clip_id IS NULL")
    }
}
