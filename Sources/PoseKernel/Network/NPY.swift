import Foundation

/// NumPy's file format, version 1.0, for float32 in C order: what `pthub kernel run` reads and writes.
package struct NPY: Equatable, Sendable {
    package var shape: [Int]
    package var values: [Float]

    package init(shape: [Int], values: [Float]) {
        (self.shape, self.values) = (shape, values)
    }

    package init(bytes: [UInt8]) throws(ModelError) {
        guard bytes.count >= 10, bytes.starts(with: [0x93] + Array("NUMPY".utf8)), bytes[6] == 1 else {
            throw ModelError(.corrupt, "The input is not a .npy file of version 1.")
        }
        let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
        guard start <= bytes.count else { throw ModelError(.corrupt, "The .npy file ends within its header.") }
        let header = String(decoding: bytes[10..<start], as: UTF8.self)
        guard header.contains("'<f4'"), header.contains("'fortran_order': False"),
            let open = header.firstIndex(of: "("), let close = header[open...].firstIndex(of: ")")
        else { throw ModelError(.unsupported, "The .npy file must hold little-endian float32 in C order.") }
        shape = header[header.index(after: open)..<close].split(separator: ",").compactMap {
            Int($0.trimmingCharacters(in: .whitespaces))
        }
        let count = shape.reduce(1, *)
        guard bytes.count - start == count * 4 else {
            throw ModelError(.corrupt, "The .npy file holds \(bytes.count - start) bytes, not those of \(shape).")
        }
        values = bytes.withUnsafeBytes { raw in
            (0..<count).map { Float(bitPattern: raw.loadUnaligned(fromByteOffset: start + 4 * $0, as: UInt32.self)) }
        }
    }

    package var bytes: [UInt8] {
        let dimensions = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(dimensions)), }"
        // The data begin on a multiple of 64 bytes.
        header += String(repeating: " ", count: (64 - (header.utf8.count + 11) % 64) % 64) + "\n"
        let length = header.utf8.count
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(header.utf8)
            + values.withUnsafeBytes { Array($0) }
    }
}
