import Synchronization

/// What the threads of a crew hand in, one place for each job.
final class ResultSlots<Value: Sendable, Failure: Error>: Sendable {
    private let results: Mutex<[Result<Value, Failure>]>

    /// `empty` stands where nothing was handed in.
    init(count: Int, empty: Value) { results = Mutex(Array(repeating: .success(empty), count: count)) }

    func set(_ result: Result<Value, Failure>, _ job: Int) {
        results.withLock { $0[job] = result }
    }

    /// In the order of the jobs; throws the first failure in that order.
    func values() throws(Failure) -> [Value] {
        let results = results.withLock { $0 }
        var values: [Value] = []
        for result in results { values.append(try result.get()) }
        return values
    }
}
