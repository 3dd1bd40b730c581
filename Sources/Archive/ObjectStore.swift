package import Foundation
package import OpenSSL

/// Where clips, tracks, reports and pictures are kept. An object never changes once it is stored.
package protocol ObjectStore: Sendable {
    /// Durable when it returns. Storing the same bytes again is fine, other bytes are refused.
    func put(_ bytes: [UInt8], at key: ObjectKey) async throws(ArchiveError)
    /// The whole object, or the bytes of a range, cut to what there is.
    func read(_ key: ObjectKey, range: Range<Int64>?) async throws(ArchiveError) -> [UInt8]
    func size(of key: ObjectKey) async throws(ArchiveError) -> Int64
    /// For reading, with seeking; the caller closes it.
    func openDescriptor(_ key: ObjectKey) async throws(ArchiveError) -> Int32
    /// Gone when it returns; fine when it was not there.
    func delete(_ key: ObjectKey) async throws(ArchiveError)

    /// Everything whose key begins with `folder/` is gone when it returns; fine when there was nothing.
    func deleteAll(under folder: ObjectKey) async throws(ArchiveError)

    func beginUpload(_ id: UUID) async throws(ArchiveError)
    /// Bytes that are durable.
    func uploadOffset(_ id: UUID) async throws(ArchiveError) -> Int64
    /// Appends at `offset`, which must be the upload's; the new offset, durable when it returns.
    func append(_ bytes: [UInt8], to id: UUID, at offset: Int64) async throws(ArchiveError) -> Int64
    /// Checks size and digest and makes the upload an object. An equal object that is there already is taken for it,
    /// so that a commit may be repeated.
    func commitUpload(
        _ id: UUID, as key: ObjectKey, size: Int64, sha256: Digest?
    ) async throws(ArchiveError) -> Digest
    func abortUpload(_ id: UUID) async throws(ArchiveError)

    /// Whether objects can be written now.
    func checkWritable() async throws(ArchiveError)
}
