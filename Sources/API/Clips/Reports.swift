import Archive
import Domain
import HTTPTypes
import Postgres
import Store

/// Reports through their cache.
struct Reports: Sendable {
    let pool: PostgresPool
    let archive: any ObjectStore

    /// The report's JSON: from the cache, or from the archive, which fills the cache again. 404 while there is none.
    func json(of clip: Clip) async throws -> String {
        guard let reportKey = clip.reportKey else {
            throw Problem(.notFound, "no_report", "There is no report yet: the clip is \(clip.state.rawValue).")
        }
        if let cached = try await Clips(pool).cachedReport(clip) { return cached }
        let bytes = try await archive.read(try ObjectKey(validating: reportKey), range: nil)
        let json = String(decoding: bytes, as: UTF8.self)
        try await Clips(pool).cacheReport(json, key: reportKey, for: clip.id)
        return json
    }
}
