import Postgres

/// Rows in every table that grows with use, so many that the planner has a reason to look for an index.
enum LargeDatabase {
    static func fill(_ pool: PostgresPool) async throws {
        try await pool.execute(Query(script: people))
        try await pool.execute(Query(script: training))
        try await pool.execute(Query(script: clips))
        try await pool.execute("ANALYZE")
    }

    private static let people = """
        INSERT INTO person (email, first_name, last_name, role)
          SELECT 'many' || n || '@x.example', 'First' || n, 'Last' || n, CASE WHEN n % 50 = 0 THEN 'trainer' ELSE 'client' END
          FROM generate_series(1, 20000) n;
        INSERT INTO trainer_client (trainer_id, client_id)
          SELECT t.id, c.id FROM person c
          JOIN person t ON t.email = 'many' || ((substring(c.email from '[0-9]+')::int / 50 + 1) * 50) || '@x.example'
          WHERE c.role = 'client' AND c.email LIKE 'many%';
        INSERT INTO auth_session (secret_hash, person_id, expires_at)
          SELECT sha256(convert_to(email, 'UTF8')), id, now() + interval '1 day' FROM person WHERE email LIKE 'many%';
        INSERT INTO api_token (person_id, name, secret_hash, scopes)
          SELECT id, 'n', sha256(convert_to(email, 'UTF8')), '{people:read}' FROM person WHERE email LIKE 'many%';
        INSERT INTO sign_in_failure (account, address, at)
          SELECT email, '127.0.0.1', now() - id * interval '1 second' FROM person WHERE email LIKE 'many%';
        INSERT INTO audit_event (actor_id, action) SELECT id, 'signed_in' FROM person;
        INSERT INTO idempotency_key (person_id, key, request_hash) SELECT id, 'k', '\\x00' FROM person;
        INSERT INTO invitation (email, role, invited_by, accepted_at)
          SELECT 'i' || email, 'client', id, CASE WHEN id % 10 > 0 THEN now() END FROM person;
        INSERT INTO password_reset (person_id) SELECT id FROM person;
        INSERT INTO external_identity (issuer, subject, person_id) SELECT 'https://x', id, id FROM person;
        INSERT INTO external_sign_in (state_hash, browser_hash, nonce, verifier)
          SELECT sha256(convert_to(email, 'UTF8')), '\\x00', 'n', 'v' FROM person;
        INSERT INTO notification (kind, person_id) SELECT 'assigned', id FROM person;
        INSERT INTO calendar_feed (person_id, secret_hash)
          SELECT id, sha256(convert_to(email, 'UTF8')) FROM person WHERE email LIKE 'many%';
        """

    private static let training = """
        INSERT INTO exercise (owner_id, name, type, level, prescription)
          SELECT t.id, 'Many ' || n, 'core', 'power', '{}' FROM person t, generate_series(1, 20) n WHERE t.role = 'trainer';
        INSERT INTO workout (trainer_id, content)
          SELECT t.id, '{}' FROM person t, generate_series(1, 20) n WHERE t.role = 'trainer';
        INSERT INTO program (trainer_id, name, plan)
          SELECT t.id, 'P', '{}' FROM person t, generate_series(1, 20) n WHERE t.role = 'trainer';
        INSERT INTO program_assignment (program_id, client_id, trainer_id, name, starts_on)
          SELECT (SELECT min(p.id) FROM program p WHERE p.trainer_id = r.trainer_id), r.client_id, r.trainer_id, 'P',
            current_date - 3 FROM trainer_client r;
        INSERT INTO due_workout (assignment_id, client_id, due_on, week, day, position, content)
          SELECT a.id, a.client_id, a.starts_on + n, 1, n, n, '{}' FROM program_assignment a, generate_series(1, 2) n;
        INSERT INTO availability (trainer_id, time_zone, weekday, starts, ends, from_day)
          SELECT id, 'UTC', n, '09:00', '10:00', '2026-01-01' FROM person, generate_series(1, 7) n WHERE role = 'trainer';
        INSERT INTO booking (trainer_id, client_id, during)
          SELECT trainer_id, client_id, tstzrange(now() + client_id * interval '1 hour', now() + client_id * interval '1 hour' + interval '30 min')
          FROM trainer_client;
        INSERT INTO training_session (client_id, trainer_id, name, due_workout_id, group_id)
          SELECT client_id, NULL, 'S', id, CASE WHEN id % 9 = 0 THEN gen_random_uuid() END FROM due_workout;
        INSERT INTO session_exercise (session_id, client_id, exercise_id, name, phase, activity, position, prescription)
          SELECT t.id, t.client_id, 1, 'E', 'work', n, n, '{}' FROM training_session t, generate_series(1, 2) n;
        INSERT INTO session_set (session_exercise_id, number, reps) SELECT id, 1, 5 FROM session_exercise;
        """

    private static let clips = """
        INSERT INTO tenant_sched (tenant_id) SELECT id FROM person ON CONFLICT DO NOTHING;
        INSERT INTO job (tenant_id, kind, state, finished_at)
          SELECT id, 'analyze', 'succeeded', now() FROM person;
        INSERT INTO clip (id, owner_id, client_id, exercise, filename, size, sha256, object_key, job_id, created_at,
          report_key, track_key, analysed_at)
          SELECT gen_random_uuid(), r.trainer_id, r.client_id, 'squat', 'f', 1, '\\x00', 'k',
            j.id, now() - r.client_id * interval '1 min', 'r', 't', now()
          FROM trainer_client r JOIN job j ON j.tenant_id = r.client_id;
        WITH shown AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM clip),
          done AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM session_set)
          UPDATE clip SET session_set_id = done.id FROM shown JOIN done USING (n) WHERE clip.id = shown.id;
        INSERT INTO upload (id, owner_id, client_id, exercise, filename, length, clip_id)
          SELECT gen_random_uuid(), owner_id, client_id, exercise, 'f', 1, id FROM clip;
        INSERT INTO rule_override (trainer_id, client_id, version, exercises)
          SELECT trainer_id, client_id, n, '{}' FROM trainer_client, generate_series(1, 2) n;
        INSERT INTO report_cache (clip_id, report_key, report) SELECT id, 'r', '{}' FROM clip;
        """
}
