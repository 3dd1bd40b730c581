import Domain

/// Samples one row of a crop from yuv420p planes without converting the picture: only the four taps of each output
/// pixel become RGB. Chroma has the place that swscale's plain conversion gives it: one sample for each block of 2 x 2
/// pixels, without interpolation between blocks. The result is that of the RGB warp on the converted picture.
struct PlanarWarp {
    private let taps: PlanarTaps
    private let colours: ColourConversion

    init(_ picture: PixelView, colours: ColourConversion, border: CropSpecification.Border) {
        self.colours = colours
        taps = PlanarTaps(picture, border: border, black: colours.black)
    }

    /// Writes `row.count` pixels of four bytes.
    func write(_ row: CropRow, to output: UnsafeMutablePointer<UInt8>) {
        taps.gather(row)
        accumulate(row, side: Lanes(repeating: 0))
        accumulate(row, side: Lanes(repeating: -1))
        Self.mix(row)
        Self.interleave(row, to: output)
    }

    private typealias Lanes = SIMD8<Int16>
    private static let vector = MemoryLayout<Lanes>.stride

    // Each step goes through memory to the next: lanes picked from vectors in one expression would make the compiler
    // take all the arithmetic apart.

    // And each loop converts colours once: a second conversion in one function would no longer be inlined.

    /// Converts the left or the right taps of every sub-row to RGB and weighs them into `row.mixed`.
    ///
    /// - Parameter side: all zeros for the left taps, which begin a sum, all ones for the right ones, which complete it.
    private func accumulate(_ row: CropRow, side: Lanes) {
        let colours = colours
        var (taps, mixed) = (UnsafeRawPointer(row.taps), UnsafeMutableRawPointer(row.mixed))
        for half in 0..<2 &* row.count / CropRow.group {
            let places = Self.load(row.x + (half / 2) &* CropRow.group)
            let right = places & 31
            let weight = ((32 &- right) & ~side) | (right & side)
            // The right tap of an odd pixel lies in the next block of chroma, that of an even one in its own.
            let next = side & (0 &- (places &>> 5 & 1))
            let tap = colours.pixels(
                Self.chosen(taps, side), Self.chosen(taps + Self.vector, next),
                Self.chosen(taps + 2 * Self.vector, next))
            Self.add(tap.red &* weight, to: mixed, side)
            Self.add(tap.green &* weight, to: mixed + Self.vector, side)
            Self.add(tap.blue &* weight, to: mixed + 2 * Self.vector, side)
            taps += 3 * Self.vector
            mixed += 3 * Self.vector
        }
    }

    /// The high bytes of the pairs where the mask is set, else the low ones.
    @inline(__always)
    private static func chosen(_ taps: UnsafeRawPointer, _ mask: Lanes) -> Lanes {
        let pairs = taps.loadUnaligned(as: Lanes.self)
        return (pairs & 0xFF & ~mask) | ((pairs &>> 8) & 0xFF & mask)
    }

    @inline(__always)
    private static func add(_ value: Lanes, to memory: UnsafeMutableRawPointer, _ side: Lanes) {
        let sum = (memory.loadUnaligned(as: Lanes.self) & side) &+ value
        memory.storeBytes(of: sum, as: Lanes.self)
    }

    /// Mixes the sub-rows of each group and rounds to eight bits.
    private static func mix(_ row: CropRow) {
        typealias Wide = SIMD8<Int32>
        var memory = UnsafeRawPointer(row.mixed)
        for index in stride(from: 0, to: row.count, by: CropRow.group) {
            let below = load(row.y + index) & 31
            let above = 32 &- below
            var target = UnsafeMutableRawPointer(row.levels + index)
            for _ in 0..<3 {
                let top = memory.loadUnaligned(as: Lanes.self)
                let bottom = memory.loadUnaligned(fromByteOffset: 3 * vector, as: Lanes.self)
                let sum =
                    Wide(truncatingIfNeeded: top) &* Wide(truncatingIfNeeded: above)
                    &+ Wide(truncatingIfNeeded: bottom) &* Wide(truncatingIfNeeded: below) &+ 512
                target.storeBytes(of: SIMD8<UInt8>(truncatingIfNeeded: sum &>> 10), as: SIMD8<UInt8>.self)
                target += row.count
                memory += vector
            }
            memory += 3 * vector
        }
    }

    /// The low 16 bits of eight places: enough for the fraction and the parity.
    @inline(__always)
    private static func load(_ places: UnsafeMutablePointer<Int32>) -> Lanes {
        Lanes(truncatingIfNeeded: UnsafeRawPointer(places).loadUnaligned(as: SIMD8<Int32>.self))
    }

    private static func interleave(_ row: CropRow, to output: UnsafeMutablePointer<UInt8>) {
        let (levels, count) = (row.levels, row.count)
        var (index, target) = (0, output)
        while index < count {
            target[0] = levels[index]
            target[1] = levels[count &+ index]
            target[2] = levels[2 &* count &+ index]
            target[3] = 0
            target += 4
            index &+= 1
        }
    }
}
