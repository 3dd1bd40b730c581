-- What clips are judged by: an exercise that may be unnamed or of the library, and a trainer's own thresholds.
ALTER TABLE upload
  -- Null with exercise_id null: to be recognised.
  ALTER COLUMN exercise DROP NOT NULL,
  ADD COLUMN exercise_id bigint REFERENCES exercise ON DELETE SET NULL;
ALTER TABLE clip
  ALTER COLUMN exercise DROP NOT NULL,
  ADD COLUMN exercise_id bigint REFERENCES exercise ON DELETE SET NULL,
  -- The exercise of the report.
  ADD COLUMN judged_as text;
CREATE INDEX upload_exercise ON upload (exercise_id) WHERE exercise_id IS NOT NULL;
CREATE INDEX clip_exercise ON clip (exercise_id) WHERE exercise_id IS NOT NULL;
UPDATE clip SET judged_as = exercise WHERE report_key IS NOT NULL;

-- A trainer's changes of rules for one client. Every change is a row: the highest version holds.
CREATE TABLE rule_override (
  trainer_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
  client_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
  version int NOT NULL CHECK (version > 0),
  exercises jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (trainer_id, client_id, version)
);
CREATE INDEX rule_override_client ON rule_override (client_id);
