import MicrokernelABI

/// Every kernel on shapes of the two networks, beside what the core can do: what `pthub kernel micro` prints.
package struct MicrokernelBenchmark: Encodable, Sendable {
    package struct Peak: Encodable, Sendable {
        package var isa: String
        package var precision: String
        /// Of multiply-adds on registers alone, in the same run.
        package var gigaflops: Double

        enum CodingKeys: String, CodingKey {
            case isa, precision
            case gigaflops = "gflops"
        }
    }

    package struct Entry: Encodable, Sendable {
        package var isa: String
        package var precision: String
        /// "gemm", "depthwise" or "block".
        package var kernel: String
        package var shape: String
        package var medianMicroseconds: Double
        package var gigaflops: Double
        package var percentOfPeak: Double

        enum CodingKeys: String, CodingKey {
            case isa, precision, kernel, shape
            case medianMicroseconds = "median_us"
            case gigaflops = "gflops"
            case percentOfPeak = "percent_of_peak"
        }
    }

    package private(set) var peaks: [Peak] = []
    package private(set) var kernels: [Entry] = []

    /// m, k, n of 1x1 convolutions: wide and narrow, deep and shallow.
    private static let products = [
        (16384, 16, 64), (4096, 24, 144), (4096, 144, 24), (1024, 192, 32), (256, 88, 528), (256, 528, 88),
        (64, 864, 144), (16, 288, 288),
    ]
    /// Height and width, channels, kernel, stride.
    private static let convolutions = [
        (128, 24, 3, 1), (128, 64, 3, 2), (64, 144, 3, 1), (64, 144, 5, 2), (32, 192, 5, 1), (16, 528, 5, 1),
        (8, 864, 5, 1),
    ]

    /// Height and width of the input, its channels, those between, kernel, stride, channels of the output: of blocks that
    /// expand, convolve and project.
    private static let blocks = [
        (64, 24, 144, 3, 1, 24), (32, 32, 192, 5, 1, 32), (16, 64, 384, 3, 1, 64), (16, 88, 528, 5, 1, 88),
        (16, 88, 528, 5, 2, 144), (8, 144, 864, 5, 1, 144),
    ]

    package static func measure(_ sets: [InstructionSet], runs: Int) -> MicrokernelBenchmark {
        var result = MicrokernelBenchmark()
        for isa in sets {
            guard let kernels = isa.microkernels else { continue }
            let peak = result.addPeak(isa, .fp32, operations: kernels.peakOperations, kernels.peak)
            for (m, k, n) in products {
                product(kernels.gemm, m, k, n) {
                    result.add(isa, .fp32, peak, "gemm", "\(m)x\(k)x\(n)", multiplyAdds: m * k * n, runs, $0)
                }
            }
            for (size, channels, kernel, stride) in convolutions {
                let area = size / stride * (size / stride) * kernel * kernel
                convolution(kernels, size, channels, kernel, stride) {
                    result.add(
                        isa, .fp32, peak, "depthwise", "\(kernel)x\(kernel) s\(stride) \(size)x\(size)x\(channels)",
                        multiplyAdds: area * channels, runs, $0)
                }
            }
            for precision in Precision.available(with: isa) { result.addReduced(isa, precision, runs) }
        }
        return result
    }

    private mutating func addReduced(_ isa: InstructionSet, _ precision: Precision, _ runs: Int) {
        switch precision {
        case .fp32: return
        case .int16: addProducts(isa, runs)
        case .int8: addBlocks(isa, runs)
        }
    }

    /// Narrower ones than their A is deep as those of values in 0...6.
    private mutating func addProducts(_ isa: InstructionSet, _ runs: Int) {
        let peak = addPeak(isa, .int16, operations: IntegerGemm.peakOperations, IntegerGemm.peak)
        for (m, k, n) in Self.products {
            guard let kernel = Precision.int16.reducedGemm(clamped: n < k, bytes: false) else { continue }
            Self.product(kernel, m, k, n) {
                add(isa, .int16, peak, "gemm", "\(m)x\(k)x\(n)", multiplyAdds: m * k * n, runs, $0)
            }
        }
    }

    private mutating func addBlocks(_ isa: InstructionSet, _ runs: Int) {
        let peak = addPeak(isa, .int8, operations: IntegerBand.peakOperations, IntegerBand.peak)
        for (size, depth, channels, kernel, stride, outputs) in Self.blocks {
            let shape = BandShape(
                height: size, width: size, depth: depth, channels: channels, kernel: kernel, stride: stride,
                padTop: kernel / 2, padLeft: kernel / 2, outputHeight: size / stride, outputWidth: size / stride,
                outputs: outputs, bytes: BytePolicy.landmarks.factors(depth: depth, channels: channels))
            Self.block(shape) { multiplyAdds, body in
                add(
                    isa, .int8, peak, "block",
                    "\(size)x\(size)x\(depth)-\(channels) \(kernel)x\(kernel) s\(stride)-\(outputs)",
                    multiplyAdds: multiplyAdds, runs, body)
            }
        }
    }

    private mutating func add(
        _ isa: InstructionSet, _ precision: Precision, _ peak: Double, _ kernel: String, _ shape: String,
        multiplyAdds: Int, _ runs: Int, _ body: () -> Void
    ) {
        let times = Stopwatch.times(runs: runs, body)
        let median = times[times.count / 2]
        let gigaflops = 2 * Double(multiplyAdds) / median / 1e3
        kernels.append(
            Entry(
                isa: isa.rawValue, precision: precision.rawValue, kernel: kernel, shape: shape,
                medianMicroseconds: median, gigaflops: gigaflops, percentOfPeak: 100 * gigaflops / peak))
    }

    /// GFLOP/s of multiply-adds that touch no memory.
    private mutating func addPeak(
        _ isa: InstructionSet, _ precision: Precision, operations: Int, _ loop: (Int) -> Float
    ) -> Double {
        let rounds = 50_000
        var sum: Float = 0
        let fastest = Stopwatch.times(runs: 20) { sum += loop(rounds) }[0]
        precondition(!sum.isNaN)
        let gigaflops = Double(operations * rounds) / fastest / 1e3
        peaks.append(Peak(isa: isa.rawValue, precision: precision.rawValue, gigaflops: gigaflops))
        return gigaflops
    }

    private static func product(
        _ kernel: GemmKernel, _ m: Int, _ k: Int, _ n: Int, _ use: (() -> Void) -> Void
    ) {
        let (a, weights, bias) = (filled(m * k), filled(n * k), filled(n + 64))
        let scratch = AlignedFloats(count: kernel.scratchCount(k))
        let (packed, c) = (AlignedFloats(count: kernel.packedCount(k, n)), AlignedFloats(count: m * n))
        kernel.pack(weights.base, k, n, packed.base)
        let task = GemmTask(
            a: a.base, packedB: packed.base, bias: bias.base, c: c.base, m: m, k: k, n: n, activation: .relu6,
            scratch: scratch.base)
        withExtendedLifetime((a, scratch, weights, bias, packed, c)) { use { kernel.run(task) } }
    }

    private static func convolution(
        _ kernels: Microkernels, _ size: Int, _ channels: Int, _ kernel: Int, _ stride: Int,
        _ use: (() -> Void) -> Void
    ) {
        let (input, weights, bias) = (
            filled(size * size * channels), filled(kernel * kernel * channels), filled(channels)
        )
        let side = size / stride
        let output = AlignedFloats(count: side * side * channels)
        let task = DepthwiseTask(
            input: input.base, weights: weights.base, bias: bias.base, output: output.base, inputHeight: size,
            inputWidth: size, rows: 0..<side, outputWidth: side, channels: channels, kernel: kernel,
            stride: stride, padTop: kernel / 2, padLeft: kernel / 2, activation: .relu6)
        withExtendedLifetime((input, weights, bias, output)) { use { kernels.depthwise(task) } }
    }

    private static func block(_ shape: BandShape, _ use: (_ multiplyAdds: Int, _ body: () -> Void) -> Void) {
        let (input, output) = (
            filled(shape.height * shape.width * shape.depth),
            AlignedFloats(count: shape.outputHeight * shape.outputWidth * shape.outputs)
        )
        let taps = shape.kernel * shape.kernel
        func numbers(_ count: Int) -> [Float] { (0..<count).map { filledValue($0) } }
        let (expansion, depthwise, projection) = (
            AlignedFloats(count: shape.expansionCount), AlignedFloats(count: shape.depthwiseCount),
            AlignedFloats(count: shape.projectionCount)
        )
        let biases = numbers(shape.channels)
        let weights = numbers(shape.channels * shape.depth)
        shape.packExpansion(weights, into: expansion.base)
        guard let middleKernel = IntegerGemm.pairs.rows else { return }
        let middle = AlignedFloats(count: middleKernel.packedCount(shape.depth, shape.channels))
        middleKernel.pack(weights, shape.depth, shape.channels, middle.base)
        shape.packDepthwise(numbers(taps * shape.channels), biases, into: depthwise.base)
        shape.packProjection(numbers(shape.outputs * shape.channels), into: projection.base)
        let (room, bias) = (IntegerBand.Room(shape), filled(max(shape.outputs, shape.channels) + 64))
        let (ring, band, scratch) = (
            AlignedFloats(count: room.ringCount), AlignedFloats(count: room.bandCount),
            AlignedFloats(count: room.scratchCount)
        )
        let task = IntegerBand(
            shape,
            expansion: GemmTask(
                a: input.base, packedB: expansion.base, bias: bias.base, c: ring.base, m: shape.height * shape.width,
                k: shape.depth, n: shape.channels, activation: .relu6),
            middle: middle.base, depthwise: depthwise.base,
            projection: GemmTask(
                a: input.base, packedB: projection.base, bias: bias.base, c: output.base,
                m: shape.outputHeight * shape.outputWidth, k: shape.channels, n: shape.outputs, activation: .none),
            workplace: IntegerBand.Workplace(ring: ring.base, band: band.base, scratch: scratch.base))
        withExtendedLifetime((input, output, expansion, middle, depthwise, projection, bias, ring, band, scratch)) {
            use(task.multiplyAdds) { task.run() }
        }
    }

    /// Ordinary numbers: not zero, not sub-normal.
    private static func filled(_ count: Int) -> AlignedFloats {
        let floats = AlignedFloats(count: count)
        for i in 0..<count { floats.base[i] = filledValue(i) }
        return floats
    }

    private static func filledValue(_ index: Int) -> Float { Float(index * 7919 % 97) / 97 - 0.5 }
}
