import Foundation
import Postgres
import Support
import Synchronization

/// A statement as it ran: its text, the values of its first run, and the place in the sources that sent it.
struct RecordedStatement: Sendable {
    var query: Query
    /// `Store/People.swift`.
    var file: String
    var line: Int
}

/// All statements that a pool runs, one of each text.
final class RecordedStatements: Sendable {
    private let statements = Mutex<[String: RecordedStatement]>([:])
    private let seen = Mutex<Set<String>>([])

    /// A pool on the same database whose statements are recorded here.
    func pool(_ other: PostgresPool) -> PostgresPool {
        var configuration = other.configuration
        configuration.onStatement = { [self] query, file, line in
            seen.withLock { _ = $0.insert("\(file):\(line)") }
            guard !query.isScript else { return }
            statements.withLock { kept in
                kept[query.sql] = kept[query.sql] ?? RecordedStatement(query: query, file: file, line: line)
            }
        }
        return PostgresPool(configuration, logger: TestLogger.silent)
    }

    var all: [RecordedStatement] {
        statements.withLock { $0.values.sorted { ($0.file, $0.line, $0.query.sql) < ($1.file, $1.line, $1.query.sql) } }
    }

    /// Places in the sources of a target that send a statement and were not seen to: `file:line`.
    func unseen(target: String) throws -> [String] {
        let folder = ProjectFiles.path("Sources/\(target)")
        let seen = seen.withLock { $0 }
        var missing: [String] = []
        for case let path as String in FileManager.default.enumerator(atPath: folder) ?? .init()
        where path.hasSuffix(".swift") {
            let text = try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
            let name = path.split(separator: "/").last.map(String.init) ?? path
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            where line.contains(#/(database|executor|transaction|pool)\.(query|execute)\(/#) {
                let place = "\(target)/\(name):\(index + 1)"
                if !seen.contains(place) { missing.append(place) }
            }
        }
        return missing.sorted()
    }
}
