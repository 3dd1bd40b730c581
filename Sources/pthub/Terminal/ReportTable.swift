import Domain
import Foundation

/// The report as people read it in a terminal: reps, findings, what could not be judged.
enum ReportTable {
    static func render(_ report: PostureReport) -> String {
        var lines = [report.summary.text, ""]
        if !report.reps.isEmpty {
            lines += reps(report.reps) + [""]
        }
        lines += findings(report.findings)
        if !report.notAssessable.isEmpty {
            lines += ["", "Could not be judged"]
            lines += report.notAssessable.byReason.flatMap {
                ["  " + $0.rules.joined(separator: ", "), "    " + $0.reason]
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func reps(_ reps: [Rep]) -> [String] {
        let header = "rep  kind      start     end   range  tempo (down/lengthen-pause-up/shorten-pause)"
        return [header]
            + reps.map { rep in
                let tempo = rep.tempo.map { String(format: "%.1f", $0) }.joined(separator: " - ")
                let kind = rep.kind.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
                return String(
                    format: "%3d  %@ %5.1f s %5.1f s  %4.0f °  %@", rep.index, kind, rep.start, rep.end, rep.range,
                    tempo)
            }
    }

    private static func findings(_ findings: [Finding]) -> [String] {
        guard !findings.isEmpty else { return ["No findings in what could be judged."] }
        return ["Findings"]
            + findings.map { finding in
                let reps = finding.reps.map(String.init).joined(separator: ", ")
                let value = String(format: "%.1f ± %.1f", finding.value, finding.uncertainty)
                let limit = String(format: "%.1f", finding.threshold)
                return "  \(finding.cue) (\(finding.rule), \(finding.severity.rawValue)): \(value) \(finding.unit), "
                    + "threshold \(limit)" + (reps.isEmpty ? "" : "; reps \(reps)")
            }
    }
}
