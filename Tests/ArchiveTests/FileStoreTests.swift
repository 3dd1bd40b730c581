import Archive
import Foundation
import OpenSSL
import Support
import Testing

/// The archive on a mounted volume, with real files.
@Suite struct FileStoreTests {
    private let folder: TemporaryFolder
    private let store: FileStore

    init() throws {
        folder = try TemporaryFolder()
        store = try FileStore(root: folder.file("archive"))
    }

    private func key(_ path: String) throws -> ObjectKey { try ObjectKey(validating: path) }
    private let clip = [UInt8]((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })

    private func files(_ part: String) -> [String] {
        let root = folder.file("archive/\(part)")
        return (FileManager.default.subpaths(atPath: root) ?? []).filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(root)/\($0)", isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }

    @Test("An upload in parts becomes an object with its digest, and the temporary file is gone")
    func upload() async throws {
        let id = UUID()
        try await store.beginUpload(id)
        var offset: Int64 = 0
        for start in stride(from: 0, to: clip.count, by: 30_000) {
            offset = try await store.append(Array(clip[start..<min(start + 30_000, clip.count)]), to: id, at: offset)
        }
        #expect(offset == 100_000)
        let target = try key("clips/a/clip.mp4")
        let digest = try await store.commitUpload(id, as: target, size: offset, sha256: SHA256.digest(of: clip))
        #expect(digest == SHA256.digest(of: clip))
        #expect(try await store.read(target, range: nil) == clip)
        #expect(files("uploads").isEmpty)
    }

    @Test("A commit may be repeated after a crash, and adopts only the same bytes")
    func repeatedCommit() async throws {
        let (id, target) = (UUID(), try key("clips/a"))
        try await store.beginUpload(id)
        _ = try await store.append(clip, to: id, at: 0)
        let first = try await store.commitUpload(id, as: target, size: 100_000, sha256: nil)
        let again = try await store.commitUpload(id, as: target, size: 100_000, sha256: nil)
        #expect(first == again)

        let other = UUID()
        try await store.beginUpload(other)
        _ = try await store.append([1, 2, 3], to: other, at: 0)
        await #expect(throws: ArchiveError.exists) {
            try await store.commitUpload(other, as: target, size: 3, sha256: nil)
        }
        #expect(try await store.read(target, range: nil) == clip)
    }

    @Test("A crash between the second name and the removal of the first leaves an upload that commits again")
    func crashBetweenNames() async throws {
        let (id, target) = (UUID(), try key("clips/b"))
        try await store.beginUpload(id)
        _ = try await store.append(clip, to: id, at: 0)
        let upload = folder.file("archive/uploads/\(id.uuidString.lowercased())")
        try FileManager.default.createDirectory(
            atPath: folder.file("archive/objects/clips"), withIntermediateDirectories: true)
        try FileManager.default.linkItem(atPath: upload, toPath: folder.file("archive/objects/clips/b"))
        _ = try await store.commitUpload(id, as: target, size: 100_000, sha256: nil)
        #expect(files("uploads").isEmpty)
        #expect(try await store.read(target, range: nil) == clip)
    }

    @Test("A wrong length or digest is refused and the bytes stay for another try")
    func mismatch() async throws {
        let (id, target) = (UUID(), try key("clips/c"))
        try await store.beginUpload(id)
        _ = try await store.append(clip, to: id, at: 0)
        await #expect(throws: ArchiveError.sizeMismatch(expected: 99, found: 100_000)) {
            try await store.commitUpload(id, as: target, size: 99, sha256: nil)
        }
        await #expect(throws: ArchiveError.digestMismatch) {
            try await store.commitUpload(id, as: target, size: 100_000, sha256: SHA256.digest(of: [1]))
        }
        await #expect(throws: ArchiveError.notFound) { try await store.read(target, range: nil) }
        #expect(try await store.uploadOffset(id) == 100_000)
    }

    @Test("Bytes go only where the upload stands; of many appends to one place exactly one wins")
    func conflicts() async throws {
        let id = UUID()
        try await store.beginUpload(id)
        await #expect(throws: ArchiveError.conflict(offset: 0)) { try await store.append([1], to: id, at: 5) }
        let wins = await withTaskGroup(of: Bool.self) { group in
            for writer in 0..<16 {
                group.addTask { [store] in
                    (try? await store.append([UInt8](repeating: UInt8(writer), count: 5000), to: id, at: 0)) != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(wins == 1)
        #expect(try await store.uploadOffset(id) == 5000)
    }

    @Test("Ranges are cut to what there is")
    func ranges() async throws {
        let target = try key("clips/d")
        try await store.put(clip, at: target)
        #expect(try await store.read(target, range: 10..<20) == Array(clip[10..<20]))
        #expect(try await store.read(target, range: 99_990..<200_000) == Array(clip[99_990...]))
        #expect(try await store.read(target, range: 200_000..<200_001).isEmpty)
        #expect(try await store.size(of: target) == 100_000)
    }

    @Test("Putting the same bytes again is fine, other bytes are refused; nothing is left behind")
    func put() async throws {
        let target = try key("reports/r.json")
        try await store.put([1, 2], at: target)
        try await store.put([1, 2], at: target)
        await #expect(throws: ArchiveError.exists) { try await store.put([3], at: target) }
        #expect(try await store.read(target, range: nil) == [1, 2])
        #expect(files("uploads").isEmpty)
    }

    @Test("Deleting is final, and deleting nothing is fine")
    func delete() async throws {
        let target = try key("clips/e")
        try await store.put(clip, at: target)
        try await store.delete(target)
        try await store.delete(target)
        await #expect(throws: ArchiveError.notFound) { try await store.size(of: target) }
    }

    @Test(
        "A name that a file system could take for another is no key",
        arguments: [
            "", "/", "/etc/passwd", "a//b", "../x", "a/../b", "a/.hidden", "a b", "a\0b", "ü", "a/", "a\\b",
        ])
    func badKeys(path: String) {
        #expect(throws: ArchiveError.invalidKey) { try ObjectKey(validating: path) }
    }

    @Test("A symbolic link in the place of an object is not followed")
    func links() async throws {
        try FileManager.default.createDirectory(
            atPath: folder.file("archive/objects/clips"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("archive/objects/clips/link"), withDestinationPath: "/etc/passwd")
        let target = try key("clips/link")
        await #expect(throws: ArchiveError.self) { try await store.read(target, range: nil) }
    }
}
