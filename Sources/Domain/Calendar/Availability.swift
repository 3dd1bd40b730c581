package import Foundation

/// When a trainer can be booked: the same hours each week, by the clock of one place.
package struct Availability: Codable, Equatable, Sendable {
    package var timeZone: String
    /// 1 Monday … 7 Sunday.
    package var weekday: Int
    package var starts: TimeOfDay
    package var ends: TimeOfDay
    /// The first day on which it may apply, and the last; without a last it has no end.
    package var from: LocalDate
    package var until: LocalDate?

    package init(
        timeZone: String, weekday: Int, starts: TimeOfDay, ends: TimeOfDay, from: LocalDate, until: LocalDate? = nil
    ) {
        self.timeZone = timeZone
        self.weekday = weekday
        self.starts = starts
        self.ends = ends
        self.from = from
        self.until = until
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case timeZone = "time_zone"
        case weekday, starts, ends, from, until
    }

    package func validate() throws(InvalidField) {
        _ = try WallClock(zone: timeZone)
        try Check.range(weekday, 1...7, "weekday")
        guard starts < ends else { throw InvalidField("ends", "It ends before it starts.") }
        if let until, until < from { throw InvalidField("until", "The last day comes before the first.") }
    }

    /// Each time it applies on the days from `first` to `last`, as seen from its own place.
    package func windows(from first: LocalDate, through last: LocalDate) -> [DateInterval] {
        guard let clock = try? WallClock(zone: timeZone) else { return [] }
        let begin = max(first, from)
        let end = until.map { min($0, last) } ?? last
        guard begin <= end else { return [] }
        var day = begin.adding(days: (weekday - begin.weekday + 7) % 7)
        var windows: [DateInterval] = []
        while day <= end {
            let (start, stop) = (clock.instant(day, starts), clock.instant(day, ends))
            if start < stop { windows.append(DateInterval(start: start, end: stop)) }
            day = day.adding(days: 7)
        }
        return windows
    }

    /// Whether all of `booking` falls into one of its hours.
    package func covers(_ booking: DateInterval) -> Bool {
        guard let clock = try? WallClock(zone: timeZone), let day = clock.date(at: booking.start) else { return false }
        return windows(from: day, through: day).contains { $0.start <= booking.start && booking.end <= $0.end }
    }
}

/// What is left to book.
package enum FreeTime {
    /// `windows` without what `taken` covers, in order; windows that touch or overlap count as one.
    package static func of(_ windows: [DateInterval], without taken: [DateInterval]) -> [DateInterval] {
        var free: [DateInterval] = []
        for window in windows.sorted(by: { $0.start < $1.start }) {
            if let last = free.last, window.start <= last.end {
                free[free.count - 1] = DateInterval(start: last.start, end: max(last.end, window.end))
            } else {
                free.append(window)
            }
        }
        for booking in taken { free = free.flatMap { cut(booking, out: $0) } }
        return free
    }

    private static func cut(_ booking: DateInterval, out window: DateInterval) -> [DateInterval] {
        guard booking.start < window.end, window.start < booking.end else { return [window] }
        var rest: [DateInterval] = []
        if window.start < booking.start { rest.append(DateInterval(start: window.start, end: booking.start)) }
        if booking.end < window.end { rest.append(DateInterval(start: booking.end, end: window.end)) }
        return rest
    }
}
