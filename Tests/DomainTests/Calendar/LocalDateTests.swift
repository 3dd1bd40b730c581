import Domain
import Testing

@Suite struct LocalDateTests {
    @Test(
        "Days that are none are refused", arguments: ["2026-02-29", "2026-13-01", "2026-1-1", "26-01-01", "2026-04-31"])
    func refuses(_ text: String) {
        #expect(LocalDate(text) == nil)
    }

    @Test("Counting days crosses months, years and leap days")
    func counts() throws {
        let day = try #require(LocalDate("2027-12-31"))
        #expect(day.adding(days: 1).text == "2028-01-01")
        #expect(day.adding(days: 60).text == "2028-02-29")
        #expect(day.adding(days: -365).text == "2026-12-31")
        #expect(try #require(LocalDate("1970-01-01")).dayNumber == 0)
    }

    @Test(
        "Weekdays as the calendar has them",
        arguments: [("2026-11-25", 3), ("2000-02-29", 2), ("1969-12-31", 3), ("1900-01-01", 1), ("2026-03-29", 7)])
    func weekdays(_ text: String, _ weekday: Int) throws {
        #expect(try #require(LocalDate(text)).weekday == weekday)
    }

    @Test("Due days: weeks have seven days from the day of the start")
    func due() throws {
        let start = try #require(LocalDate("2026-11-25"))
        let entry = ProgramPlan.Entry(week: 2, day: 3, workout: Workout(name: "a"))
        #expect(ProgramPlan.date(of: entry, from: start).text == "2026-12-04")
    }

    @Test("Times of day", arguments: [("00:00", 0), ("09:30", 570), ("24:00", 1440)])
    func times(_ text: String, _ minutes: Int) throws {
        #expect(try #require(TimeOfDay(text)).minutes == minutes)
        #expect(TimeOfDay(minutes: minutes)?.text == text)
    }

    @Test("Times that are none", arguments: ["24:01", "9:00", "12:60", "-1:00", "12:3", "noon!"])
    func noTimes(_ text: String) {
        #expect(TimeOfDay(text) == nil)
    }
}
