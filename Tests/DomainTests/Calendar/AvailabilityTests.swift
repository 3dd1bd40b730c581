import Domain
import Foundation
import Testing

/// Weekly hours by the clock on the wall, across the changes to and from summer time.
@Suite struct AvailabilityTests {
    private func instant(_ text: String) throws -> Date {
        try Date(text, strategy: .iso8601)
    }

    private func day(_ text: String) throws -> LocalDate { try #require(LocalDate(text)) }

    private func hours(
        _ weekday: Int, _ starts: String, _ ends: String, from: String = "2026-01-01", until: String? = nil,
        zone: String = "Europe/Berlin"
    ) throws -> Availability {
        Availability(
            timeZone: zone, weekday: weekday, starts: try #require(TimeOfDay(starts)),
            ends: try #require(TimeOfDay(ends)), from: try day(from), until: try until.map { try day($0) })
    }

    @Test("Monday at nine in Berlin stays nine when summer time begins and when it ends")
    func bothChanges() throws {
        let monday = try hours(1, "09:00", "10:00")
        let spring = monday.windows(from: try day("2026-03-23"), through: try day("2026-04-05"))
        #expect(spring.map(\.start) == [try instant("2026-03-23T08:00:00Z"), try instant("2026-03-30T07:00:00Z")])
        let autumn = monday.windows(from: try day("2026-10-19"), through: try day("2026-11-01"))
        #expect(autumn.map(\.start) == [try instant("2026-10-19T07:00:00Z"), try instant("2026-10-26T08:00:00Z")])
        #expect((spring + autumn).allSatisfy { $0.duration == 3600 })
    }

    @Test("On the days of the change itself the hours are as long as the clock says they are")
    func daysOfChange() throws {
        let sunday = try hours(7, "01:00", "05:00")
        let spring = sunday.windows(from: try day("2026-03-29"), through: try day("2026-03-29"))
        #expect(spring == [DateInterval(start: try instant("2026-03-29T00:00:00Z"), duration: 3 * 3600)])
        let autumn = sunday.windows(from: try day("2026-10-25"), through: try day("2026-10-25"))
        #expect(autumn == [DateInterval(start: try instant("2026-10-24T23:00:00Z"), duration: 5 * 3600)])
    }

    @Test("The southern half of the world changes the other way")
    func sydney() throws {
        let windows = try hours(1, "09:00", "10:00", zone: "Australia/Sydney")
            .windows(from: try day("2026-03-30"), through: try day("2026-04-06"))
        #expect(windows.map(\.start) == [try instant("2026-03-29T22:00:00Z"), try instant("2026-04-05T23:00:00Z")])
    }

    @Test("First and last day bound the weeks")
    func bounds() throws {
        let monday = try hours(1, "09:00", "10:00", from: "2026-06-03", until: "2026-06-22")
        let windows = monday.windows(from: try day("2026-01-01"), through: try day("2026-12-31"))
        #expect(windows.map(\.start) == ["08", "15", "22"].map { try? instant("2026-06-\($0)T07:00:00Z") })
    }

    @Test("A booking must fall into the hours as a whole")
    func covers() throws {
        let monday = try hours(1, "09:00", "12:00")
        func booking(_ start: String, _ minutes: Double) throws -> DateInterval {
            DateInterval(start: try instant(start), duration: minutes * 60)
        }
        #expect(monday.covers(try booking("2026-03-30T07:00:00Z", 180)))
        #expect(!monday.covers(try booking("2026-03-30T07:00:00Z", 181)))
        #expect(!monday.covers(try booking("2026-03-30T06:59:00Z", 30)))
        #expect(!monday.covers(try booking("2026-03-31T07:00:00Z", 30)))
    }

    @Test("What is free is what the bookings leave")
    func free() throws {
        func span(_ from: Double, _ to: Double) -> DateInterval {
            DateInterval(start: Date(timeIntervalSince1970: from), end: Date(timeIntervalSince1970: to))
        }
        let windows = [span(0, 100), span(80, 200), span(300, 400)]
        #expect(FreeTime.of(windows, without: []) == [span(0, 200), span(300, 400)])
        #expect(
            FreeTime.of(windows, without: [span(50, 60), span(190, 310), span(400, 500)])
                == [span(0, 50), span(60, 190), span(310, 400)])
        #expect(FreeTime.of(windows, without: [span(0, 1000)]).isEmpty)
    }

    @Test(
        "Places that are none are refused",
        arguments: ["Berlin", "Europe/Nowhere", "", "../etc/passwd", "GMT+1", String(repeating: "A/", count: 100)])
    func zones(_ zone: String) {
        #expect(throws: InvalidField.self) { try WallClock(zone: zone) }
    }
}
