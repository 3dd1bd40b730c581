import Foundation
import Store

/// Where a page of clips ends: microseconds since 1970 and the id.
extension Clips.Position {
    init(_ clip: Clip) { self.init(createdAt: clip.createdAt, id: clip.id) }

    init(_ keys: [String]) throws(Problem) {
        guard keys.count == 2, let micro = Int64(keys[0]), let id = UUID(uuidString: keys[1]),
            abs(micro) < 1 << 56
        else { throw Cursor.malformed }
        self.init(createdAt: Date(timeIntervalSince1970: Double(micro) / 1e6), id: id)
    }

    var keys: [String] { ["\(Int64((createdAt.timeIntervalSince1970 * 1e6).rounded()))", id.uuidString.lowercased()] }
}

typealias ClipCursor = Clips.Position
