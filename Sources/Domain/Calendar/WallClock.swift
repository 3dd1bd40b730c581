package import Foundation

/// Days and times of a place as instants, and back; daylight saving is the place's own.
package struct WallClock: Sendable {
    private let calendar: Calendar

    /// `zone` is a name of the tz database, such as Europe/Berlin.
    package init(zone: String, field: String = "time_zone") throws(InvalidField) {
        guard zone.utf8.count <= 64, zone == "UTC" || zone.contains("/"), let zone = TimeZone(identifier: zone) else {
            throw InvalidField(field, "This is no time zone; write its place, for example Europe/Berlin.")
        }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        self.calendar = calendar
    }

    /// When the clock shows this. A time that a change to summer time skips is taken after the change; of a time that
    /// comes twice, the first counts.
    package func instant(_ date: LocalDate, _ time: TimeOfDay) -> Date {
        let parts = DateComponents(
            year: date.year, month: date.month, day: date.day, hour: time.minutes / 60, minute: time.minutes % 60)
        return calendar.date(from: parts) ?? .distantPast
    }

    /// The day at an instant.
    package func date(at instant: Date) -> LocalDate? {
        let parts = calendar.dateComponents([.year, .month, .day], from: instant)
        return LocalDate(year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0)
    }
}
