internal import CFFmpeg
import Foundation

/// Macros of FFmpeg that do not come through the importer, and its process-wide settings.
enum FFmpeg {
    static let endOfFile = tag("EOF ")
    static let invalidData = tag("INDA")
    static let exit = tag("EXIT")
    static let tryAgain = -EAGAIN
    static let outOfMemory = -ENOMEM
    static let noTimestamp = Int64.min

    /// Once a process: no allocation above 256 MiB, and no log lines, since the default logger asks the terminal.
    static let configured: Void = {
        av_max_alloc(256 << 20)
        av_log_set_callback { _, _, _, _ in }
    }()

    /// FFERRTAG.
    private static func tag(_ letters: String) -> Int32 {
        -letters.utf8.enumerated().reduce(Int32(0)) { $0 | Int32($1.element) << Int32(8 * $1.offset) }
    }

    static func text(_ code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        av_strerror(code, &buffer, buffer.count)
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func seconds(_ timestamp: Int64, _ base: AVRational) -> Double {
        Double(timestamp) * Double(base.num) / Double(base.den)
    }
}
