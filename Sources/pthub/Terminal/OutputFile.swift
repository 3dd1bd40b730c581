import Foundation

/// Where `--json FILE` and its like go; '-' is standard output.
enum OutputFile {
    static func write(_ bytes: [UInt8], to path: String) throws {
        do {
            if path == "-" {
                FileHandle.standardOutput.write(Data(bytes))
            } else {
                try Data(bytes).write(to: URL(fileURLWithPath: path))
            }
        } catch {
            throw Failure(.inputOutput, "Could not write \(path): \(error.localizedDescription)")
        }
    }
}
