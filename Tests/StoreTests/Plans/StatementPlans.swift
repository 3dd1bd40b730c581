import Foundation
import Postgres

/// What the planner would do with a statement on the database as it is.
struct StatementPlans {
    enum Kind: CaseIterable {
        /// Made for the values at hand, as for the first runs of a prepared statement.
        case custom
        /// Made for any values, as the server may keep it for a prepared statement.
        case generic
    }

    let pool: PostgresPool

    /// Tables that the statement reads row by row, each with the statement and its place.
    func wholeTables(_ statement: RecordedStatement, _ kind: Kind) async throws -> [Scan] {
        let text: String = try await pool.transaction { transaction in
            let types = try await parameterTypes(statement.query, transaction)
            let mode = kind == .generic ? "force_generic_plan" : "force_custom_plan"
            try await transaction.execute(Query(script: "SET LOCAL plan_cache_mode = \(mode)"))
            try await transaction.execute(Query(script: "PREPARE looked_at\(types) AS \(statement.query.sql)"))
            let values = statement.query.values.map { $0.map(Self.literal) ?? "NULL" }.joined(separator: ", ")
            let call = values.isEmpty ? "" : "(\(values))"
            let rows = try await transaction.query(
                Query(script: "EXPLAIN (FORMAT JSON) EXECUTE looked_at \(call)"))
            try await transaction.execute(Query(script: "DEALLOCATE looked_at"))
            return try rows[0].get("QUERY PLAN")
        }
        guard let plans = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]],
            let plan = plans.first?["Plan"] as? [String: Any]
        else { throw CocoaError(.formatting) }
        var scans: [Scan] = []
        visit(plan, isLimited: false) { scans.append(Scan(table: $0, node: $1)) }
        return scans
    }

    struct Scan: Hashable {
        var table: String
        var node: String
    }

    /// As the server makes them out of the text, when it is prepared without types as the program does.
    private func parameterTypes(_ query: Query, _ transaction: Transaction) async throws -> String {
        guard !query.values.isEmpty else { return "" }
        try await transaction.execute(Query(script: "PREPARE typed AS \(query.sql)"))
        let types: String = try await transaction.query(
            Query(
                script: """
                    SELECT '(' || array_to_string(parameter_types::text[], ', ') || ')' AS t FROM pg_prepared_statements
                    WHERE name = 'typed'
                    """))[0].get("t")
        try await transaction.execute(Query(script: "DEALLOCATE typed"))
        return types
    }

    private static func literal(_ text: String) -> String {
        "'" + text.replacing("'", with: "''") + "'"
    }

    /// A whole index read in its order is fine when only the first rows are wanted.
    private func visit(_ node: [String: Any], isLimited: Bool, _ found: (String, String) -> Void) {
        let type = node["Node Type"] as? String ?? ""
        let isLimited = isLimited || type == "Limit"
        let isWholeIndex = type.hasPrefix("Index") && node["Index Cond"] == nil && !isLimited
        if type == "Seq Scan" || isWholeIndex { found(node["Relation Name"] as? String ?? "?", type) }
        for child in node["Plans"] as? [[String: Any]] ?? [] { visit(child, isLimited: isLimited, found) }
    }
}
