import Domain

/// What the landmark network says of one crop: 0...1 of the crop's square, world landmarks in metres but turned with
/// the crop. Reused from frame to frame.
struct RegionLandmarks {
    /// 33 of the body, then the two that give the next region.
    static let count = BodyLandmark.count + 2

    private(set) var image: [Landmark]
    private(set) var world: [WorldLandmark]

    init() {
        image = Array(repeating: Landmark(x: 0, y: 0, z: 0, visibility: 0), count: Self.count)
        world = Array(repeating: WorldLandmark(x: 0, y: 0, z: 0), count: BodyLandmark.count)
    }

    mutating func decode(_ tensors: LandmarkTensors) {
        let side = Float(LandmarkTensors.inputSide)
        for index in 0..<Self.count {
            let row = index * LandmarkTensors.landmarkValueCount
            image[index] = Landmark(
                x: tensors.landmarks[row] / side, y: tensors.landmarks[row + 1] / side,
                z: tensors.landmarks[row + 2] / side, visibility: sigmoid(tensors.landmarks[row + 3]))
            if let refined = HeatmapRefinement.place(of: index, near: image[index], in: tensors.heatmap) {
                (image[index].x, image[index].y) = (refined.x, refined.y)
            }
        }
        for index in 0..<BodyLandmark.count {
            world[index] = WorldLandmark(
                x: tensors.world[3 * index], y: tensors.world[3 * index + 1], z: tensors.world[3 * index + 2])
        }
    }

    /// From the crop to the picture, with the same region that the crop was made from.
    mutating func project(from region: RegionOfInterest, _ letterbox: Letterbox) {
        let projection = RegionProjection(region, letterbox)
        for index in image.indices { image[index] = projection.image(image[index]) }
        for index in world.indices { world[index] = projection.world(world[index]) }
    }

    /// Whether every coordinate is a number: one that is not would stay in the filters for good.
    var isFinite: Bool {
        image.allSatisfy { $0.x.isFinite && $0.y.isFinite && $0.z.isFinite && $0.visibility.isFinite }
            && world.allSatisfy { $0.x.isFinite && $0.y.isFinite && $0.z.isFinite }
    }

    /// Smooths in place; call it after `project`.
    mutating func smooth(with smoother: inout PoseSmoother, time: Int64, width: Int, height: Int) {
        smoother.smooth(&image, &world, time: time, width: width, height: height, bodyFrame: bodyFrame)
    }

    /// The frame of the body that the two auxiliary landmarks span.
    var bodyFrame: BodyFrame {
        let (centre, scalePoint) = (image[BodyLandmark.count], image[BodyLandmark.count + 1])
        return BodyFrame(centre: [centre.x, centre.y], scalePoint: [scalePoint.x, scalePoint.y])
    }
}
