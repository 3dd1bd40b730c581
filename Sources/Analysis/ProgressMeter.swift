import Dispatch

/// Counts frames and says when it is time to tell of it.
struct ProgressMeter {
    private let start = DispatchTime.now().uptimeNanoseconds
    private var told = DispatchTime.now().uptimeNanoseconds
    private let total: Int?
    private var frames = 0

    init(total: Int?) {
        self.total = total
    }

    /// True when a tenth of a second has gone by since the last time.
    mutating func count() -> Bool {
        frames += 1
        let now = DispatchTime.now().uptimeNanoseconds
        guard now - told >= 100_000_000 else { return false }
        told = now
        return true
    }

    var progress: AnalysisProgress {
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        let rate = frames == 0 ? 0 : Double(frames) / max(seconds, 1e-6)
        let left = total.flatMap { rate > 0 ? Double(max($0 - frames, 0)) / rate : nil }
        return AnalysisProgress(frames: frames, total: total, framesPerSecond: rate, secondsLeft: left)
    }
}
