internal import CFFmpeg

/// Draws lines, dots and text into the luma and chroma of a 4:2:0 picture.
struct Canvas {
    /// A colour as luma and the two chroma samples.
    struct Colour: Sendable {
        let y: UInt8
        let u: UInt8
        let v: UInt8

        /// From RGB, 0...255, by BT.601 in the narrow range.
        init(red: Double, green: Double, blue: Double) {
            y = UInt8(16 + (65.481 * red + 128.553 * green + 24.966 * blue) / 255)
            u = UInt8(128 + (-37.797 * red - 74.203 * green + 112 * blue) / 255)
            v = UInt8(128 + (112 * red - 93.786 * green - 18.214 * blue) / 255)
        }
    }

    private let picture: Picture

    init(_ picture: Picture) { self.picture = picture }

    var width: Int { picture.width }
    var height: Int { picture.height }

    /// A round dot; nothing where it lies outside.
    func dot(_ x: Double, _ y: Double, radius: Double, _ colour: Colour) {
        guard x.isFinite, y.isFinite, abs(x) < 1e6, abs(y) < 1e6 else { return }
        let columns = max(Int(x - radius), 0)...max(Int(x + radius) + 1, 0)
        let rows = max(Int(y - radius), 0)...max(Int(y + radius) + 1, 0)
        for row in rows where row < height {
            for column in columns where column < width {
                let (dx, dy) = (Double(column) - x, Double(row) - y)
                if dx * dx + dy * dy <= radius * radius { set(column, row, colour) }
            }
        }
    }

    /// A line with round ends.
    func line(from a: (x: Double, y: Double), to b: (x: Double, y: Double), width thickness: Double, _ colour: Colour) {
        let length = ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
        guard length.isFinite, length < 1e5 else { return }
        let steps = max(Int(length / max(thickness / 3, 0.5)), 1)
        for step in 0...steps {
            let share = Double(step) / Double(steps)
            dot(a.x + share * (b.x - a.x), a.y + share * (b.y - a.y), radius: thickness / 2, colour)
        }
    }

    /// A filled rectangle, cut to the picture.
    func fill(x: Int, y: Int, width: Int, height: Int, _ colour: Colour) {
        guard x < self.width, y < self.height, x + width > 0, y + height > 0 else { return }
        for row in max(y, 0)..<min(y + height, self.height) {
            for column in max(x, 0)..<min(x + width, self.width) { set(column, row, colour) }
        }
    }

    private func set(_ x: Int, _ y: Int, _ colour: Colour) {
        picture.plane(0)[y * picture.stride(0) + x] = colour.y
        picture.plane(1)[y / 2 * picture.stride(1) + x / 2] = colour.u
        picture.plane(2)[y / 2 * picture.stride(2) + x / 2] = colour.v
    }
}
