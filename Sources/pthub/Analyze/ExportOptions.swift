import ArgumentParser
import Domain
import Posture

/// Files for other programs, written from a track and its report.
struct ExportOptions: ParsableArguments {
    @Option(name: .customLong("angles"), help: "Write the angles of every frame as CSV.")
    var anglesFile: String?

    @Option(name: .customLong("reps"), help: "Write the reps as CSV.")
    var repsFile: String?

    @Option(name: .customLong("trc"), help: "Write the landmarks as a TRC motion file (OpenSim, Pose2Sim).")
    var trcFile: String?

    var isWanted: Bool { anglesFile != nil || repsFile != nil || trcFile != nil }

    func write(_ track: PoseTrack, _ report: PostureReport, rules: RuleSet) throws {
        if let anglesFile {
            try OutputFile.write(Array(AngleTable.csv(track, rules: rules, view: report.view).utf8), to: anglesFile)
        }
        if let repsFile { try OutputFile.write(Array(RepTable.csv(report).utf8), to: repsFile) }
        if let trcFile { try OutputFile.write(Array(TRCFile.text(track, name: trcFile).utf8), to: trcFile) }
    }
}
