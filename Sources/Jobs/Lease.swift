import Foundation

/// A worker's hold on a job. Every write names the token: a worker that lost its lease writes nothing.
package struct Lease: Hashable, Sendable {
    package var jobID: Int64
    package var token: Int64
    package var tenant: Int64
    package var kind: String
    /// JSON.
    package var payload: String
    package var attempt: Int
    /// How long the job may run altogether.
    package var maximumRuntime: Duration

    package func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try JSONDecoder().decode(type, from: Data(payload.utf8))
    }
}
