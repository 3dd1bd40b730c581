import Foundation
import HTTPTypes
import Hummingbird
import Postgres

/// One request on its way through its route.
struct Call: Sendable {
    let request: Request
    let context: AppRequestContext
    let pool: PostgresPool
    /// Where statements run: the pool for reads; for what may write, one transaction that is committed when the
    /// handler returns and rolled back when it throws.
    var database: any PostgresExecutor
    /// The query parameters that were given, checked.
    var query: [String: JSONValue] = [:]
    /// The version that `If-Match` names; nil for `*`.
    var expectedVersion: Int64?

    var principal: Principal? { context.principal }
    var policy: Policy { Policy(database) }

    /// 401 when nobody is signed in.
    func requirePrincipal() throws(Problem) -> Principal {
        guard let principal = context.principal else { throw .signInNeeded }
        return principal
    }

    /// A row's number in the path; 404 for anything else.
    func id(_ name: String = "id") throws(Problem) -> Int64 {
        guard let id = context.parameters.get(name).flatMap({ Int64($0) }), id > 0 else { throw .notFound }
        return id
    }

    func uuid(_ name: String = "id") throws(Problem) -> UUID {
        guard let id = context.parameters.get(name).flatMap({ UUID(uuidString: $0) }) else { throw .notFound }
        return id
    }

    func parameter(_ name: String) throws(Problem) -> String {
        guard let text = context.parameters.get(name) else { throw .notFound }
        return text.removingPercentEncoding ?? text
    }

    /// `limit` and `cursor`, for routes with `QueryParameter.paging`.
    func page() throws(Problem) -> PageRequest {
        PageRequest(
            limit: Int(query["limit"]?.wholeNumber ?? PageRequest.defaultLimit),
            after: try query["cursor"]?.text.map { text throws(Problem) in try Cursor.decode(text) })
    }
}

extension Optional {
    fileprivate func map<R>(_ transform: (Wrapped) throws(Problem) -> R) throws(Problem) -> R? {
        guard let self else { return nil }
        return try transform(self)
    }
}
