import Dispatch

/// Makes progress of a number of frames.
struct ProgressMeter {
    private let start = DispatchTime.now().uptimeNanoseconds
    private let total: Int?

    init(total: Int?) {
        self.total = total
    }

    func progress(_ frames: Int) -> AnalysisProgress {
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        let rate = frames == 0 ? 0 : Double(frames) / max(seconds, 1e-6)
        let left = total.flatMap { rate > 0 ? Double(max($0 - frames, 0)) / rate : nil }
        return AnalysisProgress(frames: frames, total: total, framesPerSecond: rate, secondsLeft: left)
    }
}
