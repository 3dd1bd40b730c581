package import Domain
package import Ingest

/// The frames of one segment until the segments are joined: in a scratch file, or packed in memory where there is none
/// or its disk is full. For one thread at a time.
package final class SegmentFrames {
    private enum Block {
        case inMemory(PackedFrames)
        case inFile(ScratchFile.Extent)
    }

    /// Bytes, about: ten frames.
    private static let blockSize = 16 << 10

    private let file: ScratchFile?
    private var blocks: [Block] = []
    private var latest = PackedFrames()

    package init(_ file: ScratchFile?) { self.file = file }

    package func append(_ frame: PoseFrame) {
        latest.append(frame)
        if latest.bytes.count >= Self.blockSize { putAway() }
    }

    /// Lets go of what only further frames would need.
    package func finish() {
        putAway()
        latest = PackedFrames()
    }

    /// All of them in order; they are gone from here then.
    package func take() throws(MediaError) -> [PoseFrame] {
        finish()
        var frames: [PoseFrame] = []
        blocks.reverse()
        while let block = blocks.popLast() {
            switch block {
            case .inMemory(let packed): packed.unpack(into: &frames)
            case .inFile(let extent):
                guard let file else { preconditionFailure("a block in a file has come from it") }
                PackedFrames(bytes: try file.read(extent)).unpack(into: &frames)
            }
        }
        return frames
    }

    private func putAway() {
        guard !latest.bytes.isEmpty else { return }
        if let extent = file?.write(latest.bytes) {
            blocks.append(.inFile(extent))
        } else {
            // A copy of the very size.
            blocks.append(.inMemory(PackedFrames(bytes: latest.bytes.withUnsafeBytes { Array($0) })))
        }
        latest.removeAll()
    }
}
