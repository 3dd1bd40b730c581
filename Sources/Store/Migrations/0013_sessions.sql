-- What was done: a session of one client, its exercises, their sets, and the clips of sets.
CREATE TABLE training_session (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  client_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
  -- Who led it; null when the client trained alone.
  trainer_id bigint REFERENCES person ON DELETE SET NULL,
  due_workout_id bigint REFERENCES due_workout ON DELETE SET NULL,
  booking_id bigint REFERENCES booking ON DELETE SET NULL,
  -- The same for all participants who trained together.
  group_id uuid,
  name text NOT NULL,
  notes text NOT NULL DEFAULT '',
  version int NOT NULL DEFAULT 1,
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
);
CREATE INDEX training_session_client ON training_session (client_id, id DESC);
CREATE INDEX training_session_trainer ON training_session (trainer_id) WHERE trainer_id IS NOT NULL;
CREATE INDEX training_session_due ON training_session (due_workout_id) WHERE due_workout_id IS NOT NULL;
CREATE INDEX training_session_booking ON training_session (booking_id) WHERE booking_id IS NOT NULL;
CREATE INDEX training_session_group ON training_session (group_id) WHERE group_id IS NOT NULL;

CREATE TABLE session_exercise (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_id bigint NOT NULL REFERENCES training_session ON DELETE CASCADE,
  -- The session's, for records and progress by one index.
  client_id bigint NOT NULL,
  exercise_id bigint NOT NULL REFERENCES exercise,
  name text NOT NULL,
  phase text NOT NULL CHECK (phase IN ('warm_up', 'work', 'cool_down')),
  -- Exercises of one superset share the number of their activity.
  activity int NOT NULL,
  superset text,
  position int NOT NULL,
  prescription jsonb NOT NULL,
  rest_after_s int,
  status text NOT NULL DEFAULT 'planned' CHECK (status IN ('planned', 'done', 'skipped', 'swapped')),
  -- The exercise that this one stands in for.
  stands_for bigint REFERENCES session_exercise ON DELETE CASCADE,
  notes text NOT NULL DEFAULT ''
);
CREATE INDEX session_exercise_session ON session_exercise (session_id, position, id);
CREATE INDEX session_exercise_history ON session_exercise (client_id, exercise_id, session_id);
CREATE INDEX session_exercise_stands_for ON session_exercise (stands_for) WHERE stands_for IS NOT NULL;

CREATE TABLE session_set (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_exercise_id bigint NOT NULL REFERENCES session_exercise ON DELETE CASCADE,
  number int NOT NULL CHECK (number BETWEEN 1 AND 50),
  reps int CHECK (reps BETWEEN 0 AND 1000),
  load_kg double precision CHECK (load_kg BETWEEN 0 AND 1000),
  time_s int CHECK (time_s BETWEEN 0 AND 7200),
  rpe double precision CHECK (rpe BETWEEN 1 AND 10),
  notes text NOT NULL DEFAULT '',
  logged_by bigint REFERENCES person ON DELETE SET NULL,
  logged_at timestamptz NOT NULL DEFAULT now(),
  CHECK (reps IS NOT NULL OR time_s IS NOT NULL),
  UNIQUE (session_exercise_id, number)
);

-- For the erasure of who logged.
CREATE INDEX session_set_logged_by ON session_set (logged_by);

ALTER TABLE clip ADD COLUMN session_set_id bigint REFERENCES session_set ON DELETE SET NULL;
CREATE INDEX clip_session_set ON clip (session_set_id) WHERE session_set_id IS NOT NULL;
