import Foundation
import HTTPTypes

/// Which part of a list is asked for.
struct PageRequest: Sendable {
    static let defaultLimit: Int64 = 50
    static let maximumLimit: Int64 = 200

    /// Rows to give. Ask the store for one more: whether it comes tells whether there is a next page.
    var limit: Int
    /// The sort keys of the last row of the page before; nil for the first page.
    var after: [String]?

    /// The first sort key as a number; nil on the first page, 422 when the cursor is of another list.
    func number() throws(Problem) -> Int64? {
        guard let after else { return nil }
        guard after.count == 1, let number = Int64(after[0]) else { throw Cursor.malformed }
        return number
    }
}

/// Sort keys as one opaque word.
enum Cursor {
    static let malformed = Problem(
        .unprocessableContent, "invalid_field", "cursor is not one that this list gave.", field: "cursor")

    static func encode(_ keys: [String]) -> String { Base64URL.encode(Array(keys.joined(separator: "\u{1f}").utf8)) }

    static func decode(_ text: String) throws(Problem) -> [String] {
        guard let bytes = Base64URL.decode(text), let keys = String(validating: bytes, as: UTF8.self),
            !keys.unicodeScalars.contains("\0")
        else { throw malformed }
        return keys.split(separator: "\u{1f}", omittingEmptySubsequences: false).map(String.init)
    }
}

/// One page of a list.
struct Page<Item: Encodable & SchemaDescribing>: Encodable, SchemaDescribing {
    var items: [Item]
    /// The `cursor` of the next page; nil at the end.
    var next: String?

    static var schema: Schema {
        .object([
            .required("items", .list(Item.schema, 0...Int(PageRequest.maximumLimit))),
            .optional("next", .text(0...2000)),
        ])
    }

    /// `rows` holds up to one more than the limit; `keys` gives a row's sort keys.
    init<Row>(_ rows: [Row], _ request: PageRequest, keys: (Row) -> [String], item: (Row) -> Item) {
        items = rows.prefix(request.limit).map(item)
        next = rows.count > request.limit ? Cursor.encode(keys(rows[request.limit - 1])) : nil
    }

    /// A list that is always whole.
    init(all items: [Item]) {
        self.items = items
    }
}

/// RFC 4648 §5 without padding.
enum Base64URL {
    static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static func decode(_ text: String) -> [UInt8]? {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        let padded = plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        return Data(base64Encoded: padded).map { [UInt8]($0) }
    }
}
