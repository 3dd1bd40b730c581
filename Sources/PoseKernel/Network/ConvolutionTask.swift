import MicrokernelABI

/// A dense convolution with a kernel larger than one pixel. Where all taps lie inside, the lines of the kernel are
/// segments of the product's A, read where they stand; at the edges they are gathered into `patches` first.
struct ConvolutionTask {
    /// With all taps as k; its A is set for each part of a row.
    var product: Product
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

    func run() { run(rows: 0..<outputShape.height, into: product.task.c) }

    /// Computes `rows`, the first of them at `target`.
    func run(rows: Range<Int>, into target: UnsafeMutablePointer<Float>) {
        let first = min((padLeft + stride - 1) / stride, outputShape.width)
        let fitting = inputShape.width + padLeft - kernelWidth
        let end = max(first, fitting < 0 ? 0 : min(outputShape.width, fitting / stride + 1))
        var shifted = self
        shifted.product.task.c = target - rows.lowerBound * outputShape.width * outputShape.channels
        for y in rows { shifted.row(y, inside: first..<end) }
    }

    private func row(_ y: Int, inside columns: Range<Int>) {
        let top = y * stride - padTop
        guard top >= 0, top + kernelHeight <= inputShape.height, !columns.isEmpty else {
            return edge(y, 0..<outputShape.width)
        }
        edge(y, 0..<columns.lowerBound)
        inside(y, columns)
        edge(y, columns.upperBound..<outputShape.width)
    }

    private func inside(_ y: Int, _ columns: Range<Int>) {
        var part = product.rows(y * outputShape.width + columns.lowerBound, count: columns.count)
        let pixel = (y * stride - padTop) * inputShape.width + columns.lowerBound * stride - padLeft
        part.task.a = input + pixel * inputShape.channels
        part.task.aStride = stride * inputShape.channels
        part.task.k = kernelWidth * inputShape.channels
        part.task.segments = kernelHeight
        part.task.segmentStride = inputShape.width * inputShape.channels
        part.run()
    }

    private func edge(_ y: Int, _ columns: Range<Int>) {
        guard !columns.isEmpty else { return }
        gather(y, columns)
        var part = product.rows(y * outputShape.width + columns.lowerBound, count: columns.count)
        part.task.a = UnsafePointer(patches)
        part.run()
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
