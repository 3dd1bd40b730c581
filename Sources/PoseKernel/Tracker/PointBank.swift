import Domain

/// One-Euro filters for the coordinates of a set of points.
struct PointBank {
    /// Below this size in pixels of the object its speed says nothing, and points pass through.
    static let leastObjectSize: Float = 1e-6

    private let parameters: OneEuroFilter.Parameters
    private var filters: [OneEuroFilter]

    init(count: Int, _ parameters: OneEuroFilter.Parameters) {
        self.parameters = parameters
        filters = Array(repeating: OneEuroFilter(), count: 3 * count)
    }

    mutating func reset() {
        for index in filters.indices { filters[index] = OneEuroFilter() }
    }

    /// Smooths landmarks from `first` on, in pixels. The way to pixels and back is part of the reference's rounding.
    mutating func apply(
        to landmarks: inout [Landmark], first: Int, time: Int64, objectSize: Float, width: Int, height: Int
    ) {
        let (w, h) = (Float(width), Float(height))
        // A size that is not a number passes through, too.
        let isFiltered = objectSize >= Self.leastObjectSize
        let scale = 1 / objectSize
        for index in 0..<filters.count / 3 {
            let landmark = landmarks[first + index]
            var (x, y, z) = (landmark.x * w, landmark.y * h, landmark.z * w)
            if isFiltered { (x, y, z) = filtered(index, x, y, z, time: time, scale: scale) }
            landmarks[first + index].x = x / w
            landmarks[first + index].y = y / h
            landmarks[first + index].z = z / w
        }
    }

    /// Smooths points in metres.
    mutating func apply(to points: inout [WorldLandmark], time: Int64) {
        for index in 0..<filters.count / 3 {
            let point = points[index]
            let (x, y, z) = filtered(index, point.x, point.y, point.z, time: time, scale: 1)
            points[index] = WorldLandmark(x: x, y: y, z: z)
        }
    }

    private mutating func filtered(
        _ index: Int, _ x: Float, _ y: Float, _ z: Float, time: Int64, scale: Float
    ) -> (Float, Float, Float) {
        (
            filters[3 * index].apply(x, time: time, scale: scale, parameters),
            filters[3 * index + 1].apply(y, time: time, scale: scale, parameters),
            filters[3 * index + 2].apply(z, time: time, scale: scale, parameters)
        )
    }
}
