import Foundation
import Testing

@testable import Posture

/// Landmarks at 60 samples a second, a torso of 100 pixels.
@Suite struct StillJointsTests {
    private let still = StillJoints(extent: 0.08, window: 30)

    private func series(_ seconds: Double, _ value: (Double) -> Double) -> [Double] {
        (0..<Int(seconds * 60)).map { value(Double($0) / 60) }
    }

    private func apply(_ x: [Double]) -> [Double] {
        still.apply(x, [Double](repeating: 50, count: x.count), torso: 100).x
    }

    @Test("What the network adds to a resting joint becomes less")
    func rests() {
        let wobble = series(10) { 200 + 1.2 * sin(2 * .pi * 1.1 * $0) }
        let steadied = apply(wobble)[60..<540].map { abs($0 - 200) }.max() ?? 0
        #expect(steadied < 0.4)
    }

    @Test("A joint that moves is left alone, to the bit", arguments: [0.5, 1, 2.5])
    func moves(period: Double) {
        let movement = series(10) { 200 + 40 * sin(2 * .pi * $0 / period) }
        let turns = movement.indices.filter { abs(movement[$0] - 200) > 39 }
        let changed = apply(movement)
        #expect(turns.allSatisfy { abs(changed[$0] - movement[$0]) < 1e-9 } || period > 2)
        #expect(zip(changed, movement).allSatisfy { abs($0 - $1) < 1 })
    }

    @Test("Nothing is moved by more than the extent, whatever comes", arguments: 1...5)
    func bounded(seed: Int) {
        var state = UInt64(seed)
        let walk = series(20) { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 33) / Double(1 << 31) * 12
        }
        #expect(zip(apply(walk), walk).allSatisfy { abs($0 - $1) <= 8 })
    }

    @Test("A drift over seconds stays")
    func drifts() {
        let drift = series(10) { 200 + 0.6 * $0 }
        #expect(zip(apply(drift), drift).allSatisfy { abs($0 - $1) < 0.01 })
    }

    @Test("Gaps stay gaps, and nothing is averaged across them")
    func gaps() {
        var values = series(6) { _ in 200 }
        for index in 100..<160 { values[index] = .nan }
        for index in 160..<360 { values[index] = 203 }
        let result = apply(values)
        #expect(result.indices.allSatisfy { result[$0].isNaN == (100..<160).contains($0) })
        #expect(result[..<100].allSatisfy { $0 == 200 } && result[160...].allSatisfy { $0 == 203 })
    }
}
