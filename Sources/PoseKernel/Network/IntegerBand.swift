import CVNNI
package import MicrokernelABI

/// Expand, depthwise, project in integers from the first product to the last, where both convolutions that come first
/// are clamped to 0...6: `BandTask` for `Precision.int16`. What is between them takes half the memory, and a dot product
/// adds two taps of the depthwise convolution at once.
package struct IntegerBand {
    package struct Shape: Sendable {
        /// Of the expansion's input and output.
        package var height: Int
        package var width: Int
        package var depth: Int
        package var channels: Int
        /// Of the depthwise convolution, as in `DepthwiseTask`.
        package var kernel: Int
        package var stride: Int
        package var padTop: Int
        package var padLeft: Int
        package var outputHeight: Int
        package var outputWidth: Int
        /// Channels of the projection.
        package var outputs: Int

        package init(
            height: Int, width: Int, depth: Int, channels: Int, kernel: Int, stride: Int, padTop: Int, padLeft: Int,
            outputHeight: Int, outputWidth: Int, outputs: Int
        ) {
            (self.height, self.width, self.depth, self.channels) = (height, width, depth, channels)
            (self.kernel, self.stride, self.padTop, self.padLeft) = (kernel, stride, padTop, padLeft)
            (self.outputHeight, self.outputWidth, self.outputs) = (outputHeight, outputWidth, outputs)
        }
    }

    package let shape: Shape
    private let task: cvnni_band_task

    /// Ring and band, and how much of the picture is in them.
    package struct Room: Sendable {
        /// Of the ring and the band, in what has a float's size.
        package let ringCount: Int
        package let bandCount: Int
        fileprivate let ringPairs: Int
        fileprivate let bandRows: Int

        package init(_ shape: Shape) {
            let (line, output) = (shape.width * shape.channels, shape.outputWidth * shape.channels / 2)
            func rows(_ pairs: Int) -> Int { cvnni_band_rows(pairs, shape.kernel, shape.stride) }
            let all = cvnni_band_pairs(shape.height, shape.padTop)
            var pairs = 4
            while pairs < all, 2 * pairs * line + rows(2 * pairs) * output <= BandSize.budget { pairs *= 2 }
            ringPairs = pairs
            bandRows = pairs < all ? rows(pairs) : shape.outputHeight
            (ringCount, bandCount) = (pairs * line, bandRows * output)
        }
    }

    /// The expansion packed for `Int16Gemm.rows`, the projection for `Int16Gemm.clamped`; `depthwise` as `pack` laid it
    /// out; `ring` and `band` with as much room as `Room` says.
    package init(
        _ shape: Shape, expansion: GemmTask, depthwise: UnsafePointer<Float>, projection: GemmTask,
        ring: UnsafeMutablePointer<Float>, band: UnsafeMutablePointer<Float>
    ) {
        let room = Room(shape)
        self.shape = shape
        task = cvnni_band_task(
            input: expansion.a, expansion: Self.words(expansion.packedB), expansion_bias: expansion.bias,
            depthwise: Self.words(depthwise), height: shape.height, width: shape.width, depth: shape.depth,
            channels: shape.channels, kernel: shape.kernel, stride: shape.stride, pad_top: shape.padTop,
            pad_left: shape.padLeft, output_height: shape.outputHeight, output_width: shape.outputWidth,
            projection: cvnni_gemm_task(
                a: nil, packed_b: Self.words(projection.packedB), bias: projection.bias, c: projection.c,
                residual: projection.residual, scratch: nil, m: projection.m, k: projection.k, n: projection.n,
                clamp: projection.activation == .relu6, clamp_residual: projection.residualActivation == .relu6),
            ring: UnsafeMutableRawPointer(ring).assumingMemoryBound(to: UInt32.self), ring_pairs: room.ringPairs,
            band: UnsafeMutableRawPointer(band).assumingMemoryBound(to: UInt16.self), band_rows: room.bandRows,
            scratch: UnsafeMutableRawPointer(expansion.scratch))
    }

    package func run() { withUnsafePointer(to: task) { cvnni_band($0) } }

    /// Floats of the packed form of a depthwise convolution.
    package static func packedCount(channels: Int, kernel: Int) -> Int {
        cvnni_packed_depthwise_count(channels, kernel)
    }

    /// HWC weights and a bias for each channel, for a projection that follows.
    package static func pack(
        _ weights: [Float], _ bias: [Float], kernel: Int, into packed: UnsafeMutablePointer<Float>
    ) {
        cvnni_pack_depthwise(
            weights, bias, bias.count, kernel, UnsafeMutableRawPointer(packed).assumingMemoryBound(to: UInt32.self))
    }

    private static func words(_ packed: UnsafePointer<Float>) -> UnsafePointer<UInt32> {
        UnsafeRawPointer(packed).assumingMemoryBound(to: UInt32.self)
    }

    var multiplyAdds: Int {
        let pixels = shape.outputHeight * shape.outputWidth
        return shape.height * shape.width * shape.depth * shape.channels
            + pixels * shape.channels * (shape.kernel * shape.kernel + shape.outputs)
    }
}

extension IntegerBand.Shape {
    /// Nil: not all of `step` can be computed so.
    init?(_ step: Plan.Step, _ graph: Graph) {
        guard case .convolution(let projection) = step.operation, let chain = step.chain,
            let expansion = chain.expansion, expansion.isPointwise, expansion.activation == .relu6,
            chain.depthwise.activation == .relu6
        else { return nil }
        self.init(chain, depth: graph.shapes[step.inputs[0]].channels, outputs: projection.bias.count)
        guard depth % 8 == 0, channels % 16 == 0 else { return nil }
    }

    init(_ chain: Plan.Chain, depth: Int, outputs: Int) {
        let (input, output, depthwise) = (chain.inputShape, chain.outputShape, chain.depthwise)
        self.init(
            height: input.height, width: input.width, depth: depth,
            channels: input.channels, kernel: depthwise.kernelHeight, stride: depthwise.stride,
            padTop: depthwise.padding.top, padLeft: depthwise.padding.left, outputHeight: output.height,
            outputWidth: output.width, outputs: outputs)
    }
}
