/// The order-sensitive sum over the bit patterns of a tensor that scripts/golden-tracker.py also makes.
func checksum(_ values: UnsafeBufferPointer<Float>) -> String {
    var sum: UInt64 = 0
    for index in values.indices {
        let weight = (UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15) | 1
        sum = sum &+ UInt64(values[index].bitPattern) &* weight
    }
    let digits = String(sum, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
