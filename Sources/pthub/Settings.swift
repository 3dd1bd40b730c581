import API
import Foundation
import Worker

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
    /// `PTHUB_MAIL_COMMAND`, `PTHUB_MAIL_FROM`: how e-mails leave; nil: they are noted as not sent.
    var mail: MailConfiguration?
    /// `PTHUB_URL`: where browsers reach the pages.
    var baseURL: String
    /// `PTHUB_RATE_FACTOR`: multiplies the rate limits.
    var rateFactor: Double

    static func fromEnvironment(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Settings {
        let data = absolute(environment["PTHUB_DATA"] ?? ".pthub")
        var url = environment["PTHUB_URL"] ?? "http://127.0.0.1:8080"
        while url.hasSuffix("/") { url.removeLast() }
        let command = (environment["PTHUB_MAIL_COMMAND"] ?? "").split(separator: " ").map(String.init)
        let from = environment["PTHUB_MAIL_FROM"] ?? "pthub@localhost"
        return Settings(
            databaseURL: environment["PTHUB_DATABASE_URL"].flatMap { $0.isEmpty ? nil : $0 },
            dataFolder: data,
            modelFolder: absolute(environment["PTHUB_MODELS"] ?? ".models"),
            archiveFolder: absolute(environment["PTHUB_ARCHIVE"] ?? data + "/archive"),
            rulesFolder: environment["PTHUB_RULES"].flatMap { $0.isEmpty ? nil : absolute($0) },
            mail: command.isEmpty ? nil : MailConfiguration(command: command, from: from, baseURL: url), baseURL: url,
            rateFactor: environment["PTHUB_RATE_FACTOR"].flatMap { Double($0) }.flatMap { $0 > 0 ? $0 : nil } ?? 1)
    }

    /// `PTHUB_OIDC_ISSUER`, `PTHUB_OIDC_CLIENT_ID`, `PTHUB_OIDC_CLIENT_SECRET` or `…_SECRET_FILE`: the external
    /// identity provider; nil: passwords only.
    func openID(
        _ environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(Failure) -> OpenIDConfiguration? {
        do { return try OpenIDConfiguration.read(environment, baseURL: baseURL) } catch {
            throw Failure(.usage, "\(error)")
        }
    }

    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
