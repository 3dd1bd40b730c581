import Domain
import Foundation
import Jobs
import OpenSSL
import Postgres
import Store
import Testing

/// What a clip is judged by, from upload, library, session and the trainer's changes.
@Suite struct JudgingTests {
    private static let oldReport = #"{"exercise":"squat"}"#

    private func clip(
        _ fixture: TrainingFixture, exercise: ExerciseID? = nil, library: Int64? = nil, isAnalysed: Bool = false
    ) async throws -> UUID {
        let id = UUID()
        try await Clips(fixture.pool).add(
            Clips.NewClip(
                id: id, owner: fixture.trainer.id, client: fixture.client.id, exercise: exercise,
                libraryExercise: library, filename: "a.mp4", size: 1, sha256: SHA256.digest(of: []),
                objectKey: "clips/\(id)/original", job: nil))
        if isAnalysed {
            try await Clips(fixture.pool).publish(
                Clips.PublishedResult(reportKey: "r", trackKey: "t", keyFrames: [], reportJSON: Self.oldReport), for: id
            )
        }
        return id
    }

    private func attach(_ clip: UUID, _ fixture: TrainingFixture, _ prescription: Prescription) async throws {
        let item = PlannedExercise(
            exercise: fixture.squat.id, name: "Squat", prescription: prescription)
        let workout = Workout(name: "Day", work: [Activity(exercises: [item])])
        let session = try await fixture.begunSession(workout: workout)
        let exercise = try #require(try await TrainingSessions(fixture.pool).record(session.id)).exercises[0].id
        let place = SessionSets.Place(session: session.id, exercise: exercise, number: 1)
        let sets = SessionSets(fixture.pool)
        #expect(try await sets.log(SetRecord(reps: 8, load: 40, rpe: 7), at: place, by: fixture.client.id))
        #expect(try await sets.attach(clip, to: place))
        #expect(try await sets.shown(by: clip) == SetRecord(reps: 8, load: 40, rpe: 7))
    }

    private func waiting(_ pool: PostgresPool) async throws -> Int {
        try await pool.query("SELECT count(*) AS n FROM job WHERE kind = 'rescore' AND state = 'queued'")[0].get("n")
    }

    @Test("Nobody named it and no set says: to be recognised, nothing prescribed")
    func unnamed() async throws {
        try await TrainingFixture.with { fixture in
            let id = try await clip(fixture)
            #expect(try await Judgings(fixture.pool).of(id) == Judging())
            let stored = try #require(try await Clips(fixture.pool).find(id))
            #expect((stored.exercise, stored.libraryExercise, stored.judgedAs) == (nil, nil, nil))
            #expect(try await SessionSets(fixture.pool).shown(by: id) == nil)
        }
    }

    @Test("An exercise of the library goes by its rule set, or is tracked only")
    func library() async throws {
        try await TrainingFixture.with { fixture in
            let judgings = Judgings(fixture.pool)
            #expect(try await judgings.of(clip(fixture, library: fixture.squat.id)).exercise == .squat)
            #expect(try await judgings.of(clip(fixture, library: fixture.row.id)).exercise == .generic)
            let named = try await clip(fixture, exercise: .lunge)
            #expect(try await judgings.of(named).exercise == .lunge)
            let found = try await Clips(fixture.pool).find(clip(fixture, library: fixture.row.id))
            #expect(found?.libraryName == "Cable row")
        }
    }

    @Test("The set that a clip shows names the exercise if the trainer did not, and what was prescribed")
    func prescribed() async throws {
        try await TrainingFixture.with { fixture in
            let prescription = Prescription(
                sets: 3, reps: Span(8, 12), tempo: try TempoPrescription("31X0"), rest: Span(90))
            let (unnamed, named) = (try await clip(fixture), try await clip(fixture, exercise: .deadlift))
            for id in [unnamed, named] { try await attach(id, fixture, prescription) }
            let judging = try await Judgings(fixture.pool).of(unnamed)
            #expect(judging.exercise == .squat && judging.prescription == prescription.setTarget)
            #expect(try await Judgings(fixture.pool).of(named).exercise == .deadlift)
        }
    }

    @Test("Changes of rules are versions: the newest holds, and a stale one is refused")
    func versions() async throws {
        try await TrainingFixture.with { fixture in
            let (changes, trainer, client) = (RuleChanges(fixture.pool), fixture.trainer.id, fixture.client.id)
            #expect(try await changes.current(trainer: trainer, client: client).version == 0)
            let first = try await changes.set("{}", trainer: trainer, client: client, expected: 0)
            #expect(first?.version == 1)
            #expect(try await changes.set("{}", trainer: trainer, client: client, expected: 0) == nil)
            let document = #"{"squat": {"depth": {"off": true}}}"#
            #expect(try await changes.set(document, trainer: trainer, client: client, expected: 1)?.version == 2)
            let history = try await changes.history(trainer: trainer, client: client, limit: 10)
            #expect(history.map(\.version) == [2, 1])
            #expect(
                try await changes.history(trainer: trainer, client: client, before: 2, limit: 10).map(\.version) == [1])
            let judging = try await Judgings(fixture.pool).of(clip(fixture))
            #expect(judging.overrides == Judging.Overrides(version: 2, exercises: document))
            // Another trainer of the same client has none.
            #expect(try await changes.current(trainer: trainer + 1000, client: client).version == 0)
        }
    }

    @Test("A change has the client's analysed clips judged again, each once")
    func rescored() async throws {
        try await TrainingFixture.with { fixture in
            let (trainer, client) = (fixture.trainer.id, fixture.client.id)
            for isAnalysed in [true, true, false] { _ = try await clip(fixture, isAnalysed: isAnalysed) }
            for _ in 0..<2 {
                try await fixture.pool.transaction {
                    try await RescoreJobs.enqueue(trainer: trainer, client: client, in: $0, fixture.pool)
                }
                #expect(try await waiting(fixture.pool) == 2)
            }
        }
    }

    @Test("A change and a job that finishes do not wait for each other")
    func noDeadlock() async throws {
        try await TrainingFixture.with { fixture in
            let (pool, trainer, client) = (fixture.pool, fixture.trainer.id, fixture.client.id)
            let id = try await clip(fixture, isAnalysed: true)
            try await pool.transaction { try await RescoreJobs.enqueue(trainer: trainer, client: client, in: $0, pool) }
            let lease = try #require(
                try await JobQueue(pool).claim(queue: "analysis", worker: UUID(), lease: .seconds(60)))
            async let change: Void = {
                // Not before the job has its tenant's row.
                try await waitForLocks(pool, 0)
                try await pool.transaction {
                    try await RescoreJobs.enqueue(trainer: trainer, client: client, in: $0, pool)
                }
            }()
            let isDone = try await JobQueue(pool).finish(lease) { transaction in
                try await waitForLocks(pool, 1)
                try await Clips(transaction).publish(
                    .init(reportKey: "n", trackKey: "t", keyFrames: [], reportJSON: Self.oldReport), for: id)
            }
            try await change
            #expect(isDone)
            #expect(try await Clips(pool).find(id)?.reportKey == "n")
            #expect(try await waiting(pool) == 1)
        }
    }

    /// Until so many statements of this database wait for a lock; with 0 until a transaction is open and idle.
    private func waitForLocks(_ pool: PostgresPool, _ count: Int) async throws {
        let condition: Query =
            count > 0 ? "wait_event_type = 'Lock'" : "state = 'idle in transaction'"
        while true {
            let rows = try await pool.query(
                """
                SELECT count(*) AS n FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND \(condition)
                """)
            if try rows[0].get("n", as: Int.self) >= max(count, 1) { return }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test("The report's exercise is kept beside the one that was named")
    func judgedAs() async throws {
        try await TrainingFixture.with { fixture in
            let id = try await clip(fixture, isAnalysed: true)
            let stored = try #require(try await Clips(fixture.pool).find(id))
            #expect(stored.exercise == nil && stored.judgedAs == .squat)
        }
    }
}
