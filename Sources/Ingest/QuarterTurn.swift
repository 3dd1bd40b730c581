internal import CFFmpeg

/// Turns pictures clockwise by 90, 180 or 270 degrees, plane by plane.
enum QuarterTurn {
    static func turn(_ source: Picture, clockwise degrees: Int) throws(MediaError) -> Picture {
        guard degrees != 0 else { return source }
        let swaps = degrees != 180
        let target = try Picture(
            width: swaps ? source.height : source.width, height: swaps ? source.width : source.height,
            format: source.format)
        if source.format == AV_PIX_FMT_RGB24 {
            plane(source, target, 0, width: source.width, height: source.height, bytes: 3, degrees)
        } else {
            plane(source, target, 0, width: source.width, height: source.height, bytes: 1, degrees)
            for index in 1...2 {
                plane(
                    source, target, index, width: (source.width + 1) / 2, height: (source.height + 1) / 2, bytes: 1,
                    degrees)
            }
        }
        return target
    }

    /// In blocks, so that both the rows read and the rows written stay in the cache.
    private static func plane(
        _ source: Picture, _ target: Picture, _ index: Int, width: Int, height: Int, bytes: Int, _ degrees: Int
    ) {
        let (from, to) = (source.plane(index), target.plane(index))
        let (fromStride, toStride) = (source.stride(index), target.stride(index))
        // Where pixel (x, y) goes: base + x * stepX + y * stepY.
        let (base, stepX, stepY): (Int, Int, Int)
        switch degrees {
        case 90: (base, stepX, stepY) = ((height - 1) * bytes, toStride, -bytes)
        case 180: (base, stepX, stepY) = ((height - 1) * toStride + (width - 1) * bytes, -bytes, -toStride)
        default: (base, stepX, stepY) = ((width - 1) * toStride, -toStride, bytes)
        }
        let block = 32
        for blockY in stride(from: 0, to: height, by: block) {
            for blockX in stride(from: 0, to: width, by: block) {
                for y in blockY..<min(blockY + block, height) {
                    for x in blockX..<min(blockX + block, width) {
                        let pixel = from + y * fromStride + x * bytes
                        let place = to + base + x * stepX + y * stepY
                        for byte in 0..<bytes { place[byte] = pixel[byte] }
                    }
                }
            }
        }
    }
}
