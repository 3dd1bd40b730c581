import Domain

/// Lengths of the limbs in the picture where they are not foreshortened, pixels: the 95th percentile over the clip.
struct LimbLengths {
    struct Side {
        let thigh: Double
        let shank: Double
        let forearm: Double

        var leg: Double { thigh + shank }
    }

    private let left: Side
    private let right: Side

    init(_ series: LandmarkSeries) {
        func length(_ a: BodyLandmark, _ b: BodyLandmark) -> Double {
            let lengths = (0..<series.count).map { (series.point(a, $0) - series.point(b, $0)).length }
            return Statistics.percentile(lengths, 0.95) ?? .nan
        }
        func side(_ limbs: Limbs) -> Side {
            Side(
                thigh: length(limbs.hip, limbs.knee), shank: length(limbs.knee, limbs.ankle),
                forearm: length(limbs.elbow, limbs.wrist))
        }
        (left, right) = (side(.left), side(.right))
    }

    subscript(limbs: Limbs) -> Side { limbs.wrist == .leftWrist ? left : right }
}
