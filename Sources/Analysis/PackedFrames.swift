package import Domain

/// Frames in one piece of memory, exact to the bit: with a person a frame takes 1.5 KB, without one 58 bytes.
package struct PackedFrames: Sendable {
    package private(set) var bytes: [UInt8]

    package init() { bytes = [] }

    /// `bytes` are those of other packed frames, in this process.
    package init(bytes: [UInt8]) { self.bytes = bytes }

    package mutating func append(_ frame: PoseFrame) {
        put(frame.time)
        put(frame.detected)
        put(frame.flag)
        put(frame.region)
        put(frame.landmarks)
        put(frame.world)
        put(frame.raw)
    }

    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    package func unpack(into frames: inout [PoseFrame]) {
        bytes.withUnsafeBytes { bytes in
            var reader = Reader(bytes: bytes)
            while !reader.isAtEnd { frames.append(reader.frame()) }
        }
    }

    private mutating func put(_ value: some BitwiseCopyable) {
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    }

    private mutating func put(_ values: [some BitwiseCopyable]) {
        put(values.count)
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    private struct Reader {
        let bytes: UnsafeRawBufferPointer
        var position = 0

        var isAtEnd: Bool { position == bytes.count }

        mutating func frame() -> PoseFrame {
            PoseFrame(
                time: take(), detected: take(), flag: take(), region: take(), landmarks: array(), world: array(),
                raw: array())
        }

        private mutating func take<Value: BitwiseCopyable>() -> Value {
            defer { position += MemoryLayout<Value>.size }
            return bytes.loadUnaligned(fromByteOffset: position, as: Value.self)
        }

        private mutating func array<Value: BitwiseCopyable>() -> [Value] {
            let count: Int = take()
            let size = count * MemoryLayout<Value>.stride
            defer { position += size }
            return Array(unsafeUninitializedCapacity: count) { values, initialized in
                let source = UnsafeRawBufferPointer(rebasing: bytes[position..<position + size])
                UnsafeMutableRawBufferPointer(values).copyMemory(from: source)
                initialized = count
            }
        }
    }
}
