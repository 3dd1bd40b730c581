/// The statements that one connection has prepared, by their text; when there is no more room, the one that was not used
/// for the longest time goes.
package struct PreparedStatements: Sendable {
    package enum Use: Equatable {
        /// Run it under this name.
        case run(name: String)
        /// Prepare it under this name first, which no statement of this connection ever had.
        case prepare(name: String)
    }

    private struct Entry {
        var name: String
        var lastUse: Int
    }

    private let capacity: Int
    private var entries: [String: Entry] = [:]
    private var uses = 0
    private var made = 0

    /// How many are kept on a connection. Each costs the server some ten kilobytes; this program has about 200 texts.
    package static let usualCapacity = 256

    package init(capacity: Int = usualCapacity) {
        self.capacity = max(capacity, 1)
    }

    package mutating func use(_ sql: String) -> Use {
        uses += 1
        if let name = entries[sql]?.name {
            entries[sql]?.lastUse = uses
            return .run(name: name)
        }
        made += 1
        return .prepare(name: "s\(made)")
    }

    /// The server has it now.
    package mutating func add(_ sql: String, name: String) {
        entries[sql] = Entry(name: name, lastUse: uses)
    }

    /// The name of a statement that is to be deallocated, nil while there is room.
    package mutating func evict() -> String? {
        guard entries.count > capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
            return nil
        }
        entries[oldest.key] = nil
        return oldest.value.name
    }

    /// The server has none of them any more, or they are not what they were.
    package mutating func forget() {
        entries = [:]
    }
}
