import HTTPTypes

/// What a handler gives back.
struct Reply<Value: Encodable & SchemaDescribing>: Sendable {
    var value: Value
    var headers: HTTPFields = [:]
    /// The row's version: becomes the ETag that `If-Match` wants.
    var version: Int64?

    init(_ value: Value, version: Int64? = nil, headers: HTTPFields = [:]) {
        self.value = value
        self.version = version
        self.headers = headers
    }
}

/// Nothing: 204.
struct Nothing: Encodable, SchemaDescribing {
    static let schema = Schema.object([])
}

extension Reply where Value == Nothing {
    static var nothing: Reply { Reply(Nothing()) }
}

/// A row's version as an entity tag.
enum EntityVersion {
    static func tag(_ version: Int64) -> String { "\"v\(version)\"" }

    /// What `If-Match` names: 428 when there is none, nil for `*`, 422 for what is no tag of ours.
    static func expected(_ header: String?) throws(Problem) -> Int64? {
        guard let header else { throw .versionNeeded }
        if header == "*" { return nil }
        guard header.hasPrefix("\"v"), header.hasSuffix("\""), let version = Int64(header.dropFirst(2).dropLast())
        else {
            throw Problem(
                .unprocessableContent, "invalid_field", "If-Match must be an ETag that you read, or *.",
                field: "If-Match")
        }
        // Columns of versions are 32 bits wide; no row gets that far, so a larger one is as stale as its bound.
        return Int64(Int32(clamping: version))
    }
}

extension Problem {
    static let versionNeeded = Problem(
        HTTPResponse.Status(code: 428, reasonPhrase: "Precondition Required"), "version_needed",
        "Say which version you edit: send the ETag that you read as If-Match.", field: "If-Match")
    static let versionStale = Problem(
        .preconditionFailed, "version_stale", "It was changed meanwhile. Read it again, then edit that.",
        field: "If-Match")
}
