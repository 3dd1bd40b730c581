import CVNNI
package import MicrokernelABI

/// Expand, depthwise, project, where both convolutions that come first are clamped to 0...6: `BandTask` for
/// `Precision.int8`. What is between the first two stands in bytes, a quarter of the memory, and a dot product adds up to
/// four taps of the depthwise convolution at once.
package struct IntegerBand {
    package let shape: BandShape
    private let task: cvnni_band_task

    /// What a band works in, in floats.
    package struct Room: Sendable {
        package let ringCount: Int
        package let bandCount: Int
        package let scratchCount: Int
        fileprivate let room: cvnni_band_room

        package init(_ shape: BandShape) {
            let room = withUnsafePointer(to: shape.c) { cvnni_plan_band($0, BandSize.budget * 4) }
            func floats(_ bytes: Int) -> Int { (bytes + 3) / 4 }
            self.room = room
            (ringCount, bandCount) = (floats(room.ring_bytes), floats(room.band_bytes))
            scratchCount = floats(room.scratch_bytes)
        }
    }

    /// Where a band works, with as much room as `Room` says.
    package struct Workplace {
        package var ring: UnsafeMutablePointer<Float>
        package var band: UnsafeMutablePointer<Float>
        package var scratch: UnsafeMutablePointer<Float>

        package init(
            ring: UnsafeMutablePointer<Float>, band: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
        ) {
            (self.ring, self.band, self.scratch) = (ring, band, scratch)
        }
    }

    /// Weights laid out by the `pack` functions. `expansion`: its B is packed by `packExpansion`. `middle`: where the shape
    /// expands differences from the mean, its weights packed for `IntegerGemm.pairs.rows`. `projection`: its A is not used, its B is packed by
    /// `packProjection`.
    package init(
        _ shape: BandShape, expansion: GemmTask, middle: UnsafePointer<Float>?, depthwise: UnsafePointer<Float>,
        projection: GemmTask, workplace: Workplace
    ) {
        self.shape = shape
        task = cvnni_band_task(
            shape: shape.c, room: Room(shape).room, input: expansion.a, expansion: Self.words(expansion.packedB),
            depthwise: Self.words(depthwise), projection: Self.words(projection.packedB),
            middle: middle.map(Self.words), expansion_bias: expansion.bias, projection_bias: projection.bias,
            output: projection.c, residual: projection.residual,
            clamp: projection.activation == .relu6, clamp_residual: projection.residualActivation == .relu6,
            ring: workplace.ring, band: workplace.band, scratch: workplace.scratch)
    }

    package func run() { withUnsafePointer(to: task) { cvnni_band($0) } }

    /// Dot products of bytes on registers alone, for a benchmark to be measured against.
    static func peak(_ rounds: Int) -> Float { cvnni_byte_peak(rounds) }
    /// Operations of a round of `peak`.
    static let peakOperations = 2 * 12 * 64

    private static func words(_ packed: UnsafePointer<Float>) -> UnsafePointer<UInt32> {
        UnsafeRawPointer(packed).assumingMemoryBound(to: UInt32.self)
    }

    var multiplyAdds: Int {
        let pixels = shape.outputHeight * shape.outputWidth
        return shape.height * shape.width * shape.depth * shape.channels
            + pixels * shape.channels * (shape.kernel * shape.kernel + shape.outputs)
    }
}

extension BandShape {
    /// Nil: not all of `step` can be an `IntegerBand`.
    init?(integers step: Plan.Step, _ graph: Graph, _ policy: BytePolicy) {
        guard case .convolution(let projection) = step.operation, let chain = step.chain,
            let expansion = chain.expansion, expansion.isPointwise, expansion.activation == .relu6,
            chain.depthwise.activation == .relu6
        else { return nil }
        self.init(chain, depth: graph.shapes[step.inputs[0]].channels, outputs: projection.bias.count)
        guard depth % 8 == 0, channels % 8 == 0, outputs % 8 == 0, padTop == kernel / 2 else { return nil }
        bytes = policy.factors(depth: depth, channels: channels)
    }
}

/// Weights laid out for a band: in what has a float's size.
extension BandShape {
    package var expansionCount: Int { withUnsafePointer(to: c) { cvnni_expansion_count($0) } }
    package var depthwiseCount: Int { withUnsafePointer(to: c) { cvnni_depthwise_count($0) } }
    package var projectionCount: Int { withUnsafePointer(to: c) { cvnni_projection_count($0) } }

    /// channels x depth weights.
    package func packExpansion(_ weights: [Float], into packed: UnsafeMutablePointer<Float>) {
        withUnsafePointer(to: c) { cvnni_pack_expansion($0, weights, words(packed)) }
    }

    /// kernel x kernel x channels weights, and a bias for each channel.
    package func packDepthwise(_ weights: [Float], _ bias: [Float], into packed: UnsafeMutablePointer<Float>) {
        withUnsafePointer(to: c) { cvnni_pack_depthwise($0, weights, bias, words(packed)) }
    }

    /// outputs x channels weights.
    package func packProjection(_ weights: [Float], into packed: UnsafeMutablePointer<Float>) {
        withUnsafePointer(to: c) { cvnni_pack_projection($0, weights, words(packed)) }
    }

    private func words(_ packed: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<UInt32> {
        UnsafeMutableRawPointer(packed).assumingMemoryBound(to: UInt32.self)
    }

    fileprivate var c: cvnni_band_shape {
        cvnni_band_shape(
            height: height, width: width, depth: depth, channels: channels, kernel: kernel, stride: stride,
            pad_left: padLeft, output_height: outputHeight, output_width: outputWidth, outputs: outputs,
            expands_bytes: bytes.expansion, projects_bytes: bytes.projection, expands_differences: bytes.aroundMean)
    }
}
