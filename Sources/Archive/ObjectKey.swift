/// The name of an object: parts of letters, digits, dot, dash and underscore, joined by slashes; nothing that a file
/// system could read as something else.
package struct ObjectKey: Hashable, Sendable, CustomStringConvertible {
    package let path: String

    package init(validating path: String) throws(ArchiveError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let isValid =
            path.utf8.count <= 512
            && parts.allSatisfy { part in
                !part.isEmpty && !part.hasPrefix(".") && part.utf8.allSatisfy(Self.isAllowed)
            }
        guard isValid else { throw .invalidKey }
        self.path = path
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }

    package var description: String { path }
}
