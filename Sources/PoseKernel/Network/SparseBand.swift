import CSparse
package import MicrokernelABI

/// Expand, depthwise, project where most weights of the products are zero: `BandTask` on planes of pixels, one a
/// channel, so that only what goes in and what comes out has to be turned.
package struct SparseBand {
    let shape: BandShape
    private let task: csparse_band_task
    private let isWide: Bool

    /// - Parameters:
    ///   - depthwise: HWC weights, and a bias for each channel.
    ///   - projection: its A is the band.
    ///   - scratch: room for `scratchCount` floats, on a cache line.
    package init(
        _ shape: BandShape, expansion: GemmTask,
        depthwise: (weights: UnsafePointer<Float>, bias: UnsafePointer<Float>, activation: Activation),
        projection: GemmTask, isa: InstructionSet, scratch: UnsafeMutablePointer<Float>
    ) {
        let first = csparse_task(expansion)
        self.shape = shape
        isWide = isa == .avx512
        task = csparse_band_task(
            shape: csparse_band_shape(shape), input: first.a, expansion: first.weights, expansion_bias: first.bias,
            depthwise: depthwise.weights, depthwise_bias: depthwise.bias, clamp_expansion: first.clamp,
            clamp_depthwise: depthwise.activation == .relu6, projection: csparse_task(projection), scratch: scratch)
    }

    package static func scratchCount(_ shape: BandShape) -> Int {
        csparse_band_scratch_count(csparse_band_shape(shape))
    }

    package func run() {
        withUnsafePointer(to: task) { isWide ? csparse_band_avx512($0) : csparse_band_avx2($0) }
    }
}

extension csparse_band_shape {
    fileprivate init(_ s: BandShape) {
        self.init(
            height: s.height, width: s.width, depth: s.depth, channels: s.channels, kernel: s.kernel, stride: s.stride,
            pad_top: s.padTop, pad_left: s.padLeft, output_height: s.outputHeight, output_width: s.outputWidth,
            outputs: s.outputs)
    }
}
