import Foundation
import Postgres

/// Runs statements as they come and looks at each one's plan: which tables are read row by row for want of an index.
final class QueryPlans: PostgresExecutor, @unchecked Sendable {  // used by one task at a time
    private let transaction: Transaction
    private(set) var unindexed: [String] = []
    private(set) var count = 0

    /// `transaction` is one in which the planner is told to do anything rather than read whole tables.
    init(_ transaction: Transaction) { self.transaction = transaction }

    func query(_ query: Query, file: String, line: Int) async throws(PostgresError) -> [Row] {
        try await explain(query)
        return try await transaction.query(query, file: file, line: line)
    }

    func execute(_ query: Query, file: String, line: Int) async throws(PostgresError) -> Int {
        try await explain(query)
        return try await transaction.execute(query, file: file, line: line)
    }

    private func explain(_ query: Query) async throws(PostgresError) {
        count += 1
        let text: String = try await transaction.query("EXPLAIN (FORMAT JSON) \(query)")[0].get("QUERY PLAN")
        guard let plans = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]],
            let plan = plans.first?["Plan"] as? [String: Any]
        else {
            unindexed.append("no plan: \(query.sql)")
            return
        }
        visit(plan, isLimited: false, query)
    }

    /// A whole index read in its order is fine when only the first rows are wanted.
    private func visit(_ node: [String: Any], isLimited: Bool, _ query: Query) {
        let type = node["Node Type"] as? String ?? ""
        let isLimited = isLimited || type == "Limit"
        let isWholeIndex = type.hasPrefix("Index") && node["Index Cond"] == nil && !isLimited
        if type == "Seq Scan" || isWholeIndex {
            unindexed.append("\(type) of \(node["Relation Name"] ?? "?") in \(query.sql)")
        }
        for child in node["Plans"] as? [[String: Any]] ?? [] { visit(child, isLimited: isLimited, query) }
    }
}
