package import Foundation
package import Postgres

/// Who trains whom, and since when: the table `trainer_client`.
extension People {
    /// A span in which one trained the other.
    package struct Relation: Sendable {
        package var person: Person
        package var since: Date
        /// Nil while it lasts.
        package var until: Date?

        init(_ row: Row) throws(PostgresError) {
            person = try Person(row)
            since = try row.get("since")
            until = try row.optional("until")
        }
    }

    /// A client's trainers, present and former, the newest first.
    package func trainers(of client: Int64) async throws(PostgresError) -> [Relation] {
        let rows = try await database.query(
            """
            SELECT \(raw: Person.columns), r.since, r.until FROM trainer_client r JOIN person p ON p.id = r.trainer_id
            WHERE r.client_id = \(client) ORDER BY r.since DESC, p.id LIMIT 200
            """)
        return try rows.map { row throws(PostgresError) in try Relation(row) }
    }

    /// A trainer's relations with one client, the newest first.
    package func history(trainer: Int64, client: Int64) async throws(PostgresError) -> [Relation] {
        let rows = try await database.query(
            """
            SELECT \(raw: Person.columns), r.since, r.until FROM trainer_client r JOIN person p ON p.id = r.trainer_id
            WHERE r.client_id = \(client) AND r.trainer_id = \(trainer) ORDER BY r.since DESC LIMIT 200
            """)
        return try rows.map { row throws(PostgresError) in try Relation(row) }
    }

    /// Ends a relation now. False: there was none.
    package func endRelation(trainer: Int64, client: Int64) async throws(PostgresError) -> Bool {
        try await database.execute(
            """
            UPDATE trainer_client SET until = now()
            WHERE trainer_id = \(trainer) AND client_id = \(client) AND until IS NULL
            """) > 0
    }
}
