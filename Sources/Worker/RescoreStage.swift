import Analysis
import Domain
import Foundation
import Posture

/// Judges a track on a thread of its own.
enum RescoreStage {
    static func json(
        track: [UInt8], report: [UInt8], judging: Judging, rulesFolder: String?
    ) async throws(JobFailure) -> [UInt8] {
        let result: Result<[UInt8], JobFailure> = await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: judge(track, report, judging, rulesFolder)) }
            thread.name = "rescore"
            thread.start()
        }
        return try result.get()
    }

    private static func judge(
        _ track: [UInt8], _ report: [UInt8], _ judging: Judging, _ rulesFolder: String?
    ) -> Result<[UInt8], JobFailure> {
        do {
            let rules = try RuleSet.current(folder: rulesFolder, overrides: judging.overrides)
            return .success(try Rescoring(rules: rules).json(track: track, report: report, judging: judging))
        } catch let error as RuleError {
            // The operator's to mend.
            return .failure(JobFailure(kind: .transient, code: "rules_unusable", message: error.description))
        } catch {
            return .failure(JobFailure(kind: .permanent, code: "track_unusable", message: "\(error)"))
        }
    }
}
