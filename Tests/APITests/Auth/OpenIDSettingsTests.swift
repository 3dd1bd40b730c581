import API
import Foundation
import Testing

/// Settings of the external provider that are there by halves are an error at the start.
@Suite struct OpenIDSettingsTests {
    private static let whole = [
        "PTHUB_OIDC_ISSUER": "https://id.example", "PTHUB_OIDC_CLIENT_ID": "hub", "PTHUB_OIDC_CLIENT_SECRET": "s3cret",
    ]

    private func read(
        _ environment: [String: String], baseURL: String = "https://hub.example", file: String? = nil
    ) throws(OpenIDSettingError) -> OpenIDConfiguration? {
        try OpenIDConfiguration.read(environment, baseURL: baseURL) { path in
            path == "/secret" ? file.map { Data($0.utf8) } : nil
        }
    }

    @Test("Without any of them there is no provider; empty is as good as unset")
    func none() throws {
        #expect(try read([:]) == nil)
        #expect(try read(["PTHUB_OIDC_ISSUER": "", "PTHUB_OIDC_CLIENT_SECRET_FILE": ""]) == nil)
    }

    @Test("The secret may stand in the environment or in a file")
    func whole() throws {
        #expect(try read(Self.whole)?.clientSecret == "s3cret")
        var byFile = Self.whole
        byFile["PTHUB_OIDC_CLIENT_SECRET"] = nil
        byFile["PTHUB_OIDC_CLIENT_SECRET_FILE"] = "/secret"
        let read = try #require(try read(byFile, file: "from file\n"))
        #expect((read.issuer, read.clientID, read.clientSecret) == ("https://id.example", "hub", "from file"))
    }

    @Test(
        "On this machine http will do", arguments: ["http://127.0.0.1:4593", "http://localhost/x", "http://[::1]:80"])
    func loopback(issuer: String) throws {
        let given = Self.whole.merging(["PTHUB_OIDC_ISSUER": issuer]) { $1 }
        #expect(try read(given, baseURL: "http://127.0.0.1:8080")?.issuer == issuer)
    }

    struct Slip: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var changes: [String: String?]
        var baseURL = "https://hub.example"
        var file: String?
        /// The variable that the error names, and a part of what it says.
        var names: String
        var says: String
    }

    static let slips: [Slip] = [
        Slip(
            testDescription: "issuer alone",
            changes: ["PTHUB_OIDC_CLIENT_ID": nil, "PTHUB_OIDC_CLIENT_SECRET": nil], names: "PTHUB_OIDC_CLIENT_ID",
            says: "not set"),
        Slip(
            testDescription: "no issuer", changes: ["PTHUB_OIDC_ISSUER": nil], names: "PTHUB_OIDC_ISSUER",
            says: "PTHUB_OIDC_CLIENT_ID is"),
        Slip(
            testDescription: "no secret", changes: ["PTHUB_OIDC_CLIENT_SECRET": nil],
            names: "PTHUB_OIDC_CLIENT_SECRET", says: "PTHUB_OIDC_CLIENT_SECRET_FILE"),
        Slip(
            testDescription: "both secrets", changes: ["PTHUB_OIDC_CLIENT_SECRET_FILE": "/secret"], file: "x",
            names: "PTHUB_OIDC_CLIENT_SECRET", says: "both set"),
        Slip(
            testDescription: "unreadable file",
            changes: ["PTHUB_OIDC_CLIENT_SECRET": nil, "PTHUB_OIDC_CLIENT_SECRET_FILE": "/nowhere"],
            names: "PTHUB_OIDC_CLIENT_SECRET_FILE", says: "/nowhere"),
        Slip(
            testDescription: "empty file",
            changes: ["PTHUB_OIDC_CLIENT_SECRET": nil, "PTHUB_OIDC_CLIENT_SECRET_FILE": "/secret"], file: " \n",
            names: "PTHUB_OIDC_CLIENT_SECRET_FILE", says: "empty"),
        Slip(
            testDescription: "http elsewhere", changes: ["PTHUB_OIDC_ISSUER": "http://id.example"],
            names: "PTHUB_OIDC_ISSUER", says: "https"),
        Slip(
            testDescription: "http to a name that only looks like this machine",
            changes: ["PTHUB_OIDC_ISSUER": "http://localhost.id.example"], names: "PTHUB_OIDC_ISSUER", says: "https"),
        Slip(
            testDescription: "no URL", changes: ["PTHUB_OIDC_ISSUER": "id.example"], names: "PTHUB_OIDC_ISSUER",
            says: "https"),
        Slip(
            testDescription: "the discovery document's URL",
            changes: ["PTHUB_OIDC_ISSUER": "https://id.example/.well-known/openid-configuration"],
            names: "PTHUB_OIDC_ISSUER", says: "issuer alone"),
        Slip(
            testDescription: "with a query", changes: ["PTHUB_OIDC_ISSUER": "https://id.example?a=b"],
            names: "PTHUB_OIDC_ISSUER", says: "no query"),
        Slip(
            testDescription: "pages by http", changes: [:], baseURL: "http://hub.example", names: "PTHUB_URL",
            says: "https"),
    ]

    @Test("A slip names the variable and what to do", arguments: slips)
    func slip(_ slip: Slip) {
        var given = Self.whole
        for (name, value) in slip.changes { given[name] = value }
        let error = #expect(throws: OpenIDSettingError.self) { try read(given, baseURL: slip.baseURL, file: slip.file) }
        #expect(error?.variable == slip.names)
        #expect(error?.reason.contains(slip.says) == true, "\(error?.reason ?? "")")
    }
}
