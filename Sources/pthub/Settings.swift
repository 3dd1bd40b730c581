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
    /// `PTHUB_MAIL_COMMAND`, `PTHUB_MAIL_FROM`: how e-mails leave; nil: they wait in the job table as dead.
    var mail: MailConfiguration?
    /// `PTHUB_URL`: where browsers reach the pages.
    var baseURL: String
    /// `PTHUB_OIDC_ISSUER`, `PTHUB_OIDC_CLIENT_ID`, `PTHUB_OIDC_CLIENT_SECRET` or `…_SECRET_FILE`: the external
    /// identity provider; nil: passwords only.
    var openID: OpenIDConfiguration?
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
            openID: openID(environment, baseURL: url),
            rateFactor: environment["PTHUB_RATE_FACTOR"].flatMap { Double($0) }.flatMap { $0 > 0 ? $0 : nil } ?? 1)
    }

    private static func openID(_ environment: [String: String], baseURL: String) -> OpenIDConfiguration? {
        guard let issuer = environment["PTHUB_OIDC_ISSUER"], !issuer.isEmpty,
            let client = environment["PTHUB_OIDC_CLIENT_ID"]
        else { return nil }
        let file = environment["PTHUB_OIDC_CLIENT_SECRET_FILE"].flatMap { FileManager.default.contents(atPath: $0) }
        let secret = file.map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
        return OpenIDConfiguration(
            issuer: issuer, clientID: client, clientSecret: secret ?? environment["PTHUB_OIDC_CLIENT_SECRET"] ?? "",
            baseURL: baseURL)
    }

    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
