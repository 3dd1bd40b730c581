import MicrokernelABI

/// A dense convolution with a kernel larger than one pixel. Where all taps lie inside, the lines of the kernel are
/// segments of the product's A, read where they stand; at the edges they are gathered into `patches` first.
struct ConvolutionTask {
    /// With all taps as k, for a row of `m` outputs; `a`, `c` and `m` are set for each part of a row.
    var product: GemmTask
    var input: UnsafePointer<Float>
    /// Room for the taps of one row of outputs.
    var patches: UnsafeMutablePointer<Float>
    var inputShape: Graph.Shape
    var outputShape: Graph.Shape
    var kernelHeight: Int
    var kernelWidth: Int
    var stride: Int
    var padTop: Int
    var padLeft: Int

    func run(_ kernels: Microkernels) {
        let first = min((padLeft + stride - 1) / stride, outputShape.width)
        let fitting = inputShape.width + padLeft - kernelWidth
        let end = max(first, fitting < 0 ? 0 : min(outputShape.width, fitting / stride + 1))
        for y in 0..<outputShape.height {
            let top = y * stride - padTop
            guard top >= 0, top + kernelHeight <= inputShape.height, first < end else {
                edge(y, 0..<outputShape.width, kernels)
                continue
            }
            edge(y, 0..<first, kernels)
            inside(y, first..<end, kernels)
            edge(y, end..<outputShape.width, kernels)
        }
    }

    private func inside(_ y: Int, _ columns: Range<Int>, _ kernels: Microkernels) {
        var part = self.part(y, columns)
        let pixel = (y * stride - padTop) * inputShape.width + columns.lowerBound * stride - padLeft
        part.a = input + pixel * inputShape.channels
        part.aStride = stride * inputShape.channels
        part.k = kernelWidth * inputShape.channels
        part.segments = kernelHeight
        part.segmentStride = inputShape.width * inputShape.channels
        kernels.gemm(part)
    }

    private func edge(_ y: Int, _ columns: Range<Int>, _ kernels: Microkernels) {
        guard !columns.isEmpty else { return }
        gather(y, columns)
        kernels.gemm(part(y, columns))
    }

    private func part(_ y: Int, _ columns: Range<Int>) -> GemmTask {
        var part = product
        let offset = (y * outputShape.width + columns.lowerBound) * outputShape.channels
        part.m = columns.count
        part.c += offset
        if let residual = product.residual { part.residual = residual + offset }
        return part
    }

    private func gather(_ y: Int, _ columns: Range<Int>) {
        let channels = inputShape.channels
        var target = patches
        for x in columns {
            let left = x * stride - padLeft
            let first = max(0, -left)
            let end = max(first, min(kernelWidth, inputShape.width - left))
            for ky in 0..<kernelHeight {
                let line = y * stride - padTop + ky
                if line < 0 || line >= inputShape.height {
                    target.update(repeating: 0, count: kernelWidth * channels)
                } else {
                    target.update(repeating: 0, count: first * channels)
                    let source = input + (line * inputShape.width + left + first) * channels
                    (target + first * channels).update(from: source, count: (end - first) * channels)
                    (target + end * channels).update(repeating: 0, count: (kernelWidth - end) * channels)
                }
                target += kernelWidth * channels
            }
        }
    }
}
