import Domain
import Foundation
import Postgres
import Store
import Testing

/// Appointments: nobody in two places at once.
@Suite struct BookingTests {
    /// Ten o'clock on a Monday, and minutes from there.
    private func span(_ start: Double, _ minutes: Double = 60) -> DateInterval {
        DateInterval(start: Date(timeIntervalSince1970: 1_798_020_000 + start * 60), duration: minutes * 60)
    }

    @Test(
        "Appointments that overlap are refused, those that touch are not",
        arguments: [
            (-59.0, 60.0, true), (0, 60, true), (59, 1, true), (20, 20, true), (-60, 60, false), (60, 60, false),
        ])
    func overlap(_ start: Double, _ minutes: Double, _ isRefused: Bool) async throws {
        try await TrainingFixture.with { fixture in
            let bookings = Bookings(fixture.pool)
            let other = try await fixture.person("o@x.example", .client)
            _ = try await bookings.add(
                trainer: fixture.trainer.id, client: fixture.client.id, during: span(0), notes: "")
            do {
                _ = try await bookings.add(
                    trainer: fixture.trainer.id, client: other.id, during: span(start, minutes), notes: "")
                #expect(!isRefused)
            } catch let error as PostgresError {
                #expect(error.isOverlap)
                #expect(isRefused)
            }
        }
    }

    @Test("Of forty who ask for the same hour at once, one gets it")
    func concurrent() async throws {
        try await TrainingFixture.with { fixture in
            let clients = try await (0..<40).asyncMap { try await fixture.person("c\($0)@x.example", .client) }
            let outcomes = await withTaskGroup(of: Bool?.self) { group in
                for (index, client) in clients.enumerated() {
                    group.addTask {
                        do {
                            try await fixture.pool.transaction { transaction in
                                let bookings = Bookings(transaction)
                                try await bookings.lock(trainer: fixture.trainer.id, client: client.id)
                                // Some begin a little later: all of them overlap.
                                _ = try await bookings.add(
                                    trainer: fixture.trainer.id, client: client.id, during: span(Double(index)),
                                    notes: "")
                            }
                            return true
                        } catch let error as PostgresError where error.isOverlap {
                            return false
                        } catch { return nil }
                    }
                }
                return await group.reduce(into: [Bool?]()) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == true } == 1)
            #expect(outcomes.count { $0 == nil } == 0)
            let list = try await Bookings(fixture.pool).taken(trainer: fixture.trainer.id, within: span(-60, 300))
            #expect(list.count == 1)
        }
    }

    @Test("A client is in one place at once, too")
    func clientOnce() async throws {
        try await TrainingFixture.with { fixture in
            let bookings = Bookings(fixture.pool)
            let other = try await fixture.person("t2@x.example", .trainer)
            _ = try await bookings.add(
                trainer: fixture.trainer.id, client: fixture.client.id, during: span(0), notes: "")
            let error = await #expect(throws: PostgresError.self) {
                try await bookings.add(trainer: other.id, client: fixture.client.id, during: span(30), notes: "")
            }
            #expect(error?.isOverlap == true)
        }
    }

    @Test("Moving wants the version that was read; what is cancelled gives its hour free and does not move")
    func moveAndCancel() async throws {
        try await TrainingFixture.with { fixture in
            let bookings = Bookings(fixture.pool)
            let booking = try await bookings.add(
                trainer: fixture.trainer.id, client: fixture.client.id, during: span(0), notes: "n")
            let moved = try #require(try await bookings.move(booking.id, to: span(30), version: booking.version))
            #expect(moved.span == span(30))
            #expect(try await bookings.move(booking.id, to: span(90), version: booking.version) == nil)
            #expect(try await bookings.cancel(booking.id)?.cancelledAt != nil)
            #expect(try await bookings.cancel(booking.id) == nil)
            #expect(try await bookings.move(booking.id, to: span(90), version: nil) == nil)
            _ = try await bookings.add(
                trainer: fixture.trainer.id, client: fixture.client.id, during: span(30), notes: "")
            #expect(try await bookings.list(for: fixture.client, within: span(-600, 6000)).count == 1)
            #expect(
                try await bookings.list(for: fixture.client, within: span(-600, 6000), withCancelled: true).count == 2)
        }
    }

    @Test("Once somebody is no longer a trainer's client, their appointments leave the trainer's list")
    func former() async throws {
        try await TrainingFixture.with { fixture in
            let bookings = Bookings(fixture.pool)
            _ = try await bookings.add(
                trainer: fixture.trainer.id, client: fixture.client.id, during: span(0), notes: "")
            #expect(try await bookings.list(for: fixture.trainer, within: span(-1, 100)).count == 1)
            try await fixture.pool.execute("UPDATE trainer_client SET until = now()")
            #expect(try await bookings.list(for: fixture.trainer, within: span(-1, 100)).isEmpty)
            #expect(try await bookings.list(for: fixture.client, within: span(-1, 100)).count == 1)
        }
    }

    @Test("Weekly hours are kept, changed by their version, and removed")
    func availability() async throws {
        try await TrainingFixture.with { fixture in
            let store = Availabilities(fixture.pool)
            var hours = Availability(
                timeZone: "Europe/Berlin", weekday: 1, starts: try #require(TimeOfDay("09:00")),
                ends: try #require(TimeOfDay("24:00")), from: try fixture.day("2026-01-01"),
                until: try fixture.day("2026-12-31"))
            let kept = try await store.add(hours, trainer: fixture.trainer.id)
            #expect(try await store.list(trainer: fixture.trainer.id).map(\.availability) == [hours])
            hours.until = nil
            #expect(try await store.update(kept.id, to: hours, version: 1)?.availability == hours)
            #expect(try await store.update(kept.id, to: hours, version: 1) == nil)
            try await store.remove(kept.id)
            #expect(try await store.find(kept.id) == nil)
        }
    }

    @Test("A calendar's address works until it is renewed or revoked")
    func feed() async throws {
        try await TrainingFixture.with { fixture in
            let feeds = CalendarFeeds(fixture.pool)
            let first = try await feeds.renew(for: fixture.client.id)
            #expect(try await feeds.person(secret: first)?.id == fixture.client.id)
            let second = try await feeds.renew(for: fixture.client.id)
            #expect(try await feeds.person(secret: first) == nil)
            #expect(try await feeds.person(secret: second)?.id == fixture.client.id)
            try await feeds.revoke(for: fixture.client.id)
            #expect(try await feeds.person(secret: second) == nil)
        }
    }
}

extension Sequence {
    func asyncMap<R>(_ transform: (Element) async throws -> R) async throws -> [R] {
        var results: [R] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
