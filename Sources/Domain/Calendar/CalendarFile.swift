package import Foundation

/// Appointments as iCalendar (RFC 5545).
package struct CalendarFile: Sendable {
    package struct Event: Sendable {
        /// The same for an appointment's whole life.
        package var id: String
        /// Grows with each change.
        package var sequence: Int
        package var changedAt: Date
        package var span: DateInterval
        package var title: String
        package var notes: String
        package var isCancelled: Bool

        package init(
            id: String, sequence: Int, changedAt: Date, span: DateInterval, title: String, notes: String,
            isCancelled: Bool
        ) {
            self.id = id
            self.sequence = sequence
            self.changedAt = changedAt
            self.span = span
            self.title = title
            self.notes = notes
            self.isCancelled = isCancelled
        }
    }

    package var name: String
    package var events: [Event]

    package init(name: String, events: [Event]) {
        (self.name, self.events) = (name, events)
    }

    /// CRLF lines of at most 75 octets.
    package var text: String {
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//PT Hub//Calendar//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
            "X-WR-CALNAME:" + Self.escaped(name),
        ]
        for event in events {
            lines += [
                "BEGIN:VEVENT", "UID:" + event.id, "SEQUENCE:\(event.sequence)",
                "DTSTAMP:" + Self.time(event.changedAt), "DTSTART:" + Self.time(event.span.start),
                "DTEND:" + Self.time(event.span.end), "SUMMARY:" + Self.escaped(event.title),
            ]
            if !event.notes.isEmpty { lines.append("DESCRIPTION:" + Self.escaped(event.notes)) }
            lines += ["STATUS:" + (event.isCancelled ? "CANCELLED" : "CONFIRMED"), "END:VEVENT"]
        }
        lines.append("END:VCALENDAR")
        return lines.map { Self.folded($0) + "\r\n" }.joined()
    }

    /// `20260329T070000Z`.
    static func time(_ date: Date) -> String {
        date.formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted))
    }

    static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing(";", with: "\\;").replacing(",", with: "\\,")
            .replacing("\r\n", with: "\\n").replacing("\n", with: "\\n").replacing("\r", with: "")
    }

    /// A line longer than 75 octets goes on behind a blank; no character is torn apart.
    static func folded(_ line: String) -> String {
        var (result, width) = ("", 0)
        for scalar in line.unicodeScalars {
            let size = String(scalar).utf8.count
            if width + size > 75 {
                result += "\r\n "
                width = 1
            }
            result.unicodeScalars.append(scalar)
            width += size
        }
        return result
    }
}
