import Domain

/// All temporal filters of a track, with the reference's rules for what a loss resets.
struct PoseSmoother {
    private var visibility = VisibilityBank(count: BodyLandmark.count)
    private var image = PointBank(count: BodyLandmark.count, .init(leastCutoff: 0.05, beta: 80))
    private var world = PointBank(count: BodyLandmark.count, .init(leastCutoff: 0.1, beta: 40))
    private var auxiliary = PointBank(count: 2, .init(leastCutoff: 0.01, beta: 10))

    /// The image banks forget; visibility and world filters are not even run on a lost frame, so they see one long
    /// step when the person is found again.
    mutating func lose() {
        image.reset()
        auxiliary.reset()
    }

    /// Smooths in place.
    ///
    /// - Parameters:
    ///   - landmarks: the body's, then the two auxiliary ones, in the picture.
    ///   - time: nanoseconds.
    mutating func smooth(
        _ landmarks: inout [Landmark], _ points: inout [WorldLandmark], time: Int64, width: Int, height: Int,
        bodyFrame: BodyFrame
    ) {
        let objectSize = bodyFrame.region(width: width, height: height).meanSize(width: width, height: height)
        visibility.apply(to: &landmarks)
        image.apply(to: &landmarks, first: 0, time: time, objectSize: objectSize, width: width, height: height)
        auxiliary.apply(
            to: &landmarks, first: BodyLandmark.count, time: time, objectSize: objectSize, width: width,
            height: height)
        world.apply(to: &points, time: time)
    }
}
