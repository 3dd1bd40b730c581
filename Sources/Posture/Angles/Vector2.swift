import Foundation

/// A point or direction in the picture, pixels, y down.
struct Vector2: Equatable {
    var x: Double
    var y: Double

    static func - (a: Vector2, b: Vector2) -> Vector2 { Vector2(x: a.x - b.x, y: a.y - b.y) }

    var length: Double { (x * x + y * y).squareRoot() }

    static func middle(_ a: Vector2, _ b: Vector2) -> Vector2 { Vector2(x: (a.x + b.x) / 2, y: (a.y + b.y) / 2) }

    /// Included angle at `corner`, degrees 0...180.
    static func angle(_ a: Vector2, _ corner: Vector2, _ b: Vector2) -> Double {
        let (u, v) = (a - corner, b - corner)
        return abs(atan2(u.x * v.y - u.y * v.x, u.x * v.x + u.y * v.y)) * 180 / .pi
    }

    /// Degrees of the line from `low` to `high` against the vertical, 0 when `high` is straight above.
    static func inclination(from low: Vector2, to high: Vector2) -> Double {
        let d = high - low
        return abs(atan2(d.x, -d.y)) * 180 / .pi
    }

    /// Degrees of a line that should be level, 0...90.
    static func tilt(_ a: Vector2, _ b: Vector2) -> Double {
        let d = a - b
        return atan2(abs(d.y), abs(d.x)) * 180 / .pi
    }
}
