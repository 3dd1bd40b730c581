/// Sparse storage of a [rows, 1, 1, columns] tensor: dense in the first three dimensions, compressed in the last.
/// The stored values stand row after row; `starts` has rows + 1 entries, `columns` one a value.
struct CompressedRows: Sendable {
    let starts: [Int]
    let columns: [Int]

    init(_ table: FlatTable) throws(ModelError) {
        let dimensions = try table.tables(2)
        let formats = try dimensions.map { dimension throws(ModelError) in
            Int(try dimension.integer(0, default: Int8(0)))
        }
        guard formats == [0, 0, 0, 1], try table.integers(1, as: Int32.self).isEmpty else {
            throw ModelError(.unsupported, "The model holds a sparse tensor of another layout than compressed rows.")
        }
        starts = try Self.indices(dimensions[3], type: 2)
        columns = try Self.indices(dimensions[3], type: 4)
        guard starts.first == 0, starts.last == columns.count, zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 })
        else { throw ModelError(.corrupt, "The model file is corrupt: the rows of a sparse tensor do not add up.") }
    }

    /// A union of Int32, Uint16 and Uint8 vectors: its tag in field `type`, the table in the next.
    private static func indices(_ dimension: FlatTable, type: Int) throws(ModelError) -> [Int] {
        guard let table = try dimension.table(type + 1) else {
            throw ModelError(.corrupt, "The model file is corrupt: a sparse tensor has no indices.")
        }
        switch try dimension.integer(type, default: UInt8(0)) {
        case 1: return try table.integers(0, as: Int32.self)
        case 2: return try table.integers(0, as: UInt16.self)
        case 3: return try table.integers(0, as: UInt8.self)
        default: throw ModelError(.unsupported, "The model holds sparse indices of an unknown type.")
        }
    }
}

extension Array {
    /// `map` with a typed error.
    fileprivate func map<R>(_ transform: (Element) throws(ModelError) -> R) throws(ModelError) -> [R] {
        var result: [R] = []
        for element in self { result.append(try transform(element)) }
        return result
    }
}
