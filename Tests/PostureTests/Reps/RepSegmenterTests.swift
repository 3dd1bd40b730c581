import Domain
import Foundation
import Support
import Testing

@testable import Posture

/// Joint signals with known reps, without a body.
@Suite struct RepSegmenterTests {
    private let parameters = try! RuleSet.bundled().signal
    private let driver = ExerciseRules.Driver(measure: .knee, rest: 170, turn: 80, minimumRange: 40)

    private func segment(_ signal: [Double], rate: Double = 60, inPlace: @escaping (Range<Int>) -> Bool = { _ in true })
        -> RepSegmenter.Result
    {
        RepSegmenter(parameters: parameters, driver: driver, rate: rate, isInPlace: inPlace).segment(signal)
    }

    private func knee(_ course: Course, depth: (Int) -> Double = { _ in 1 }, noise: Double = 0, seed: UInt64 = 1)
        -> [Double]
    {
        var random = SplitMix64(seed: seed)
        return (0..<Int(course.seconds * 60)).map { index in
            let time = Double(index) / 60
            let rep = Int(max((time - course.leadIn) / course.repSeconds, 0))
            return 170 - 90 * depth(rep) * course.value(time) + noise * random.normal()
        }
    }

    @Test(
        "The count and the times are those of the signal",
        arguments: [[0.5, 0.1, 0.5, 0.1], [1, 0.3, 0.9, 0.4], [3, 1, 2, 1], [1, 0, 1, 0], [4, 2, 4, 1]], [1, 3, 12])
    func count(phases: [Double], reps: Int) {
        let course = Course(phases: phases, reps: reps)
        let found = segment(knee(course)).excursions
        #expect(found.count == reps)
        for (index, rep) in found.enumerated() {
            let start = course.start(index)
            #expect(abs(Double(rep.start) / 60 - start) < 0.15)
            #expect(abs(Double(rep.turn) / 60 - (start + phases[0] + phases[1] / 2)) < 0.1)
            #expect(abs(Double(rep.end) / 60 - (start + phases[0] + phases[1] + phases[2])) < 0.15)
            #expect(rep.kind == .full)
        }
    }

    @Test("Noise of a degree and a half adds and hides no rep", arguments: 1...5)
    func noise(seed: UInt64) {
        #expect(segment(knee(Course(reps: 8), noise: 1.5, seed: seed)).excursions.count == 8)
    }

    @Test("Less deep is partial, hardly moved an attempt")
    func kinds() {
        let depths = [1, 1, 0.6, 1, 0.42, 1, 1, 1]
        let found = segment(knee(Course(reps: 8), depth: { depths[min($0, 7)] })).excursions
        #expect(found.map(\.kind) == [.full, .full, .partial, .full, .attempt, .full, .full, .full])
    }

    @Test("A movement below the least range is none, whatever its share of the signal's range")
    func absoluteMinimum() {
        let result = segment(knee(Course(reps: 4), depth: { _ in 0.3 }))
        #expect(result.excursions.isEmpty)
        #expect(result.rejections == RepSegmenter.Rejections())
    }

    @Test("A rep counts on the completed return")
    func unfinished() {
        let whole = knee(Course(reps: 3))
        let cut = Array(whole.prefix(Int((1 + 2 * 2.6 + 1.2) * 60)))
        #expect(segment(cut).excursions.count == 2)
    }

    @Test(
        "Too slow and too fast movements are no reps, and it is said why",
        arguments: [([7.0, 1, 7, 1], 2, 0), ([0.2, 0, 0.2, 0.3], 0, 4)])
    func implausibleLength(phases: [Double], long: Int, short: Int) {
        let result = segment(knee(Course(phases: phases, reps: max(long, short))))
        #expect(result.excursions.isEmpty)
        #expect(result.rejections.tooLong == long)
        #expect(result.rejections.tooShort == short)
    }

    @Test("Out of place nothing counts")
    func outOfPlace() {
        let result = segment(knee(Course(reps: 3)), inPlace: { $0.lowerBound > 200 })
        #expect(result.excursions.count == 2)
        #expect(result.rejections.outOfPlace == 1)
    }

    @Test("A rep with a long gap in it is not counted, those around it are")
    func gap() {
        var signal = knee(Course(reps: 4))
        for index in Int(4 * 60)..<Int(5.2 * 60) { signal[index] = .nan }
        #expect(segment(signal).excursions.count == 3)
    }

    @Test("Walking in with a larger movement than the reps does not hide them")
    func widerBefore() {
        let stoop = (0..<90).map { 170 - 130 * sin(.pi * Double($0) / 90) }
        #expect(segment(stoop + knee(Course(reps: 6), depth: { _ in 0.7 })).excursions.count >= 6)
    }

    @Test("The four digits keep their order whichever phase comes first")
    func tempo() {
        let rep = RepSegmenter.Excursion(start: 0, heldFrom: 60, heldTo: 90, end: 180, kind: .full)
        #expect(Tempo(firstPhase: .eccentric, rate: 60).phases(rep, nextStart: 240) == [1, 0.5, 1.5, 1])
        #expect(Tempo(firstPhase: .concentric, rate: 60).phases(rep, nextStart: 240) == [1.5, 1, 1, 0.5])
        #expect(Tempo(firstPhase: .eccentric, rate: 60).phases(rep, nextStart: nil)[3] == 0)
    }

    @Test("The signal's own period gives the same number", arguments: [4, 8, 15])
    func period(reps: Int) {
        let course = Course(leadIn: 0, reps: reps, leadOut: 0)
        let count = Periodicity.count(knee(course), rate: 60, shortest: 0.6, longest: 12)
        #expect(abs((count ?? 0) - Double(reps)) < 0.5)
    }

    @Test("Noise has no period")
    func noPeriod() {
        var random = SplitMix64(seed: 3)
        let noise = (0..<900).map { _ in random.normal() }
        #expect((Periodicity.best(noise, rate: 60, shortest: 0.6, longest: 12)?.strength ?? 0) < 0.4)
    }
}
