import Foundation

/// Where a private cluster lives and which commands steer it.
struct ClusterLayout: Sendable {
    let folder: String
    let data: String
    let log: String
    /// Folder of the socket; short, because the path of a Unix socket has at most 107 bytes.
    let socket: String
    private let binaries: String
    private let asRoot: Bool

    /// The user that runs the server when this program is root.
    private static let serverUser = "postgres"

    init(folder: String) throws {
        guard let binaries = Self.findBinaries() else {
            throw EmbeddedCluster.Failure(
                description: "PostgreSQL is not installed. Run scripts/setup, or let PTHUB_DATABASE_URL name a server.")
        }
        self.binaries = binaries
        self.folder = folder
        data = folder + "/data"
        log = folder + "/server.log"
        asRoot = getuid() == 0
        let inside = folder + "/socket"
        socket = inside.utf8.count < 80 ? inside : NSTemporaryDirectory() + "pthub-" + Self.shortName(folder)
    }

    /// A version 15 or newer, the newest that there is.
    private static func findBinaries() -> String? {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.compactMap { Int($0) }.filter { $0 >= 15 }.max().map { "\(root)/\($0)/bin" }
    }

    /// FNV-1a: the same folder gives the same name on every run.
    private static func shortName(_ text: String) -> String {
        String(text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 16)
    }

    /// As root the data folder is not readable through FileManager's user on some mounts: ask the server's user.
    var isInitialized: Bool { command(["test", "-f", data + "/PG_VERSION"]).status == 0 }

    var encodedSocket: String {
        socket.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? socket
    }

    func makeFolders() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: socket, withIntermediateDirectories: true)
        guard asRoot else { return }
        for path in [folder, socket] {
            guard Command.run(["chown", Self.serverUser, path]).status == 0 else {
                throw EmbeddedCluster.Failure(description: "\(path) could not be given to the user \(Self.serverUser).")
            }
        }
        guard command(["test", "-w", folder]).status == 0 else {
            throw EmbeddedCluster.Failure(
                description: "The user \(Self.serverUser), who runs the private database, cannot reach \(folder). Let "
                    + "PTHUB_DATA name a folder that others may enter, for example /var/lib/pthub.")
        }
    }

    func initialize(durable: Bool) throws {
        let result = command([
            binaries + "/initdb", "-D", data, "-U", "pthub", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
            "--no-sync",
        ])
        guard result.status == 0 else {
            throw EmbeddedCluster.Failure(description: "initdb failed: \(result.output)")
        }
        if durable { sync() }
    }

    func control(_ arguments: [String]) -> (status: Int32, output: String) {
        command([binaries + "/pg_ctl", "-D", data] + arguments)
    }

    func createDatabase(_ name: String) throws {
        let tool = [binaries + "/psql", "-h", socket, "-U", "pthub", "-d", "postgres", "-Atqc"]
        let found = command(tool + ["SELECT 1 FROM pg_database WHERE datname = '\(name)'"])
        if found.output.trimmingCharacters(in: .whitespacesAndNewlines) == "1" { return }
        let made = command(tool + ["CREATE DATABASE \(name)"])
        guard made.status == 0 else {
            throw EmbeddedCluster.Failure(description: "The database \(name) could not be made: \(made.output)")
        }
    }

    /// As the user who runs the server.
    private func command(_ arguments: [String]) -> (status: Int32, output: String) {
        Command.run((asRoot ? ["runuser", "-u", Self.serverUser, "--"] : []) + arguments)
    }
}
