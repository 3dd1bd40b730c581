import Foundation

/// What the environment says, with the defaults that make `pthub demo` work on a fresh machine.
struct Settings {
    /// `PTHUB_DATABASE_URL`; nil: a private cluster under `dataFolder`.
    var databaseURL: String?
    /// `PTHUB_DATA`: the private cluster, the archive and the demo's accounts.
    var dataFolder: String
    /// `PTHUB_MODELS`: the folder of the two .tflite files.
    var modelFolder: String
    /// `PTHUB_ARCHIVE`: the mounted volume for clips, tracks and reports.
    var archiveFolder: String
    /// `PTHUB_RULES`: a folder of further rule files; nil: the program's own alone.
    var rulesFolder: String?

    static func fromEnvironment(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Settings {
        let data = absolute(environment["PTHUB_DATA"] ?? ".pthub")
        return Settings(
            databaseURL: environment["PTHUB_DATABASE_URL"].flatMap { $0.isEmpty ? nil : $0 },
            dataFolder: data,
            modelFolder: absolute(environment["PTHUB_MODELS"] ?? ".models"),
            archiveFolder: absolute(environment["PTHUB_ARCHIVE"] ?? data + "/archive"),
            rulesFolder: environment["PTHUB_RULES"].flatMap { $0.isEmpty ? nil : absolute($0) })
    }

    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
