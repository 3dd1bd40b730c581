import Foundation

/// Where `--json FILE` and its like go; '-' is standard output.
enum OutputFile {
    static func write(_ bytes: [UInt8], to path: String) throws {
        try write(to: path) { write in try write(bytes) }
    }

    /// `produce` gets what writes one piece behind the other.
    static func write(to path: String, _ produce: (([UInt8]) throws -> Void) throws -> Void) throws {
        do {
            let file = path == "-" ? FileHandle.standardOutput : try created(path)
            try produce { try file.write(contentsOf: Data($0)) }
            if path != "-" { try file.close() }
        } catch {
            throw Failure(.inputOutput, "Could not write \(path): \(error.localizedDescription)")
        }
    }

    private static func created(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(fileURLWithPath: path))
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }
}
