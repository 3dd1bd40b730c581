import Domain
import Foundation
import Store

/// How values read on a page.
enum Wording {
    static func exercise(_ id: ExerciseID) -> String {
        if id == .generic { return "Other exercise" }
        let words = id.rawValue.replacing("-", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    /// As the trainer named it, else as the report judges it.
    static func exercise(_ clip: Clip) -> String {
        clip.libraryName ?? (clip.exercise ?? clip.judgedAs).map { exercise($0) } ?? "Exercise not named"
    }

    static func state(_ state: ClipState) -> String {
        switch state {
        case .receiving: "Receiving"
        case .queued: "Waiting for analysis"
        case .analysing: "Analysing"
        case .ready: "Feedback ready"
        case .failed: "Could not be analysed"
        }
    }

    static func kind(_ kind: Rep.Kind) -> String {
        switch kind {
        case .full: "Full"
        case .partial: "Partial"
        case .attempt: "Attempt"
        }
    }

    static func severity(_ severity: Finding.Severity) -> String {
        switch severity {
        case .info: "Worth knowing"
        case .minor: "Slight"
        case .major: "Clear"
        }
    }

    static func view(_ view: CameraView) -> String {
        switch view {
        case .side: "from the side"
        case .front: "from the front"
        case .oblique: "at an angle"
        case .unknown: "from an unclear angle"
        }
    }

    static func number(_ value: Double, _ places: Int = 1) -> String { String(format: "%.\(places)f", value) }

    /// `2.0 – 0.3 – 0.9 – 0.4`
    static func tempo(_ phases: [Double]) -> String { phases.map { number($0) }.joined(separator: " – ") }

    static func unit(_ unit: String) -> String { unit == "deg" ? "°" : " " + unit }

    static func date(_ date: Date) -> String {
        date.formatted(
            .verbatim(
                "\(day: .defaultDigits) \(month: .abbreviated) \(year: .defaultDigits), \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits) UTC",
                locale: Locale(identifier: "en_GB"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian)))
    }
}
