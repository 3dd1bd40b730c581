import Dispatch
import Foundation

/// A private PostgreSQL server for machines where nobody has set one up: on a Unix socket only, in a folder of its
/// own, run by the user `postgres` when this program runs as root, since the server refuses to be root.
package struct EmbeddedCluster: Sendable {
    package let url: String
    private let layout: ClusterLayout
    /// Whether this call started the server: only then does `stop` stop it.
    private let isOurs: Bool

    package struct Failure: Error, CustomStringConvertible, Sendable {
        package var description: String
    }

    /// Starts the server in `folder`, making it first if it is not there. `durable` false skips fsync: for tests.
    package static func start(in folder: String, durable: Bool = true) async throws -> EmbeddedCluster {
        try await onThread { try startBlocking(in: folder, durable: durable) }
    }

    package func stop() async {
        guard isOurs else { return }
        try? await Self.onThread { _ = layout.control(["-m", "fast", "-w", "stop"]) }
    }

    /// For exit handlers, which cannot wait for tasks.
    package func stopBlocking() {
        if isOurs { _ = layout.control(["-m", "fast", "-w", "stop"]) }
    }

    private static func startBlocking(in folder: String, durable: Bool) throws -> EmbeddedCluster {
        let layout = try ClusterLayout(folder: folder)
        try layout.makeFolders()
        if !FileManager.default.fileExists(atPath: layout.data + "/PG_VERSION") && !layout.isInitialized {
            try layout.initialize(durable: durable)
        }
        let isRunning = layout.control(["status"]).status == 0
        if !isRunning {
            let options = "-k '\(layout.socket)' -c listen_addresses='' -c max_connections=100"
            let fast =
                durable ? "" : " -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=500"
            let result = layout.control(["-w", "-t", "30", "-l", layout.log, "-o", options + fast, "start"])
            guard result.status == 0 else {
                throw Failure(
                    description: "The private database did not start: \(result.output). Its log is \(layout.log).")
            }
        }
        let database = "postgresql:///pthub?host=\(layout.encodedSocket)&user=pthub"
        try layout.createDatabase("pthub")
        return EmbeddedCluster(url: database, layout: layout, isOurs: !isRunning)
    }

    private static func onThread<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
