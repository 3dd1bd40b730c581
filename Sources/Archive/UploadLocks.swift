import Foundation

/// One thread at a time for each upload.
final class UploadLocks: @unchecked Sendable {  // `busy` is touched under `condition`
    private let condition = NSCondition()
    private var busy: Set<UUID> = []

    func holding<R>(_ id: UUID, _ body: () throws(ArchiveError) -> R) throws(ArchiveError) -> R {
        condition.lock()
        while busy.contains(id) { condition.wait() }
        busy.insert(id)
        condition.unlock()
        defer {
            condition.lock()
            busy.remove(id)
            condition.broadcast()
            condition.unlock()
        }
        return try body()
    }
}
