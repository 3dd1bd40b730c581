import Dispatch
package import Foundation
package import OpenSSL

/// Objects as files on a mounted volume. Temporary files live on the same file system as the objects, so that a rename
/// makes one of the other; bytes and folder entries are flushed before anything is acknowledged.
package final class FileStore: ObjectStore, Sendable {
    private let objects: String
    private let uploads: String
    /// File calls block; two appends to one upload must not interleave, which `UploadLocks` sees to.
    private let queue = DispatchQueue(label: "pthub.archive", attributes: .concurrent)
    private let locks = UploadLocks()

    package init(root: String) throws(ArchiveError) {
        objects = root + "/objects"
        uploads = root + "/uploads"
        for folder in [root, objects, uploads] { try DurableFile.makeFolder(folder) }
    }

    package func put(_ bytes: [UInt8], at key: ObjectKey) async throws(ArchiveError) {
        try await onThread { [self] () throws(ArchiveError) in
            let target = path(key)
            let temporary = uploads + "/put-" + UUID().uuidString
            do throws(ArchiveError) {
                try DurableFile.write(bytes, to: temporary)
                try place(temporary, at: target) { () throws(ArchiveError) in
                    try DurableFile.digest(target) == SHA256.digest(of: bytes)
                }
            } catch {
                unlink(temporary)
                throw error
            }
        }
    }

    package func read(_ key: ObjectKey, range: Range<Int64>?) async throws(ArchiveError) -> [UInt8] {
        try await onThread { [self] () throws(ArchiveError) in try DurableFile.read(path(key), range: range) }
    }

    package func size(of key: ObjectKey) async throws(ArchiveError) -> Int64 {
        try await onThread { [self] () throws(ArchiveError) in try DurableFile.size(path(key)) }
    }

    package func openDescriptor(_ key: ObjectKey) async throws(ArchiveError) -> Int32 {
        try await onThread { [self] () throws(ArchiveError) in try DurableFile.openForReading(path(key)) }
    }

    package func delete(_ key: ObjectKey) async throws(ArchiveError) {
        try await onThread { [self] () throws(ArchiveError) in
            let target = path(key)
            guard unlink(target) == 0 || errno == ENOENT else { throw .last("delete an object") }
            try? DurableFile.flushFolder(of: target)
        }
    }

    package func deleteAll(under folder: ObjectKey) async throws(ArchiveError) {
        try await onThread { [self] () throws(ArchiveError) in
            let target = path(folder)
            guard access(target, F_OK) == 0 else { return }
            do { try FileManager.default.removeItem(atPath: target) } catch { throw .last("delete a folder") }
            try? DurableFile.flushFolder(of: target)
        }
    }

    package func beginUpload(_ id: UUID) async throws(ArchiveError) {
        try await onThread { [self] () throws(ArchiveError) in
            let target = path(id)
            let file = open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw .last("begin an upload") }
            close(file)
            try DurableFile.flushFolder(of: target)
        }
    }

    package func uploadOffset(_ id: UUID) async throws(ArchiveError) -> Int64 {
        try await onThread { [self] () throws(ArchiveError) in try DurableFile.size(path(id)) }
    }

    package func append(_ bytes: [UInt8], to id: UUID, at offset: Int64) async throws(ArchiveError) -> Int64 {
        try await onThread { [self] () throws(ArchiveError) in
            try locks.holding(id) { () throws(ArchiveError) in
                try DurableFile.append(bytes, to: path(id), at: offset)
            }
        }
    }

    package func commitUpload(
        _ id: UUID, as key: ObjectKey, size: Int64, sha256: Digest?
    ) async throws(ArchiveError) -> Digest {
        try await onThread { [self] () throws(ArchiveError) in
            try locks.holding(id) { () throws(ArchiveError) in
                try commit(path(id), at: path(key), size: size, sha256: sha256)
            }
        }
    }

    package func abortUpload(_ id: UUID) async throws(ArchiveError) {
        try await onThread { [self] () throws(ArchiveError) in
            guard unlink(path(id)) == 0 || errno == ENOENT else { throw .last("remove an upload") }
        }
    }

    package func checkWritable() async throws(ArchiveError) {
        try await onThread { [self] () throws(ArchiveError) in
            let probe = uploads + "/probe-" + UUID().uuidString
            defer { unlink(probe) }
            try DurableFile.write([0], to: probe)
        }
    }

    private func commit(
        _ upload: String, at target: String, size: Int64, sha256: Digest?
    ) throws(ArchiveError) -> Digest {
        // After a crash between the rename and the caller's transaction the upload is the object already.
        let isMoved = access(upload, F_OK) != 0
        let file = isMoved ? target : upload
        let found = try DurableFile.size(file)
        guard found == size else { throw .sizeMismatch(expected: size, found: found) }
        let digest = try DurableFile.digest(file)
        guard sha256 == nil || sha256 == digest else { throw .digestMismatch }
        if !isMoved {
            try DurableFile.flush(upload)
            try place(upload, at: target) { () throws(ArchiveError) in try DurableFile.digest(target) == digest }
        }
        return digest
    }

    /// Renames without ever replacing: a second name, then the first one goes. A crash between the two leaves both,
    /// and the next try finds the same bytes. Where an object is there already, `isSame` says whether it is this one.
    private func place(
        _ temporary: String, at target: String, isSame: () throws(ArchiveError) -> Bool
    ) throws(ArchiveError) {
        try DurableFile.makeFolder(DurableFile.folder(of: target))
        if link(temporary, target) != 0 {
            guard errno == EEXIST else { throw .last("store an object") }
            guard try isSame() else { throw .exists }
        }
        try DurableFile.flushFolder(of: target)
        unlink(temporary)
        try DurableFile.flushFolder(of: temporary)
    }

    private func path(_ key: ObjectKey) -> String { objects + "/" + key.path }
    private func path(_ upload: UUID) -> String { uploads + "/" + upload.uuidString.lowercased() }

    private func onThread<R: Sendable>(
        _ body: @escaping @Sendable () throws(ArchiveError) -> R
    ) async throws(ArchiveError) -> R {
        let result: Result<R, ArchiveError> = await withCheckedContinuation { continuation in
            queue.async {
                do throws(ArchiveError) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
