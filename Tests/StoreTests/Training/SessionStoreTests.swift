import Domain
import Foundation
import Jobs
import OpenSSL
import Postgres
import Store
import Testing

/// Live logging on a real PostgreSQL.
@Suite struct SessionStoreTests {
    private func place(_ session: TrainingSession, _ exercise: Int64, _ number: Int = 1) -> SessionSets.Place {
        SessionSets.Place(session: session.id, exercise: exercise, number: number)
    }

    @Test("A session begins with all that is planned, phase by phase")
    func begin() async throws {
        try await TrainingFixture.with { fixture in
            let session = try await fixture.begunSession()
            let record = try #require(try await TrainingSessions(fixture.pool).record(session.id))
            #expect(record.exercises.map(\.name) == ["Squat", "Squat", "Cable row"])
            #expect(record.exercises.map(\.phase) == [.warmUp, .work, .work])
            #expect(record.exercises.map(\.activity) == [1, 2, 2])
            #expect(record.exercises.map(\.superset) == [nil, .antagonistic, .antagonistic])
            #expect(record.exercises.allSatisfy { $0.status == .planned && $0.sets.isEmpty })
            #expect(record.exercises[0].prescription == Prescription(sets: 3, reps: Span(10)))
        }
    }

    @Test("Sets are logged, corrected and taken back; each change is a new version")
    func log() async throws {
        try await TrainingFixture.with { fixture in
            let session = try await fixture.begunSession()
            let (sessions, sets) = (TrainingSessions(fixture.pool), SessionSets(fixture.pool))
            let exercise = try #require(try await sessions.record(session.id)).exercises[0].id
            let (first, second) = (SetRecord(reps: 10, load: 40, rpe: 7.5, notes: "ok"), SetRecord(time: 30))
            #expect(try await sets.log(first, at: place(session, exercise, 1), by: fixture.client.id))
            #expect(try await sets.log(second, at: place(session, exercise, 2), by: fixture.trainer.id))
            #expect(try await sets.log(SetRecord(reps: 9), at: place(session, exercise, 1), by: fixture.client.id))
            let record = try #require(try await sessions.record(session.id))
            #expect(record.exercises[0].status == .done)
            #expect(record.exercises[0].sets.map(\.record) == [SetRecord(reps: 9), second])
            #expect(record.session.version == 4)
            #expect(try await sets.remove(place(session, exercise, 2)))
            #expect(try await !sets.remove(place(session, exercise, 2)))
        }
    }

    @Test("Nothing is logged into a session that is over, into another session's exercise, or a swapped one")
    func refused() async throws {
        try await TrainingFixture.with { fixture in
            let (sessions, sets) = (TrainingSessions(fixture.pool), SessionSets(fixture.pool))
            let (session, other) = (try await fixture.begunSession(), try await fixture.begunSession())
            let exercises = try #require(try await sessions.record(session.id)).exercises
            let set = SetRecord(reps: 1)
            #expect(try await !sets.log(set, at: place(other, exercises[0].id), by: fixture.client.id))
            let swapped = try await sessions.swap(exercises[0].id, of: session.id, for: fixture.row)
            #expect(swapped != nil)
            #expect(try await !sets.log(set, at: place(session, exercises[0].id), by: fixture.client.id))
            #expect(try await sessions.swap(exercises[0].id, of: session.id, for: fixture.row) == nil)
            try await sessions.finish(session.id)
            #expect(try await !sets.log(set, at: place(session, exercises[1].id), by: fixture.client.id))
            #expect(
                try await !sessions.setStatus(.skipped, notes: nil, of: exercises[1].id, in: session.id))
            #expect(
                try await sessions.addExercise(
                    fixture.row, prescription: Prescription(), phase: .work, to: session.id) == nil)
            let record = try #require(try await sessions.record(session.id))
            #expect(record.exercises.allSatisfy { $0.sets.isEmpty })
        }
    }

    @Test("A swapped exercise stays beside the one that stands for it; skipped ones keep their reason")
    func swap() async throws {
        try await TrainingFixture.with { fixture in
            let sessions = TrainingSessions(fixture.pool)
            let session = try await fixture.begunSession()
            let exercises = try #require(try await sessions.record(session.id)).exercises
            let id = try #require(try await sessions.swap(exercises[1].id, of: session.id, for: fixture.row))
            #expect(try await sessions.setStatus(.skipped, notes: "knee", of: exercises[0].id, in: session.id))
            let added = try #require(
                try await sessions.addExercise(
                    fixture.row, prescription: Prescription(reps: Span(5)), phase: .coolDown, to: session.id))
            let after = try #require(try await sessions.record(session.id)).exercises
            #expect(after.map(\.id) == [exercises[0].id, exercises[1].id, id, exercises[2].id, added])
            #expect(after.map(\.status) == [.skipped, .swapped, .planned, .planned, .planned])
            #expect(after[2].standsFor == exercises[1].id)
            #expect((after[2].superset, after[2].activity) == (.antagonistic, exercises[1].activity))
            #expect(after[0].notes == "knee")
            #expect(after[4].activity == 3)
        }
    }

    @Test("A clip is attached to a set of its own client only")
    func clip() async throws {
        try await TrainingFixture.with { fixture in
            let (sessions, sets) = (TrainingSessions(fixture.pool), SessionSets(fixture.pool))
            let session = try await fixture.begunSession()
            let exercise = try #require(try await sessions.record(session.id)).exercises[0].id
            _ = try await sets.log(SetRecord(reps: 5), at: place(session, exercise), by: fixture.client.id)
            let stranger = try await fixture.person("s@x.example", .client)
            let (own, foreign) = (UUID(), UUID())
            for (id, client) in [(own, fixture.client.id), (foreign, stranger.id)] {
                let job = try await JobQueue(fixture.pool).enqueue(
                    NewJob(tenant: 1, kind: "test", payload: ["n": 1]), in: fixture.pool)
                try await Clips(fixture.pool).add(
                    .init(
                        id: id, owner: fixture.trainer.id, client: client, exercise: .squat, filename: "a.mp4", size: 1,
                        sha256: SHA256.digest(of: [1]), objectKey: "clips/\(id)", job: job))
            }
            #expect(try await sets.attach(own, to: place(session, exercise)))
            #expect(try await !sets.attach(foreign, to: place(session, exercise)))
            #expect(try await !sets.attach(own, to: place(session, exercise, 2)))
            let record = try #require(try await sessions.record(session.id))
            #expect(record.exercises[0].sets[0].clips == [own])
        }
    }

    @Test("History is one exercise's sets in order, over all sessions")
    func history() async throws {
        try await TrainingFixture.with { fixture in
            let (sessions, sets) = (TrainingSessions(fixture.pool), SessionSets(fixture.pool))
            for load in [40.0, 50, 45] {
                let session = try await fixture.begunSession()
                let exercises = try #require(try await sessions.record(session.id)).exercises
                _ = try await sets.log(
                    SetRecord(reps: 5, load: load), at: place(session, exercises[0].id), by: fixture.client.id)
                _ = try await sets.log(SetRecord(reps: 8), at: place(session, exercises[2].id), by: fixture.client.id)
            }
            let squats = try await sets.history(client: fixture.client.id, exercise: fixture.squat.id)
            #expect(squats.map(\.set.load) == [40, 50, 45])
            let all = try await sets.history(client: fixture.client.id)
            #expect(all.map(\.exercise) == [fixture.squat.id, fixture.row.id])
            #expect(all.map(\.sets.count) == [3, 3])
            #expect(all[1].name == "Cable row")
            #expect(try await sets.history(client: fixture.trainer.id).isEmpty)
        }
    }

    @Test("Those who train together share a group, and nothing else")
    func group() async throws {
        try await TrainingFixture.with { fixture in
            let sessions = TrainingSessions(fixture.pool)
            let other = try await fixture.person("o@x.example", .client)
            let group = UUID()
            var begun: [TrainingSession] = []
            for client in [fixture.client.id, other.id] {
                begun.append(
                    try await sessions.begin(
                        NewSession(client: client, trainer: fixture.trainer.id, group: group, name: "Group")))
            }
            #expect(try await sessions.participants(begun[0]) == [fixture.client.id, other.id])
            #expect(try await sessions.list(client: other.id, limit: 5).map(\.id) == [begun[1].id])
        }
    }
}
