internal import CLibPQ
import Dispatch
import Foundation

/// One libpq connection. All calls run on its own serial queue, whose thread may block.
final class Connection: @unchecked Sendable {  // `handle` is touched on `queue` alone
    private let queue = DispatchQueue(label: "pthub.postgres")
    private var handle: OpaquePointer?

    init() {}

    deinit { PQfinish(handle) }

    struct Answer: Sendable {
        var rows: [Row]
        var affected: Int
    }

    func open(_ configuration: PostgresConfiguration) async throws(PostgresError) {
        try await run { [self] in
            let seconds = max(configuration.connectTimeout.components.seconds, 1)
            let timeout = configuration.statementTimeout.components.seconds * 1000
            let keywords = ["dbname", "connect_timeout", "options", "application_name", "tcp_user_timeout"]
            let options = "-c statement_timeout=\(timeout) -c timezone=UTC -c datestyle=ISO"
            let values = [configuration.url, "\(seconds)", options, "pthub", "\(seconds * 2000)"]
            handle = Self.connect(keywords, values)
            guard PQstatus(handle) == CONNECTION_OK else {
                return .failure(failure(.connection, query: "connect", file: #fileID, line: #line))
            }
            PQsetNoticeProcessor(handle, { _, _ in }, nil)
            return .success(Answer(rows: [], affected: 0))
        }
    }

    func query(_ query: Query, file: String, line: Int) async throws(PostgresError) -> Answer {
        try await run { [self] in execute(query, file: file, line: line) }
    }

    /// Whether the connection can take a statement outside any transaction.
    func isIdle() async -> Bool {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                continuation.resume(
                    returning: PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE)
            }
        }
    }

    /// Waits up to `seconds` for a notification; the payloads that came.
    func notifications(waiting seconds: Double) async throws(PostgresError) -> [Notification] {
        let box = await withCheckedContinuation { continuation in
            queue.async { [self] in continuation.resume(returning: waitForNotifications(seconds)) }
        }
        return try box.get()
    }

    @discardableResult
    private func run(
        _ body: @escaping @Sendable () -> Result<Answer, PostgresError>
    ) async throws(PostgresError) -> Answer {
        let result = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: body()) }
        }
        return try result.get()
    }

    private static func connect(_ keywords: [String], _ values: [String]) -> OpaquePointer? {
        let keys = keywords.map { strdup($0) } + [nil]
        let texts = values.map { strdup($0) } + [nil]
        defer { (keys + texts).forEach { free($0) } }
        return keys.map { UnsafePointer($0) }.withUnsafeBufferPointer { keys in
            texts.map { UnsafePointer($0) }.withUnsafeBufferPointer { texts in
                // 1: the URL in dbname is expanded.
                PQconnectdbParams(keys.baseAddress, texts.baseAddress, 1)
            }
        }
    }

    private func execute(_ query: Query, file: String, line: Int) -> Result<Answer, PostgresError> {
        let sql = query.sql
        let texts = query.values.map { value in value.flatMap { strdup($0) } }
        defer { texts.forEach { free($0) } }
        let result =
            texts.isEmpty && sql.contains(";")
            ? PQexec(handle, sql)
            : texts.map { UnsafePointer($0) }.withUnsafeBufferPointer {
                PQexecParams(handle, sql, Int32(texts.count), nil, $0.baseAddress, nil, nil, 0)
            }
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
            return .success(answer(result, Row.Source(query: sql, file: file, line: line)))
        default:
            guard let field = PQresultErrorField(result, 67), PQstatus(handle) == CONNECTION_OK else {  // 'C': SQLSTATE
                return .failure(failure(.connection, query: sql, file: file, line: line))
            }
            let state = String(cString: field)
            // 57014: cancelled, here by the statement's time-out.
            let kind: PostgresError.Kind = state == "57014" ? .timeout : .server(sqlState: state)
            let message = PQresultErrorField(result, 77).map { String(cString: $0) } ?? "no message"  // 'M': message
            return .failure(PostgresError(kind, message, query: sql, file: file, line: line))
        }
    }

    private func answer(_ result: OpaquePointer?, _ source: Row.Source) -> Answer {
        let width = PQnfields(result)
        let names = (0..<width).map { String(cString: PQfname(result, $0)) }
        let columns = Dictionary(zip(names, 0...), uniquingKeysWith: { first, _ in first })
        let rows = (0..<PQntuples(result)).map { row in
            let values = (0..<width).map { column -> String? in
                PQgetisnull(result, row, column) == 1 ? nil : String(cString: PQgetvalue(result, row, column))
            }
            return Row(columns: columns, values: values, source: source)
        }
        return Answer(rows: rows, affected: Int(String(cString: PQcmdTuples(result))) ?? 0)
    }

    private func waitForNotifications(_ seconds: Double) -> Result<[Notification], PostgresError> {
        var poll = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        guard poll.fd >= 0, Foundation.poll(&poll, 1, Int32(seconds * 1000)) >= 0, PQconsumeInput(handle) == 1 else {
            return .failure(failure(.connection, query: "LISTEN", file: #fileID, line: #line))
        }
        var notifications: [Notification] = []
        while let notify = PQnotifies(handle) {
            notifications.append(
                Notification(
                    channel: String(cString: notify.pointee.relname), payload: String(cString: notify.pointee.extra)))
            PQfreemem(notify)
        }
        return .success(notifications)
    }

    private func failure(_ kind: PostgresError.Kind, query: String, file: String, line: Int) -> PostgresError {
        let text = PQerrorMessage(handle).map { String(cString: $0) } ?? "out of memory"
        let message = text.split(separator: "\n").first.map(String.init) ?? "the connection broke"
        return PostgresError(kind, message, query: query, file: file, line: line)
    }
}

/// What NOTIFY sent.
package struct Notification: Equatable, Sendable {
    package var channel: String
    package var payload: String
}
