package import Foundation

/// A setting that is there by halves or cannot be used: which variable, and what to do.
package struct OpenIDSettingError: Error, Equatable, CustomStringConvertible {
    package var variable: String
    package var reason: String

    package var description: String { "\(variable): \(reason)" }
}

extension OpenIDConfiguration {
    private static let issuerName = "PTHUB_OIDC_ISSUER"
    private static let clientName = "PTHUB_OIDC_CLIENT_ID"
    private static let secretName = "PTHUB_OIDC_CLIENT_SECRET"
    private static let fileName = "PTHUB_OIDC_CLIENT_SECRET_FILE"
    private static let urlName = "PTHUB_URL"

    /// What the variables say; nil when none of them is set. All that a sign-in needs is checked here, so that a slip is
    /// seen at the start and not by the first who signs in. `contents` reads the file of the secret.
    package static func read(
        _ environment: [String: String], baseURL: String,
        contents: (String) -> Data? = { FileManager.default.contents(atPath: $0) }
    ) throws(OpenIDSettingError) -> OpenIDConfiguration? {
        let given = environment.filter { !$0.value.isEmpty }
        let names = [issuerName, clientName, secretName, fileName]
        guard let first = names.first(where: { given[$0] != nil }) else { return nil }
        guard let issuer = given[issuerName] else {
            throw OpenIDSettingError(
                variable: issuerName,
                reason: "is not set, but \(first) is. Set it to the provider's issuer, or unset all of PTHUB_OIDC_….")
        }
        try checkIssuer(issuer)
        guard let client = given[clientName] else {
            throw OpenIDSettingError(
                variable: clientName, reason: "is not set, but \(issuerName) is. Set it to what the provider gave you.")
        }
        let secret = try secret(given, contents)
        guard isSafe(baseURL) else {
            throw OpenIDSettingError(
                variable: urlName,
                reason: "is \(baseURL), where the provider sends people back with their code. Set it to the https "
                    + "address of the pages; http will do on this machine alone.")
        }
        return OpenIDConfiguration(issuer: issuer, clientID: client, clientSecret: secret, baseURL: baseURL)
    }

    private static func checkIssuer(_ issuer: String) throws(OpenIDSettingError) {
        guard isSafe(issuer) else {
            throw OpenIDSettingError(
                variable: issuerName,
                reason: "is \(issuer), not the https URL of a provider; http will do on this machine alone. "
                    + "Copy the issuer from the provider's discovery document.")
        }
        guard let parts = URLComponents(string: issuer), parts.query == nil, parts.fragment == nil, parts.user == nil,
            !issuer.hasSuffix("/.well-known/openid-configuration")
        else {
            throw OpenIDSettingError(
                variable: issuerName,
                reason: "must be the issuer alone: no account, no query, and without /.well-known/openid-configuration."
            )
        }
    }

    private static func secret(
        _ given: [String: String], _ contents: (String) -> Data?
    ) throws(OpenIDSettingError) -> String {
        switch (given[secretName], given[fileName]) {
        case (nil, nil):
            throw OpenIDSettingError(
                variable: secretName,
                reason: "is not set. Set it, or let \(fileName) name a file that holds the secret.")
        case (.some, .some):
            throw OpenIDSettingError(variable: secretName, reason: "and \(fileName) are both set. Unset one of them.")
        case (let secret?, nil): return secret
        case (nil, let path?):
            guard let data = contents(path) else {
                throw OpenIDSettingError(
                    variable: fileName,
                    reason:
                        "names \(path), which cannot be read. Check that it is there and that this user may read it.")
            }
            let secret = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard !secret.isEmpty else {
                throw OpenIDSettingError(variable: fileName, reason: "names \(path), which is empty.")
            }
            return secret
        }
    }

    /// https, or http that does not leave this machine.
    private static func isSafe(_ text: String) -> Bool {
        guard let url = URLComponents(string: text), let host = url.host, !host.isEmpty else { return false }
        let isLoopback = host == "localhost" || host.hasPrefix("127.") || host == "[::1]" || host == "::1"
        return url.scheme == "https" || url.scheme == "http" && isLoopback
    }
}
