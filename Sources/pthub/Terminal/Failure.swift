import ArgumentParser
import Foundation

/// Ends the program with one sentence on standard error and an exit code of sysexits.
struct Failure: Error {
    enum Kind: Int32 {
        case failed = 1
        case usage = 64
        case badMedia = 65
        case noInput = 66
        case unavailable = 69
        case inputOutput = 74
    }

    var kind: Kind
    var message: String

    init(_ kind: Kind, _ message: String) {
        (self.kind, self.message) = (kind, message)
    }

    /// Says the sentence and gives ArgumentParser the code to exit with.
    func report() -> ExitCode {
        FileHandle.standardError.write(Data("pthub: \(message)\n".utf8))
        return ExitCode(kind.rawValue)
    }
}

/// Runs a command's body and turns a `Failure` into its exit code.
func reportingFailures<R>(_ body: () throws -> R) throws -> R {
    do { return try body() } catch let failure as Failure { throw failure.report() }
}

func reportingFailures<R>(_ body: () async throws -> R) async throws -> R {
    do { return try await body() } catch let failure as Failure { throw failure.report() }
}
