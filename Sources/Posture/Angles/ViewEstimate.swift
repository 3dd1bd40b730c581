import Domain
import Foundation

/// From where the camera sees the person: how far the line of the shoulders is turned out of the picture's plane.
enum ViewEstimate {
    static func view(
        _ measures: PostureMeasures, range: Range<Int>, _ parameters: SignalParameters
    ) -> CameraView {
        guard let turn = azimuth(measures, range: range, parameters) else { return .unknown }
        if turn >= parameters.viewSide.value { return .side }
        return turn <= parameters.viewFront.value ? .front : .oblique
    }

    /// Degrees, 0 facing the camera (or away from it), 90 from the side. From the world landmarks, which were within
    /// 2 degrees on the rendered clips; without them from the width of the shoulders, which people differ in.
    static func azimuth(
        _ measures: PostureMeasures, range: Range<Int>, _ parameters: SignalParameters
    ) -> Double? {
        let series = measures.series
        if let known = Statistics.median(range.map { series.azimuth[$0] }) { return known }
        let widths = range.map { index in
            abs(series.point(.leftShoulder, index).x - series.point(.rightShoulder, index).x) / measures.torso(index)
        }
        return Statistics.median(widths).map { acos(min($0 / parameters.shoulderWidth.value, 1)) * 180 / .pi }
    }
}
