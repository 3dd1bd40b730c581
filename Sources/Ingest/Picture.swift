internal import CFFmpeg

/// Owns an AVFrame: a reference to a decoder's buffers, or buffers of its own.
final class Picture {
    let frame: UnsafeMutablePointer<AVFrame>

    /// A further reference to the buffers of `source`.
    init(referencing source: UnsafeMutablePointer<AVFrame>) throws(MediaError) {
        guard let frame = av_frame_clone(source) else { throw Self.outOfMemory() }
        self.frame = frame
    }

    init(width: Int, height: Int, format: AVPixelFormat) throws(MediaError) {
        guard let frame = av_frame_alloc() else { throw Self.outOfMemory() }
        self.frame = frame
        frame.pointee.width = Int32(width)
        frame.pointee.height = Int32(height)
        frame.pointee.format = format.rawValue
        guard av_frame_get_buffer(frame, 0) >= 0 else { throw Self.outOfMemory() }
    }

    deinit {
        var frame: UnsafeMutablePointer<AVFrame>? = frame
        av_frame_free(&frame)
    }

    var width: Int { Int(frame.pointee.width) }
    var height: Int { Int(frame.pointee.height) }
    var format: AVPixelFormat { AVPixelFormat(rawValue: frame.pointee.format) }

    func plane(_ index: Int) -> UnsafeMutablePointer<UInt8> {
        let data = frame.pointee.data
        switch index {
        case 0: return data.0!
        case 1: return data.1!
        default: return data.2!
        }
    }

    /// Bytes from row to row.
    func stride(_ index: Int) -> Int {
        let sizes = frame.pointee.linesize
        switch index {
        case 0: return Int(sizes.0)
        case 1: return Int(sizes.1)
        default: return Int(sizes.2)
        }
    }

    static func outOfMemory() -> MediaError {
        MediaError(code: .outOfMemory, message: "There is not enough memory to decode the clip.")
    }
}
