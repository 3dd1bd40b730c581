/// A network's input as the levels of a picture: four bytes a pixel, red, green, blue and one that does not matter.
final class PictureInput {
    let bytes: UnsafeMutableBufferPointer<UInt8>
    let levels: PictureLevels

    init(height: Int, width: Int, levels: PictureLevels) {
        bytes = .allocate(capacity: 4 * height * width)
        bytes.initialize(repeating: 0)
        self.levels = levels
    }

    deinit { bytes.deallocate() }

    /// For the layers that read floats.
    func write(to tensor: UnsafeMutableBufferPointer<Float>) {
        for pixel in 0..<bytes.count / 4 {
            for colour in 0..<3 {
                tensor[3 * pixel + colour] = Float(bytes[4 * pixel + colour]) * levels.scale + levels.offset
            }
        }
    }
}
