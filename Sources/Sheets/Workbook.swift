package import Domain
import Foundation
import Subprocess
import SystemPackage

/// Workout sheets as Excel workbooks, read by the program `xlsx2csv` in a child with no environment and hard limits: a
/// workbook is a stranger's archive of XML.
package struct Workbook: Sendable {
    /// Set by tests.
    let converter: String

    package init(converter: String = "/usr/bin/xlsx2csv") { self.converter = converter }

    /// All workbooks are zip archives.
    package static func isWorkbook(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) }

    static let memoryBytes = 256 << 20
    static let cpuSeconds = 5
    static let wallSeconds = 15
    static let mostBytes = 1 << 20

    /// Reads the first sheet. `name` is the file's name for the messages.
    package func read(_ bytes: [UInt8], name: String) async throws -> WorkoutSheet {
        guard Self.isWorkbook(bytes) else { throw Self.refusal(name, "The file is no Excel workbook (.xlsx).") }
        guard FileManager.default.isExecutableFile(atPath: converter) else {
            throw Self.refusal(
                name, "Excel workbooks cannot be read on this machine: xlsx2csv is not installed. Save it as CSV.")
        }
        return try CSVFile.read(try await convert(bytes, name: name), name: name, rowsAreLines: true)
    }

    private func convert(_ bytes: [UInt8], name: String) async throws -> [UInt8] {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("pthub-\(UUID().uuidString).xlsx").path
        guard
            FileManager.default.createFile(atPath: file, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
        defer { try? FileManager.default.removeItem(atPath: file) }
        let limits = [
            "--as=\(Self.memoryBytes)", "--cpu=\(Self.cpuSeconds)", "--core=0", "--fsize=0", "--nofile=32",
        ]
        let command =
            ["--signal=KILL", "\(Self.wallSeconds)", "/usr/bin/prlimit"] + limits
            + ["--", converter, "--sheet", "1", file]
        do {
            let result = try await run(
                .path("/usr/bin/timeout"), arguments: Arguments(command), environment: .custom([[UInt8]]()),
                output: .string(limit: Self.mostBytes), error: .discarded)
            guard result.terminationStatus.isSuccess else {
                throw Self.refusal(name, "The workbook is damaged, too large, or not what its name says.")
            }
            return Array(result.standardOutput.utf8)
        } catch is SubprocessError {
            throw Self.refusal(
                name, "The workbook is too large to be read; a sheet may have \(Self.mostBytes >> 10) KiB of text.")
        }
    }

    private static func refusal(_ file: String, _ reason: String) -> WorkoutSheet.Refusal {
        WorkoutSheet.Refusal([WorkoutSheet.BadRow(file: file, line: 1, reason: reason)])
    }
}
