import Domain
import Foundation
import Jobs
import OpenSSL
import Postgres
import Store
import Support
import Testing

/// No statement of the store reads a whole table that grows, whether the server plans it for the values at hand or for
/// any values.
@Suite struct StatementPlanTests {
    /// Tables that may be read whole.
    private static let bounded = [
        "job_lease": "one row a job that runs now: as many as there are places at the workers"
    ]

    /// Statements that are for all rows, by a part of their text.
    private static let wholeByDesign = [
        "INSERT INTO tenant_sched":
            "the least active tenant is the least of all: narrow rows, and the partial index of what waits",
        "FROM clip WHERE track_key IS NOT NULL  ORDER BY": "an operator scores every clip again",
    ]

    /// Statements about the transaction, which read no table.
    private static let withoutPlan = ["SAVEPOINT", "ROLLBACK TO", "RELEASE"]

    @Test("Every statement in Sources/Store is run, and finds its rows by an index")
    func indexed() async throws {
        try await TrainingFixture.with { fixture in
            let recorded = RecordedStatements()
            let pool = recorded.pool(fixture.pool)
            try await run(pool, fixture)
            await pool.close()
            // Migrations run once, before anybody comes.
            let unseen = try recorded.unseen(target: "Store").filter { !$0.hasPrefix("Store/Migrator.swift") }
            #expect(unseen.isEmpty, "statements that this test does not run: \(unseen.joined(separator: ", "))")
            try await LargeDatabase.fill(fixture.pool)
            let plans = StatementPlans(pool: fixture.pool)
            var found: [String] = []
            for statement in recorded.all
            where !Self.wholeByDesign.keys.contains(where: statement.query.sql.contains)
                && !Self.withoutPlan.contains(where: statement.query.sql.hasPrefix)
            {
                for kind in StatementPlans.Kind.allCases {
                    for scan in try await plans.wholeTables(statement, kind) where Self.bounded[scan.table] == nil {
                        found.append(
                            "\(statement.file):\(statement.line) \(kind): \(scan.node) of \(scan.table)\n"
                                + statement.query.sql)
                    }
                }
            }
            #expect(recorded.all.count > 150)
            #expect(found.isEmpty, "\(found.joined(separator: "\n\n"))")
        }
    }

    @Test("The test itself sees a table that has no index for the question")
    func sees() async throws {
        try await TrainingFixture.with { fixture in
            try await fixture.pool.execute(
                Query(
                    script: """
                        INSERT INTO workout (trainer_id, content, version)
                          SELECT id, '{}', n FROM person, generate_series(1, 2000) n WHERE role = 'trainer';
                        ANALYZE workout
                        """))
            let statement = RecordedStatement(query: "SELECT 1 FROM workout WHERE version = \(1)", file: "", line: 0)
            let plans = StatementPlans(pool: fixture.pool)
            for kind in StatementPlans.Kind.allCases {
                #expect(try await plans.wholeTables(statement, kind).map(\.table) == ["workout"])
            }
        }
    }

    /// Everything that the store can do, once.
    private func run(_ pool: PostgresPool, _ fixture: TrainingFixture) async throws {
        try await library(pool, fixture)
        try await planning(pool, fixture)
        try await logging(pool, fixture)
        try await pool.transaction { try await booking($0, fixture) }
        try await people(pool, fixture)
        try await signIn(pool, fixture)
        try await joining(pool, fixture)
        try await clips(pool, fixture)
        try await judging(pool, fixture)
        try await erasure(pool, fixture)
    }

    private func people(_ pool: PostgresPool, _ fixture: TrainingFixture) async throws {
        let people = People(pool)
        let secret = People.Credential(salt: [1], hash: [2])
        let (trainer, client) = (fixture.trainer, fixture.client)
        let added = try await people.add(
            email: "p@x.example", firstName: "P", lastName: "P", role: .client, credential: secret)
        _ = try await people.find(email: added.email)
        _ = try await people.find(added.id)
        _ = try await people.credential(email: added.email)
        try await people.setCredential(secret, of: added.id)
        try await people.relate(trainer: trainer.id, client: added.id)
        for after in [nil, (lastName: "A", firstName: "A", id: Int64(1))] {
            _ = try await people.clients(of: trainer.id, after: after, limit: 50)
            for role in [nil, Person.Role.admin, .client] {
                for prefix in [nil, "la"] {
                    _ = try await people.list(role: role, prefix: prefix, after: after, limit: 50)
                }
            }
        }
        _ = try await people.isTaken(email: "q@x.example")
        _ = try await people.isClient(client.id, of: trainer.id)
        _ = try await people.edit(
            added.id, .init(firstName: "A", lastName: nil, instagram: nil, timeZone: nil), version: 1)
        _ = try await people.setRights(added.id, role: nil, isActive: true, version: nil)
        _ = try await people.hasOtherAdmin(than: added.id)
        _ = try await people.trainers(of: client.id)
        _ = try await people.history(trainer: trainer.id, client: client.id)
        _ = try await people.endRelation(trainer: trainer.id, client: added.id)
        let audit = Audit(pool)
        try await audit.record(.signedIn, by: trainer.id)
        _ = try await audit.list(before: nil, actor: nil, limit: 50)
        _ = try await audit.list(before: 5, actor: trainer.id, limit: 50)
    }

    private func signIn(_ pool: PostgresPool, _ fixture: TrainingFixture) async throws {
        let person = fixture.client.id
        let sessions = AuthSessions(pool)
        _ = try await pool.transaction {
            try await AuthSessions($0).reserveTry(account: "a", address: "b", limit: 5)
        }
        try await sessions.forgetTries(account: "a", address: "b")
        let secret = try await sessions.create(for: person)
        let session = try #require(try await sessions.person(secret: secret)).session
        _ = try await sessions.list(of: person)
        try await sessions.revoke(secret: secret)
        _ = try await sessions.revoke(session, of: person)
        try await sessions.revokeAll(of: person, except: session)
        let tokens = APITokens(pool)
        let made = try await tokens.create(for: person, name: "n", scopes: [.clipsRead], days: nil)
        _ = try await tokens.person(secret: made.secret)
        _ = try await tokens.list(of: person)
        _ = try await tokens.revoke(made.token.id, of: person)
        try await tokens.revokeAll(of: person)
        let identities = ExternalIdentities(pool)
        try await identities.begin(.init(state: "s", browser: "b", nonce: "n", verifier: "v"))
        _ = try await identities.take(state: "s", browser: "b")
        try await identities.link(issuer: "i", subject: "s", to: person)
        _ = try await identities.person(issuer: "i", subject: "s")
        _ = try await identities.isKnown(issuer: "i", subject: "s")
        let keys = IdempotencyKeys(pool)
        for _ in 0..<2 {
            _ = try await keys.claim("k", person: person, requestHash: [1])
            try await keys.keep(
                .init(requestHash: [1], status: 201, tag: nil, location: nil, body: ""), key: "k", person: person)
        }
    }

    private func joining(_ pool: PostgresPool, _ fixture: TrainingFixture) async throws {
        let invitations = Invitations(pool)
        let invitation = try await invitations.add(
            email: "new@x.example", role: .client, firstName: "", lastName: "", by: fixture.trainer.id)
        let renewed = try #require(try await invitations.renewSecret(invitation.id))
        _ = try await invitations.find(secret: renewed.secret)
        _ = try await invitations.find(email: invitation.email)
        for inviter in [nil, fixture.trainer.id] {
            _ = try await invitations.list(by: inviter, before: nil, limit: 50)
            _ = try await invitations.revoke(invitation.id, by: inviter)
        }
        try await invitations.markAccepted(invitation.id)
        let resets = PasswordResets(pool)
        let reset = try await resets.add(person: fixture.client.id)
        let secret = try #require(try await resets.renewSecret(reset))
        _ = try await resets.isOpen(secret: secret)
        _ = try await resets.use(secret: secret)
        let outbox = Outbox(pool, pool: pool)
        try await outbox.invite(invitation)
        try await outbox.resetPassword(of: fixture.client.id, reset: reset)
        try await outbox.tell(fixture.client.id, .assigned)
        _ = try await outbox.find(1)
        try await outbox.markSent(1)
        try await outbox.markNotSent(1, reason: "r")
    }

    private func clips(_ pool: PostgresPool, _ fixture: TrainingFixture) async throws {
        let (uploads, clips) = (Uploads(pool), Clips(pool))
        let (trainer, client) = (fixture.trainer, fixture.client)
        let upload = UUID()
        try await uploads.add(
            .init(
                id: upload, owner: trainer.id, client: client.id, exercise: .squat, filename: "f", length: 1,
                sha256: nil))
        _ = try await uploads.find(upload, owner: trainer.id)
        _ = try await uploads.lock(upload)
        let clip = UUID()
        let digest = SHA256.digest(of: [1])
        let job = try await JobQueue(pool).enqueue(
            NewJob(tenant: trainer.id, kind: "analyze", payload: RescorePayload(clip: clip), uniqueKey: "c"), in: pool)
        try await clips.add(
            .init(
                id: clip, owner: trainer.id, client: client.id, exercise: .squat, filename: "f", size: 1,
                sha256: digest,
                objectKey: "k", job: job))
        try await uploads.markStored(upload, as: clip)
        try await clips.tellFailure(ofJob: job, pool: pool)
        try await clips.publish(.init(reportKey: "r", trackKey: "t", keyFrames: [], reportJSON: "{}"), for: clip)
        let found = try #require(try await clips.find(clip))
        _ = try await clips.cachedReport(found)
        try await clips.cacheReport("{}", key: "r", for: clip)
        _ = try await clips.setPublished(clip, true)
        var admin = trainer
        admin.role = .admin
        for person in [trainer, client, admin] {
            _ = try await clips.list(for: person)
            _ = try await clips.list(for: person, after: .init(createdAt: Date(), id: clip))
        }
        for ids in [nil, [clip]] { _ = try await clips.analysed(ids) }
        try await clips.delete(clip, owner: trainer.id, pool: pool)
        _ = try await Erasure(pool).remains(ofClip: clip)
        try await Erasure(pool).remove(clip: clip)
        try await uploads.remove(upload)
    }

    private func judging(_ pool: PostgresPool, _ fixture: TrainingFixture) async throws {
        let (trainer, client) = (fixture.trainer.id, fixture.client.id)
        _ = try await SessionSets(pool).shown(by: UUID())
        _ = try await Judgings(pool).of(UUID())
        let changes = RuleChanges(pool)
        _ = try await changes.set("{}", trainer: trainer, client: client, expected: nil)
        _ = try await changes.current(trainer: trainer, client: client)
        let clip = UUID()
        try await pool.transaction { transaction in
            try await RescoreJobs.enqueue(trainer: trainer, client: client, in: transaction, pool)
            // The second finds the first one's job.
            for _ in 0..<2 { try await RescoreJobs.enqueue(clip, owner: trainer, in: transaction, pool) }
        }
    }

    private func erasure(_ pool: PostgresPool, _ fixture: TrainingFixture) async throws {
        let erasure = Erasure(pool)
        try await erasure.begin(fixture.client.id, pool: pool)
        _ = try await erasure.remains(of: fixture.client.id)
        try await erasure.remove(fixture.client.id)
    }

    private func library(_ plans: any PostgresExecutor, _ fixture: TrainingFixture) async throws {
        let exercises = Exercises(plans)
        let exercise = Exercise(name: "A", type: .core, level: .power)
        let added = try await exercises.add(exercise, owner: fixture.trainer.id)
        _ = try await exercises.find(added.id)
        _ = try await exercises.isVisible(added.id, to: fixture.client)
        _ = try await exercises.update(added.id, to: exercise, version: 1)
        try await exercises.setArchived(true, added.id)
        _ = try await exercises.names([added.id], for: fixture.trainer)
        _ = try await exercises.named("Row", for: fixture.trainer)
        for person in [fixture.trainer, fixture.client] {
            _ = try await exercises.list(.init(), for: person, limit: 10)
            _ = try await exercises.list(.init(text: "abc", type: .core), for: person, after: added.id, limit: 10)
        }
        let workouts = Workouts(plans)
        let workout = try await workouts.add(fixture.workout, trainer: fixture.trainer.id)
        _ = try await workouts.find(workout.id)
        _ = try await workouts.list(trainer: fixture.trainer.id, before: 5, limit: 10)
        _ = try await workouts.update(workout.id, to: fixture.workout, version: 1)
        try await workouts.setArchived(true, workout.id)
    }

    private func planning(_ plans: any PostgresExecutor, _ fixture: TrainingFixture) async throws {
        let programs = Programs(plans)
        let plan = ProgramPlan([.init(week: 1, day: 1, workout: fixture.workout)])
        let program = try await programs.add(name: "P", plan: plan, trainer: fixture.trainer.id)
        _ = try await programs.find(program.id)
        _ = try await programs.list(trainer: fixture.trainer.id, limit: 10)
        _ = try await programs.update(program.id, name: "P", plan: plan, version: nil)
        try await programs.setArchived(true, program.id)
        let assignments = Assignments(plans)
        let day = try await assignments.today(client: fixture.client.id)
        let assignment = try await assignments.assign(
            program, to: fixture.client.id, startingOn: day, by: fixture.trainer.id)
        _ = try await assignments.find(assignment.id)
        _ = try await assignments.list(client: fixture.client.id, limit: 10)
        let due = try await assignments.due(client: fixture.client.id, from: day, through: day)
        _ = try await assignments.dueWorkout(due[0].id)
        try await assignments.end(assignment.id, on: day)
        _ = try await Trainees(plans).exists(fixture.client.id, role: .client)
    }

    private func logging(_ plans: any PostgresExecutor, _ fixture: TrainingFixture) async throws {
        let (sessions, sets) = (TrainingSessions(plans), SessionSets(plans))
        let session = try await sessions.begin(
            NewSession(
                client: fixture.client.id, trainer: fixture.trainer.id, group: UUID(), name: "S",
                workout: fixture.workout))
        _ = try await sessions.find(session.id)
        let record = try #require(try await sessions.record(session.id))
        let place = SessionSets.Place(session: session.id, exercise: record.exercises[0].id, number: 1)
        #expect(try await sessions.has(exercise: place.exercise, session.id))
        #expect(try await sets.log(SetRecord(reps: 5), at: place, by: fixture.client.id))
        _ = try await sets.attach(UUID(), to: place)
        _ = try await sessions.list(client: fixture.client.id, limit: 10)
        _ = try await sessions.participants(session)
        _ = try await sessions.setNotes("n", of: session.id, version: nil)
        _ = try await sets.history(client: fixture.client.id)
        _ = try await sets.history(client: fixture.client.id, exercise: fixture.squat.id)
        #expect(try await sets.remove(place))
        _ = try await sessions.addExercise(
            fixture.row, prescription: Prescription(reps: Span(1)), phase: .work, to: session.id)
        _ = try await sessions.swap(record.exercises[1].id, of: session.id, for: fixture.row)
        _ = try await sessions.setStatus(.skipped, notes: nil, of: record.exercises[2].id, in: session.id)
        try await sessions.finish(session.id)
    }

    private func booking(_ plans: any PostgresExecutor, _ fixture: TrainingFixture) async throws {
        let bookings = Bookings(plans)
        let span = DateInterval(start: try await bookings.now(), duration: 3600)
        try await bookings.lock(trainer: fixture.trainer.id, client: fixture.client.id)
        let booking = try await bookings.add(
            trainer: fixture.trainer.id, client: fixture.client.id, during: span, notes: "")
        _ = try await bookings.find(booking.id)
        _ = try await bookings.move(booking.id, to: span, version: nil)
        _ = try await bookings.list(for: fixture.trainer, within: span)
        _ = try await bookings.list(for: fixture.client, within: span)
        _ = try await bookings.taken(trainer: fixture.trainer.id, within: span)
        _ = try await bookings.cancel(booking.id)
        let store = Availabilities(plans)
        let hours = Availability(
            timeZone: "UTC", weekday: 1, starts: try #require(TimeOfDay("09:00")),
            ends: try #require(TimeOfDay("10:00")), from: try fixture.day("2026-01-01"))
        let kept = try await store.add(hours, trainer: fixture.trainer.id)
        _ = try await store.find(kept.id)
        _ = try await store.list(trainer: fixture.trainer.id)
        _ = try await store.update(kept.id, to: hours, version: nil)
        try await store.remove(kept.id)
        let feeds = CalendarFeeds(plans)
        let secret = try await feeds.renew(for: fixture.client.id)
        _ = try await feeds.person(secret: secret)
        try await feeds.revoke(for: fixture.client.id)
    }
}
