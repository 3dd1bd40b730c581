/// Letters of straight strokes on a grid four wide and six high: all that an overlay needs, at any size.
enum StrokeFont {
    typealias Stroke = [(x: Int, y: Int)]

    /// Grid columns from one letter's left edge to the next.
    static let advance = 6

    /// Polylines of a letter; small letters are drawn as capitals, unknown ones as nothing.
    static func strokes(_ letter: Character) -> [Stroke] {
        (glyphs[Character(letter.uppercased())] ?? "").split(separator: " ").map { stroke in
            stroke.split(separator: "-").compactMap { point in
                let digits = point.compactMap(\.wholeNumberValue)
                return digits.count == 2 ? (digits[0], digits[1]) : nil
            }
        }
    }

    /// Points as column and row from the top left.
    private static let glyphs: [Character: String] = [
        "0": "00-40-46-06-00 06-40", "1": "11-20-26 16-36", "2": "01-10-30-41-42-06-46", "3": "00-40-22-43-45-36-16-05",
        "4": "30-04-44 33-36", "5": "40-00-02-32-43-45-36-06", "6": "40-10-02-05-16-36-45-43-02", "7": "00-40-16",
        "8": "10-30-41-42-33-13-02-01-10 13-04-05-16-36-45-44-33", "9": "43-13-02-01-10-30-41-44-36-06",
        "A": "06-20-46 14-34", "B": "00-06-36-45-44-33-03 33-42-41-30-00", "C": "41-30-10-01-05-16-36-45",
        "D": "00-06-26-44-42-20-00", "E": "40-00-06-46 03-33", "F": "40-00-06 03-33",
        "G": "41-30-10-01-05-16-36-45-43-23",
        "H": "00-06 40-46 03-43", "I": "10-30 20-26 16-36", "J": "40-45-36-16-05", "K": "00-06 40-03-46",
        "L": "00-06-46",
        "M": "06-00-23-40-46", "N": "06-00-46-40", "O": "10-30-41-45-36-16-05-01-10", "P": "06-00-30-41-42-33-03",
        "Q": "10-30-41-45-36-16-05-01-10 24-46", "R": "06-00-30-41-42-33-03 23-46",
        "S": "41-30-10-01-02-13-33-44-45-36-16-05",
        "T": "00-40 20-26", "U": "00-05-16-36-45-40", "V": "00-26-40", "W": "00-16-23-36-40", "X": "00-46 40-06",
        "Y": "00-23-40 23-26", "Z": "00-40-06-46", "-": "13-33", ".": "26-26", ":": "22-22 25-25", "/": "06-40",
        "°": "10-20-21-11-10", "%": "06-40 01-01 45-45", "+": "22-24 13-33",
    ]
}

extension Canvas {
    /// A line of text with its top left corner at x, y; `size` is the height of a capital in pixels.
    func text(_ text: String, x: Double, y: Double, size: Double, _ colour: Colour) {
        let unit = size / 6
        for (index, letter) in text.enumerated() {
            let left = x + Double(index * StrokeFont.advance) * unit
            for stroke in StrokeFont.strokes(letter) {
                let points = stroke.map { (x: left + Double($0.x) * unit, y: y + Double($0.y) * unit) }
                for (a, b) in zip(points, points.dropFirst()) {
                    line(from: a, to: b, width: max(size / 8, 1.5), colour)
                }
            }
        }
    }

    /// Pixels from the first letter's left to the last one's right edge.
    static func textWidth(_ text: String, size: Double) -> Double {
        Double(max(text.count * StrokeFont.advance - 2, 0)) * size / 6
    }
}
