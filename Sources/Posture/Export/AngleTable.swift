package import Domain

/// The measures of every frame as comma-separated values, for spreadsheets and statistics.
package enum AngleTable {
    /// A header line, then one line a frame: number from 0, presentation time in seconds, every measure of `Measure`
    /// (degrees, or the unit in its name); empty where a joint was not seen. Smoothed as the analysis sees it.
    package static func csv(_ track: PoseTrack, rules: RuleSet, view: CameraView) -> String {
        let series = LandmarkSeries(track, rules.signal)
        let measures = PostureMeasures(series: series, view: view)
        let columns = Measure.allCases.map { measures.values($0) }
        var text = (["frame", "t_s"] + Measure.allCases.map(\.columnName)).joined(separator: ",") + "\r\n"
        for (number, frame) in track.frames.enumerated() {
            let index = series.time.index(frame.time)
            let values = columns.map { column in
                column.isEmpty || !column[index].isFinite ? "" : "\(Rounding.round(column[index], 2))"
            }
            text += (["\(number)", "\(Rounding.round(frame.time, 4))"] + values).joined(separator: ",") + "\r\n"
        }
        return text
    }
}

/// The reps as comma-separated values.
package enum RepTable {
    package static func csv(_ report: PostureReport) -> String {
        let header =
            "rep,kind,start_s,turn_s,end_s,range,eccentric_s,pause_after_eccentric_s,concentric_s,"
            + "pause_after_concentric_s\r\n"
        return report.reps.reduce(into: header) { text, rep in
            let numbers = [rep.start, rep.turn, rep.end, rep.range] + rep.tempo
            text += "\(rep.index),\(rep.kind.rawValue)," + numbers.map { "\($0)" }.joined(separator: ",") + "\r\n"
        }
    }
}
