/// A face box and four key points of one person, 0...1 of the detector's square or of the picture.
package struct Detection: Equatable, Sendable {
    package var score: Float
    /// Top left corner.
    package var origin: SIMD2<Float>
    package var size: SIMD2<Float>
    /// Mid-hip, the point that gives a full body's size and turn, mid-shoulder, the same for an upper body.
    package var hips: SIMD2<Float>
    package var scalePoint: SIMD2<Float>
    package var shoulders: SIMD2<Float>
    package var upperScalePoint: SIMD2<Float>

    /// The detection in the picture instead of the padded square.
    func removing(_ letterbox: Letterbox) -> Detection {
        func place(_ p: SIMD2<Float>) -> SIMD2<Float> { [letterbox.removedX(p.x), letterbox.removedY(p.y)] }
        return Detection(
            score: score, origin: place(origin),
            size: [letterbox.removedWidth(size.x), letterbox.removedHeight(size.y)],
            hips: place(hips), scalePoint: place(scalePoint), shoulders: place(shoulders),
            upperScalePoint: place(upperScalePoint))
    }

    /// Shared area over joined area of the boxes; 0 when they have none.
    func overlap(_ other: Detection) -> Float {
        let (end, otherEnd) = (origin + size, other.origin + other.size)
        let left = max(origin.x, other.origin.x)
        let top = max(origin.y, other.origin.y)
        let right = min(end.x, otherEnd.x)
        let bottom = min(end.y, otherEnd.y)
        guard right > left, bottom > top else { return 0 }
        let shared = (right - left) * (bottom - top)
        let area = (end.x - origin.x) * (end.y - origin.y)
        let otherArea = (otherEnd.x - other.origin.x) * (otherEnd.y - other.origin.y)
        let joined = area + otherArea - shared
        return joined > 0 ? shared / joined : 0
    }
}
