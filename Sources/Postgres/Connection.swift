internal import CLibPQ
import Foundation

/// One libpq connection. All calls run on a thread of its own, which may block.
final class Connection: @unchecked Sendable {  // `handle` is touched on `queue` alone
    private let queue = SerialThread(name: "pthub.postgres")
    private var handle: OpaquePointer?
    private var statements: PreparedStatements
    /// Its prepared statements are not what they were: it ends with the transaction that it is in.
    private var isStale = false

    init(statementCapacity: Int = PreparedStatements.usualCapacity) {
        statements = PreparedStatements(capacity: statementCapacity)
    }

    deinit { PQfinish(handle) }

    struct Answer: Sendable {
        var rows: [Row]
        var affected: Int
    }

    struct Outcome: Sendable {
        var result: Result<Answer, PostgresError>
        /// Whether the connection can take another statement outside any transaction.
        var isIdle: Bool
    }

    func open(_ configuration: PostgresConfiguration) async throws(PostgresError) {
        let result: Result<Void, PostgresError> = await withCheckedContinuation { continuation in
            queue.async { [self] in continuation.resume(returning: connect(configuration)) }
        }
        try result.get()
    }

    private func connect(_ configuration: PostgresConfiguration) -> Result<Void, PostgresError> {
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
        return .success(())
    }

    func run(_ query: Query, file: String, line: Int) async -> Outcome {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                let result = execute(query, file: file, line: line)
                let isIdle =
                    !isStale && PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE
                continuation.resume(returning: Outcome(result: result, isIdle: isIdle))
            }
        }
    }

    @discardableResult
    func query(_ query: Query, file: String, line: Int) async throws(PostgresError) -> Answer {
        try await run(query, file: file, line: line).result.get()
    }

    /// Waits up to `seconds` for a notification; the payloads that came.
    func notifications(waiting seconds: Double) async throws(PostgresError) -> [Notification] {
        let box = await withCheckedContinuation { continuation in
            queue.async { [self] in continuation.resume(returning: waitForNotifications(seconds)) }
        }
        return try box.get()
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
        let source = Row.Source(query: query.sql, file: file, line: line)
        if query.isScript { return answer(PQexec(handle, source.query), source) }
        let result = executePrepared(query, source)
        guard case .failure(let error) = result, error.isStaleStatement else { return result }
        guard PQtransactionStatus(handle) == PQTRANS_IDLE else {
            isStale = true
            return result
        }
        PQclear(PQexec(handle, "DEALLOCATE ALL"))
        statements.forget()
        return executePrepared(query, source)
    }

    /// Each text is parsed once on this connection; the server may then keep its plan, too.
    private func executePrepared(_ query: Query, _ source: Row.Source) -> Result<Answer, PostgresError> {
        let name: String
        switch statements.use(source.query) {
        case .run(let known): name = known
        case .prepare(let new):
            let prepared = answer(PQprepare(handle, new, source.query, 0, nil), source)
            guard case .success = prepared else { return prepared }
            statements.add(source.query, name: new)
            if let old = statements.evict() { PQclear(PQexec(handle, "DEALLOCATE \(old)")) }
            name = new
        }
        let texts = query.values.map { value in value.flatMap { strdup($0) } }
        defer { texts.forEach { free($0) } }
        return texts.map { UnsafePointer($0) }.withUnsafeBufferPointer {
            answer(PQexecPrepared(handle, name, Int32(texts.count), $0.baseAddress, nil, nil, 0), source)
        }
    }

    /// What came back, which is freed.
    private func answer(_ result: OpaquePointer?, _ source: Row.Source) -> Result<Answer, PostgresError> {
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: return .success(rows(result, source))
        default:
            guard let state = Self.field(result, "C"), PQstatus(handle) == CONNECTION_OK else {
                return .failure(failure(.connection, query: source.query, file: source.file, line: source.line))
            }
            // 57014: cancelled, here by the statement's time-out.
            var error = PostgresError(
                state == "57014" ? .timeout : .server(sqlState: state), Self.field(result, "M") ?? "no message",
                query: source.query, file: source.file, line: source.line)
            // 0A000 is any feature that is missing; only this place means a plan whose tables have changed.
            error.isStaleStatement =
                state == "26000" || state == "0A000" && Self.field(result, "R") == "RevalidateCachedQuery"
            return .failure(error)
        }
    }

    /// SQLSTATE (`C`), message (`M`), the server's routine (`R`).
    private static func field(_ result: OpaquePointer?, _ code: Unicode.Scalar) -> String? {
        PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
    }

    private func rows(_ result: OpaquePointer?, _ source: Row.Source) -> Answer {
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
