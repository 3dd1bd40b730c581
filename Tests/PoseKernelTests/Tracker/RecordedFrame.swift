import Domain

/// One frame of a sequence recorded from MediaPipe. Numbers named as places are offsets into the `.f32` file.
struct RecordedFrame: Decodable {
    struct Shot: Decodable {
        var width: Int
        var height: Int
        var seed: UInt32
        /// Which small picture is pasted in; negative: nobody.
        var sprite: Int
        var zoom: Int
        var slant: Int
        var x: Int
        var y: Int
    }

    struct Detector: Decodable {
        var crop: String
        /// The anchors whose values were kept; all others are far below the threshold.
        var anchors: [Int]
        var scores: Int
        var boxes: Int
    }

    struct Landmark: Decodable {
        var crop: String
        var raw: Int
        var flag: Float
        var world: Int
        /// Landmark, rows, columns (half open), place of the logits.
        var windows: [[Int]]
    }

    var shot: Shot
    /// Sum over the frame's bytes, to tell a wrong picture from a wrong crop.
    var rgbSum: Int
    var detector: Detector?
    /// Score, box, eight key-point coordinates.
    var detection: [Float]?
    var roi: [Float]?
    var landmark: Landmark?
    var landmarks: Int?
    var worldLandmarks: Int?
    var nextROI: [Float]?

    enum CodingKeys: String, CodingKey {
        case shot
        case rgbSum = "rgb_sum"
        case detector, detection, roi, landmark, landmarks
        case worldLandmarks = "world_landmarks"
        case nextROI = "next_roi"
    }

    static let spriteWidth = 108
    static let spriteHeight = 144

    /// The same frame as scripts/golden-tracker.py paints.
    func picture(sprites: [UInt8]) -> TestPicture {
        var picture = TestPicture(width: shot.width, height: shot.height, seed: shot.seed)
        guard shot.sprite >= 0 else { return picture }
        let (width, height) = (Self.spriteWidth, Self.spriteHeight)
        for row in 0..<height * shot.zoom where (0..<shot.height).contains(shot.y + row) {
            let left = shot.x + (row * shot.slant) >> 6
            for column in 0..<width * shot.zoom where (0..<shot.width).contains(left + column) {
                let source = ((shot.sprite * height + row / shot.zoom) * width + column / shot.zoom) * 3
                let target = ((shot.y + row) * shot.width + left + column) * 3
                for channel in 0..<3 { picture.pixels[target + channel] = sprites[source + channel] }
            }
        }
        return picture
    }
}
