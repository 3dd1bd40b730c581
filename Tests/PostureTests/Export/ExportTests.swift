import Domain
import Foundation
import Testing

@testable import Posture

@Suite struct ExportTests {
    private let course = Course(reps: 2)

    private var track: PoseTrack {
        StickFigure(fps: 25).track(course.seconds) { $0 < 0.5 ? nil : .squat(course.value($0)) }
    }

    /// What the format's documentation demands of a file of type 4 (OpenSim: Marker (.trc) Files), read strictly.
    private struct TRC {
        var rate: Double
        var units: String
        var markers: [String]
        var rows: [(frame: Int, time: Double, values: [Double])]

        struct Bad: Error { var line: Int; var reason: String }

        init(_ text: String) throws {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
            func cells(_ line: Int) -> [String] {
                lines[line].split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
            }
            func require(_ holds: Bool, _ line: Int, _ reason: String) throws {
                guard holds else { throw Bad(line: line + 1, reason: reason) }
            }
            try require(Array(cells(0).prefix(3)) == ["PathFileType", "4", "(X/Y/Z)"], 0, "type")
            try require(
                cells(1) == [
                    "DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units", "OrigDataRate", "OrigDataStartFrame",
                    "OrigNumFrames",
                ], 1, "keys")
            let head = cells(2)
            try require(head.count == 8, 2, "values")
            guard let rate = Double(head[0]), let frames = Int(head[2]), let count = Int(head[3]),
                Double(head[1]) == rate
            else { throw Bad(line: 3, reason: "numbers") }
            (self.rate, units) = (rate, head[4])
            try require(["m", "mm"].contains(units), 2, "units")
            let names = cells(3)
            try require(Array(names.prefix(2)) == ["Frame#", "Time"], 3, "labels")
            markers = stride(from: 2, to: names.count, by: 3).map { names[$0] }.filter { !$0.isEmpty }
            try require(markers.count == count && Set(markers).count == count, 3, "one name a marker")
            let axes = cells(4).filter { !$0.isEmpty }
            try require(axes == (1...count).flatMap { ["X\($0)", "Y\($0)", "Z\($0)"] }, 4, "axes")
            try require(lines[5].isEmpty, 5, "an empty line before the data")
            rows = []
            for line in 6..<lines.count where !lines[line].isEmpty {
                let row = cells(line)
                try require(row.count == 2 + 3 * count, line, "columns")
                guard let frame = Int(row[0]), let time = Double(row[1]) else { throw Bad(line: line, reason: "time") }
                try require(frame == rows.count + 1, line, "frames count from 1")
                try require(
                    abs(time - rows.reduce(Double(rows.count) / rate) { first, _ in first }) < 0.01, line, "rate")
                // An empty cell at a line's end is one column less to some readers: a missing marker is NaN.
                let values = row.dropFirst(2).compactMap { Double($0) }
                try require(values.count == 3 * count, line, "numbers")
                rows.append((frame, time, values))
            }
            try require(rows.count == frames, 2, "NumFrames")
        }
    }

    @Test("TRC by the format's documentation")
    func trc() throws {
        let file = try TRC(TRCFile.text(track, name: "clip.trc"))
        #expect(file.rate == 25 && file.units == "m")
        #expect(file.markers.count == 33 && file.markers.contains("LKnee") && file.markers.contains("Nose"))
        #expect(file.rows.count == track.frames.count)
        // Nobody in the first half second.
        #expect(file.rows[3].values.allSatisfy { $0.isNaN })
        let row = file.rows[40]
        let (knee, hip) = (row.values[3 * 25 + 1], row.values[3 * 23 + 1])
        #expect(hip > knee, "Y points up")
    }

    @Test("The angles of every frame as CSV")
    func angles() throws {
        let csv = AngleTable.csv(track, rules: try RuleSet.bundled(), view: .side)
        let lines = csv.split(separator: "\r\n", omittingEmptySubsequences: true).map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        #expect(lines.count == track.frames.count + 1)
        #expect(lines.allSatisfy { $0.count == lines[0].count })
        let knee = try #require(lines[0].firstIndex(of: "knee_deg"))
        #expect(lines[1][knee].isEmpty)
        #expect(abs((Double(lines[20][knee]) ?? 0) - 180) < 1)
    }

    @Test("Reps as CSV")
    func reps() throws {
        let report = try track.report(.squat)
        let lines = RepTable.csv(report).split(separator: "\r\n")
        #expect(lines.count == 1 + report.reps.count && report.reps.count == 2)
        #expect(lines[1].hasPrefix("1,full,"))
    }
}
