/// Why a clip cannot be analysed, in a sentence for the person who uploaded it.
package struct MediaError: Error, Equatable, Sendable {
    /// Stable, for scripts and the job table.
    package enum Code: String, CaseIterable, Sendable {
        case readFailed = "read_failed"
        case emptyFile = "empty_file"
        case tooLarge = "too_large"
        case notAVideo = "not_a_video"
        case truncated
        case noVideoStream = "no_video_stream"
        case unsupportedCodec = "unsupported_codec"
        case tooManyPixels = "too_many_pixels"
        case badRotation = "bad_rotation"
        case noFrames = "no_frames"
        case tooLong = "too_long"
        case tooManyFrames = "too_many_frames"
        case outOfMemory = "out_of_memory"
        case writeFailed = "write_failed"
    }

    package var code: Code
    package var message: String

    package init(code: Code, message: String) {
        (self.code, self.message) = (code, message)
    }
}
