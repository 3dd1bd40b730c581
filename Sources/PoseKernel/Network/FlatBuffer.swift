/// Bounds-checked reading of a FlatBuffers file (little-endian): a corrupt offset is an error, never a crash.
struct FlatBuffer: Sendable {
    let bytes: [UInt8]

    func integer<T: FixedWidthInteger>(_ position: Int, as _: T.Type = T.self) throws(ModelError) -> T {
        guard position >= 0, position <= bytes.count - MemoryLayout<T>.size else {
            throw ModelError(.corrupt, "The model file is corrupt: it points to byte \(position) of \(bytes.count).")
        }
        return bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: T.self)) }
    }

    /// The table that the offset at `position` leads to.
    func table(at position: Int) throws(ModelError) -> FlatTable {
        FlatTable(buffer: self, position: position + Int(try integer(position, as: UInt32.self)))
    }
}

/// One table: fields are found through its vtable and may be absent.
struct FlatTable {
    let buffer: FlatBuffer
    let position: Int

    /// Where field `index` stands, nil if absent.
    private func field(_ index: Int) throws(ModelError) -> Int? {
        let vtable = position - Int(try buffer.integer(position, as: Int32.self))
        let size = Int(try buffer.integer(vtable, as: UInt16.self))
        let entry = 4 + 2 * index
        guard entry + 2 <= size else { return nil }
        let offset = Int(try buffer.integer(vtable + entry, as: UInt16.self))
        return offset == 0 ? nil : position + offset
    }

    func integer<T: FixedWidthInteger>(_ index: Int, default value: T) throws(ModelError) -> T {
        guard let field = try field(index) else { return value }
        return try buffer.integer(field)
    }

    func table(_ index: Int) throws(ModelError) -> FlatTable? {
        guard let field = try field(index) else { return nil }
        return try buffer.table(at: field)
    }

    /// Position and element count of a vector; (0, 0) if absent. The elements lie inside the file.
    func vector(_ index: Int, elementSize: Int) throws(ModelError) -> (start: Int, count: Int) {
        guard let field = try field(index) else { return (0, 0) }
        let head = field + Int(try buffer.integer(field, as: UInt32.self))
        let count = Int(try buffer.integer(head, as: UInt32.self))
        guard count <= (buffer.bytes.count - head - 4) / elementSize else {
            throw ModelError(.corrupt, "The model file is corrupt: a list of \(count) elements leaves the file.")
        }
        return (head + 4, count)
    }

    func integers<T: FixedWidthInteger>(_ index: Int, as _: T.Type) throws(ModelError) -> [Int] {
        let (start, count) = try vector(index, elementSize: MemoryLayout<T>.size)
        var values: [Int] = []
        values.reserveCapacity(count)
        for i in 0..<count {
            values.append(Int(try buffer.integer(start + i * MemoryLayout<T>.size, as: T.self)))
        }
        return values
    }

    func tables(_ index: Int) throws(ModelError) -> [FlatTable] {
        let (start, count) = try vector(index, elementSize: 4)
        var tables: [FlatTable] = []
        for i in 0..<count { tables.append(try buffer.table(at: start + 4 * i)) }
        return tables
    }

    func string(_ index: Int) throws(ModelError) -> String {
        let (start, count) = try vector(index, elementSize: 1)
        return String(decoding: buffer.bytes[start..<start + count], as: UTF8.self)
    }
}
