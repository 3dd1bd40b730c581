package import MicrokernelABI

/// This instruction set's kernels. Named by a type of its own in each module, so that the symbols differ.
package enum KernelTable {
    package static let microkernels = Microkernels(
        name: markerName,
        gemm: GemmKernel(
            packedCount: { Gemm.packedCount(k: $0, n: $1) }, pack: { Gemm.pack($0, $1, $2, $3) },
            run: { Gemm.run($0) }),
        depthwise: { Depthwise.run($0) },
        dots: { Dots.run($0) },
        resize: { Resize.run($0) },
        peak: { Peak.run($0) },
        peakOperations: Peak.operations)
}
