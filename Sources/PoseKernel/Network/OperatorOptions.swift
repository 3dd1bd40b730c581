/// The options table of one operator; which fields it has depends on the operator.
struct OperatorOptions: Sendable {
    /// Field numbers 0...6 read as the type that each operator gives them.
    private let bytes: [Int8]
    private let words: [Int32]

    init(table: FlatTable?) throws(ModelError) {
        var bytes: [Int8] = []
        var words: [Int32] = []
        for index in 0..<7 {
            bytes.append(try table?.integer(index, default: Int8(0)) ?? 0)
            // A byte field at the very end of the file has no four bytes: then it is no word either.
            words.append((try? table?.integer(index, default: Int32(0))) ?? 0)
        }
        (self.bytes, self.words) = (bytes, words)
    }

    func byte(_ index: Int) -> Int { Int(bytes[index]) }
    func word(_ index: Int) -> Int { Int(words[index]) }
}
