import Foundation

/// Where tests find what the project ships.
package enum ProjectFiles {
    /// The package's own folder.
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    package static func path(_ relative: String) -> String { root.appendingPathComponent(relative).path }

    package static func sampleClip(_ name: String) -> String { path("sample-videos/\(name).mp4") }

    package static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// The folder of the model files; `make models` fills it.
    package static var models: String { ProcessInfo.processInfo.environment["PTHUB_MODELS"] ?? path(".models") }
}
