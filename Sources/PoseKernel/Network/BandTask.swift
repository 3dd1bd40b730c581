import MicrokernelABI

/// Expand, depthwise, project, a band of rows at a time: the expanded rows stay in the second cache, as a ring of those
/// that the depthwise convolution still reads.
struct BandTask {
    enum Expansion {
        /// The depthwise convolution reads a tensor.
        case none
        /// A product a row of pixels.
        case pointwise(Product)
        case convolution(ConvolutionTask)
        case picture(PictureConvolution)
    }

    var expansion: Expansion
    /// Reads the ring, writes the band; `rows` are all of the output.
    var depthwise: DepthwiseTask
    /// A is the band.
    var project: Product
    var ring: UnsafeMutablePointer<Float>
    /// Writes what `project` adds to where it then writes the sum.
    var enlargement: ResizeTask?
    /// Rows of the depthwise convolution's output in a band.
    var bandRows: Int

    func run(_ kernels: Microkernels) {
        var ready = 0
        var band = depthwise
        for first in stride(from: 0, to: depthwise.rows.upperBound, by: bandRows) {
            band.rows = first..<min(first + bandRows, depthwise.rows.upperBound)
            let needed = (band.rows.upperBound - 1) * depthwise.stride - depthwise.padTop + depthwise.kernel
            expand(ready..<max(ready, min(needed, depthwise.inputHeight)))
            ready = max(ready, min(needed, depthwise.inputHeight))
            kernels.depthwise(band)
            if var enlargement {
                enlargement.rows = band.rows
                kernels.resize(enlargement)
            }
            var product = project.rows(first * depthwise.outputWidth, count: band.rows.count * depthwise.outputWidth)
            product.task.a = project.task.a
            product.run()
        }
    }

    /// Puts rows into the ring, in pieces that do not wrap around.
    private func expand(_ rows: Range<Int>) {
        let length = depthwise.inputWidth * depthwise.channels
        var first = rows.lowerBound
        while first < rows.upperBound {
            let slot = first & depthwise.rowMask
            let piece = depthwise.rowMask < 0 ? rows.count : min(rows.upperBound - first, depthwise.rowMask + 1 - slot)
            switch expansion {
            case .none: return
            case .pointwise(let product):
                let width = depthwise.inputWidth
                var part = product.rows(first * width, count: piece * width)
                part.task.c = ring + slot * length
                part.run()
            case .convolution(let task): task.run(rows: first..<first + piece, into: ring + slot * length)
            case .picture(let picture): picture.run(rows: first..<first + piece, into: ring + slot * length)
            }
            first += piece
        }
    }

    var multiplyAdds: Int {
        let taps = depthwise.kernel * depthwise.kernel
        let own = depthwise.rows.count * depthwise.outputWidth * depthwise.channels * taps + project.multiplyAdds
        switch expansion {
        case .none: return own
        case .pointwise(let product): return own + product.multiplyAdds
        case .convolution(let task): return own + task.product.multiplyAdds
        case .picture(let picture): return own + picture.multiplyAdds
        }
    }
}

/// How many rows pass at once.
struct BandSize {
    /// -1: the whole input of the depthwise convolution; else one less than the ring's rows.
    var rowMask: Int
    var bandRows: Int
    /// Floats of the ring and of the band.
    var ringCount: Int
    var bandCount: Int

    /// Of ring and band together, in floats: a part of the second cache that leaves room for the weights.
    static let budget = 96 * 1024

    /// Of the band where each enlarges what it adds: the enlarged rows, about as many, are to be there when they are read.
    static let enlargingBudget = 32 * 1024

    /// Without an expansion the input is a tensor, and there is no ring.
    init(_ chain: Plan.Chain, enlarges: Bool = false) {
        let input = chain.inputShape.width * chain.inputShape.channels
        let output = chain.outputShape.width * chain.outputShape.channels
        let (kernel, stride) = (chain.depthwise.kernelHeight, chain.depthwise.stride)
        if chain.expansion == nil {
            (rowMask, ringCount) = (-1, 0)
            bandRows = min(max((enlarges ? Self.enlargingBudget : Self.budget) / output, 1), chain.outputShape.height)
        } else {
            var ring = kernel == 3 ? 4 : 8
            func rows(_ ring: Int) -> Int { (ring - kernel) / stride + 1 }
            while 2 * ring * input + rows(2 * ring) * output <= Self.budget { ring *= 2 }
            if ring >= chain.inputShape.height {
                (rowMask, bandRows) = (-1, chain.outputShape.height)
                ringCount = chain.inputShape.height * input
            } else {
                (rowMask, bandRows, ringCount) = (ring - 1, rows(ring), ring * input)
            }
        }
        bandCount = bandRows * output
    }
}
