import Analysis
import Domain
import Foundation
import Ingest
import Posture

/// `--overlay`: decodes the clip once more and draws what was found into it.
struct OverlayFile {
    let clip: String
    let output: String
    let threads: Int

    func write(_ result: AnalysisResult, _ rules: RuleSet) throws {
        let bar = ProgressBar("overlay")
        let labels = OverlayLabels(result.track, result.report, rules: rules)
        let total = result.track.frames.count
        do throws(MediaError) {
            try OverlayVideo.write(
                result.track, of: .path(clip), to: output, threads: threads,
                labels: { number in
                    let frame = labels[number]
                    return OverlayVideo.Labels(
                        lines: frame.lines, angles: frame.angles.map { (joint: $0.joint, text: $0.text) })
                },
                progress: { bar.update(Double($0) / Double(total), detail: "\($0) of \(total) frames") })
        } catch {
            bar.abandon()
            throw Failure(error.code == .writeFailed ? .inputOutput : .badMedia, error.message)
        }
        bar.finish(detail: output)
    }
}
