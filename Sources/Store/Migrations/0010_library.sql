-- The exercise library and workouts.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE exercise (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Null: shared with all trainers.
  owner_id bigint REFERENCES person,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  type text NOT NULL CHECK (type IN ('flexibility', 'core', 'resistance', 'balance', 'plyometric', 'cardio')),
  level text NOT NULL CHECK (level IN ('stabilization', 'strength', 'power')),
  prescription jsonb NOT NULL,
  demo_url text,
  -- The rule set that its clips are judged by.
  posture text,
  notes text NOT NULL DEFAULT '',
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  archived_at timestamptz
);
-- Lists go by name; "C" gives every machine the same order.
CREATE INDEX exercise_owner ON exercise (owner_id, lower(name) COLLATE "C", id);
CREATE INDEX exercise_name ON exercise (lower(name) COLLATE "C", id);
CREATE INDEX exercise_search ON exercise USING gin (name gin_trgm_ops);

INSERT INTO exercise (name, type, level, prescription, posture) VALUES
  ('Squat', 'resistance', 'strength', '{"sets":3,"reps":{"from":8,"to":12},"rest_s":{"from":90,"to":90},"amgrap":false,"notes":""}', 'squat'),
  ('Lunge', 'resistance', 'strength', '{"sets":3,"reps":{"from":8,"to":12},"side":"each","rest_s":{"from":60,"to":60},"amgrap":false,"notes":""}', 'lunge'),
  ('Deadlift', 'resistance', 'strength', '{"sets":3,"reps":{"from":5,"to":8},"rest_s":{"from":120,"to":120},"amgrap":false,"notes":""}', 'deadlift'),
  ('Push-up', 'resistance', 'strength', '{"sets":3,"reps":{"from":8,"to":15},"rest_s":{"from":60,"to":60},"amgrap":false,"notes":""}', 'push-up'),
  ('Plank', 'core', 'stabilization', '{"sets":3,"time_s":{"from":30,"to":60},"rest_s":{"from":45,"to":45},"amgrap":false,"notes":""}', 'plank'),
  ('Overhead press', 'resistance', 'strength', '{"sets":3,"reps":{"from":6,"to":10},"rest_s":{"from":90,"to":90},"amgrap":false,"notes":""}', 'overhead-press'),
  ('Biceps curl', 'resistance', 'strength', '{"sets":3,"reps":{"from":8,"to":12},"rest_s":{"from":60,"to":60},"amgrap":false,"notes":""}', 'biceps-curl'),
  ('Row', 'resistance', 'strength', '{"sets":3,"reps":{"from":8,"to":12},"rest_s":{"from":90,"to":90},"amgrap":false,"notes":""}', 'row'),
  ('Jumping jack', 'cardio', 'power', '{"sets":3,"time_s":{"from":30,"to":30},"rest_s":{"from":30,"to":30},"amgrap":false,"notes":""}', 'jumping-jack'),
  ('Standing posture', 'balance', 'stabilization', '{"sets":1,"time_s":{"from":20,"to":20},"amgrap":false,"notes":""}', 'standing');

CREATE TABLE workout (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  trainer_id bigint NOT NULL REFERENCES person,
  content jsonb NOT NULL,
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  archived_at timestamptz
);
CREATE INDEX workout_trainer ON workout (trainer_id, id DESC);
