import PoseKernel

/// What goes into a band, the values between whose layers are about one, and what comes out of it in double precision.
/// Weights and inputs are such that bytes times a scale hold them exactly.
struct BandValues {
    let shape: BandShape
    var input: [Float]
    var expansion: [Float]
    var expansionBias: [Float]
    var depthwise: [Float]
    var depthwiseBias: [Float]
    var projection: [Float]
    var projectionBias: [Float]
    var residual: [Float]?
    /// Whether expansion and depthwise convolution clamp to 0...6.
    var clamps = true
    /// What stands between these two is rounded to so many steps in 0...6.
    var steps: Double?

    var outputCount: Int { shape.outputHeight * shape.outputWidth * shape.outputs }

    init(_ shape: BandShape) {
        self.shape = shape
        let taps = shape.kernel * shape.kernel
        func bias(_ count: Int, seed: UInt64) -> [Float] { randomFloats(count, seed: seed).map { $0 + 0.5 } }
        input = Self.bytes(shape.height * shape.width, terms: shape.depth, seed: 1).map { $0 * 3 }
        expansion = Self.bytes(shape.channels, terms: shape.depth, seed: 2)
        expansionBias = bias(shape.channels, seed: 3)
        depthwise = Self.turned(Self.bytes(shape.channels, terms: taps, seed: 4), shape.channels, taps)
        depthwiseBias = bias(shape.channels, seed: 5)
        projection = Self.bytes(shape.outputs, terms: shape.channels, seed: 6)
        projectionBias = randomFloats(shape.outputs, seed: 7)
    }

    /// `rows` rows of so many terms that each is a byte times its row's scale, the first of them 127 times.
    private static func bytes(_ rows: Int, terms: Int, seed: UInt64) -> [Float] {
        var values = randomFloats(rows * terms, seed: seed).map { ($0 * 127).rounded() }
        for row in 0..<rows { values[row * terms] = values[row * terms] < 0 ? -127 : 127 }
        return values.map { $0 / 64 / Float(terms).squareRoot() }
    }

    private static func turned(_ values: [Float], _ rows: Int, _ columns: Int) -> [Float] {
        (0..<values.count).map { values[$0 % rows * columns + $0 / rows] }
    }

    /// What is multiplied as bytes is rounded as such; what has 16 bits is not.
    func expected() -> [Double] {
        let s = shape
        func clamped(_ values: [Double]) -> [Double] { clamps ? values.map { min(max($0, 0), 6) } : values }
        func rounded(_ values: [Double], to steps: Double?) -> [Double] {
            steps.map { steps in values.map { ($0 * steps / 6).rounded() * 6 / steps } } ?? values
        }
        let read = s.bytes.expansion == .differences ? roundedAroundMean() : input.map(Double.init)
        let expanded = rounded(
            clamped(Self.product(read, expansion, expansionBias, s.height * s.width, s.depth, s.channels)), to: steps)
        var filtered = [Double](repeating: 0, count: s.outputHeight * s.outputWidth * s.channels)
        for y in 0..<s.outputHeight {
            for x in 0..<s.outputWidth {
                let target = (y * s.outputWidth + x) * s.channels
                for c in 0..<s.channels { filtered[target + c] = Double(depthwiseBias[c]) }
                for ky in 0..<s.kernel {
                    let row = y * s.stride - s.padTop + ky
                    guard (0..<s.height).contains(row) else { continue }
                    for kx in 0..<s.kernel {
                        let column = x * s.stride - s.padLeft + kx
                        guard (0..<s.width).contains(column) else { continue }
                        let (source, weights) = (
                            (row * s.width + column) * s.channels, (ky * s.kernel + kx) * s.channels
                        )
                        for c in 0..<s.channels {
                            filtered[target + c] += expanded[source + c] * Double(depthwise[weights + c])
                        }
                    }
                }
            }
        }
        let result = Self.product(
            rounded(clamped(filtered), to: s.bytes.projection ? 255 : nil), projection, projectionBias,
            s.outputHeight * s.outputWidth, s.channels, s.outputs)
        guard let residual else { return result }
        return zip(result, residual).map { $0 + Double($1) }
    }

    /// The input with each pixel's differences from the mean of every second pixel of every second row rounded to 127
    /// steps of the greatest.
    private func roundedAroundMean() -> [Double] {
        let s = shape
        let rows = stride(from: 0, to: s.height, by: 2), columns = stride(from: 0, to: s.width, by: 2)
        let pixels = rows.flatMap { y in columns.map { (y * s.width + $0) * s.depth } }
        let mean = (0..<s.depth).map { i in
            pixels.reduce(0) { $0 + Double(input[$1 + i]) } / Double(pixels.count)
        }
        return (0..<s.height * s.width).flatMap { pixel in
            let differences = (0..<s.depth).map { Double(input[pixel * s.depth + $0]) - mean[$0] }
            let step = max(differences.map(abs).max() ?? 0, 1e-30) / 127
            return zip(differences, mean).map { ($0 / step).rounded() * step + $1 }
        }
    }

    private static func product(
        _ a: [Double], _ weights: [Float], _ bias: [Float], _ m: Int, _ k: Int, _ n: Int
    ) -> [Double] {
        var columns = [Double](repeating: 0, count: k * n)
        for j in 0..<n { for i in 0..<k { columns[i * n + j] = Double(weights[j * k + i]) } }
        var result: [Double] = []
        for r in 0..<m {
            var sums = bias.map(Double.init)
            for i in 0..<k { for j in 0..<n { sums[j] += a[r * k + i] * columns[i * n + j] } }
            result += sums
        }
        return result
    }
}
