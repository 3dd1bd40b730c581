import Domain

/// From where the camera sees the person, by the width of the shoulders against the length of the torso.
enum ViewEstimate {
    static func view(_ series: LandmarkSeries, range: Range<Int>, _ parameters: SignalParameters) -> CameraView {
        let measures = PostureMeasures(series: series, view: .unknown)
        let ratios = range.map { index in
            abs(series.point(.leftShoulder, index).x - series.point(.rightShoulder, index).x) / measures.torso(index)
        }
        guard let ratio = Statistics.median(ratios) else { return .unknown }
        if ratio < parameters.viewSide.value { return .side }
        return ratio > parameters.viewFront.value ? .front : .oblique
    }
}
