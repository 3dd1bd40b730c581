import Support
import Testing
import Worker

/// The framing between the worker and its child, which has read an untrusted file.
@Suite struct AnalyzerMessageTests {
    private static let messages: [(AnalyzerMessage.Kind, [UInt8])] = [
        (.progress, Array("{}".utf8)), (.track, [UInt8](repeating: 7, count: 70_000)), (.keyFrame, [1, 2, 3]),
        (.report, Array("[1]".utf8)), (.done, []),
    ]

    @Test("Messages come out whole, whatever pieces they come in", arguments: [1, 2, 5, 4096, 1 << 20])
    func pieces(size: Int) throws {
        let stream = Self.messages.flatMap { AnalyzerMessage.frame($0.0, $0.1) }
        var parser = AnalyzerMessage.Parser()
        var found: [(kind: AnalyzerMessage.Kind, payload: [UInt8])] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            found += try parser.feed(stream[start..<min(start + size, stream.count)])
        }
        #expect(found.map(\.kind) == Self.messages.map(\.0))
        #expect(found.map(\.payload) == Self.messages.map(\.1))
        #expect(parser.isAtBoundary)
    }

    @Test("A stream that ends within a message is seen to")
    func cutOff() throws {
        var parser = AnalyzerMessage.Parser()
        #expect(try parser.feed(AnalyzerMessage.frame(.report, [1, 2, 3]).dropLast()).isEmpty)
        #expect(!parser.isAtBoundary)
    }

    @Test("An unknown kind, or a length beyond the bound, is refused before anything is allocated for it")
    func lies() throws {
        #expect(throws: AnalyzerMessage.Parser.Malformed.self) {
            var parser = AnalyzerMessage.Parser()
            _ = try parser.feed([99, 0, 0, 0, 0])
        }
        #expect(throws: AnalyzerMessage.Parser.Malformed.self) {
            var parser = AnalyzerMessage.Parser()
            _ = try parser.feed([AnalyzerMessage.Kind.report.rawValue, 0xFF, 0xFF, 0xFF, 0x7F])
        }
    }

    @Test("More than the bound of all messages together is refused")
    func total() throws {
        var parser = AnalyzerMessage.Parser()
        let message = AnalyzerMessage.frame(.track, [UInt8](repeating: 0, count: AnalyzerMessage.maximumLength))
        var accepted = 0
        #expect(throws: AnalyzerMessage.Parser.Malformed.self) {
            while accepted <= AnalyzerMessage.maximumTotal {
                _ = try parser.feed(message[...])
                accepted += message.count
            }
        }
        #expect(accepted > AnalyzerMessage.maximumTotal / 2)
    }

    @Test("Noise gives messages or a refusal, never a crash")
    func noise() {
        var random = SplitMix64(seed: 7)
        var refused = 0
        for _ in 0..<2000 {
            let bytes = (0..<64).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            var parser = AnalyzerMessage.Parser()
            do { _ = try parser.feed(bytes[...]) } catch { refused += 1 }
        }
        #expect(refused > 1900)
    }
}
