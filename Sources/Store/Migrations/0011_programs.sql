-- Programs hold whole workouts; an assignment pins them, one row a due workout.
ALTER TABLE program ADD COLUMN archived_at timestamptz;
CREATE INDEX program_trainer ON program (trainer_id, id DESC);

-- Plans of the first release were lists of {week, day, exercise, sets, reps, tempo}, exercise being a rule set's id.
CREATE FUNCTION pg_temp.whole_plan(flat jsonb) RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_build_object('workouts', COALESCE(jsonb_agg(
    jsonb_build_object('week', d.week, 'day', d.day, 'workout', jsonb_build_object(
      'name', 'Week ' || d.week || ', day ' || d.day, 'type', 'straight_set', 'sets', 1, 'warm_up', '[]'::jsonb,
      'work', d.work, 'cool_down', '[]'::jsonb, 'notes', ''))
    ORDER BY d.week, d.day), '[]'::jsonb))
  FROM (
    SELECT (i.item->>'week')::int AS week, (i.item->>'day')::int AS day, jsonb_agg(
      jsonb_build_object('exercises', jsonb_build_array(jsonb_build_object(
        'exercise', e.id, 'name', e.name, 'prescription', jsonb_build_object(
          'sets', (i.item->>'sets')::int, 'amgrap', false, 'notes', '', 'tempo', i.item->>'tempo', 'reps',
          jsonb_build_object('from', (i.item->>'reps')::int, 'to', (i.item->>'reps')::int)))))
      ORDER BY i.place) AS work
    FROM jsonb_array_elements(flat) WITH ORDINALITY AS i (item, place)
    JOIN exercise e ON e.owner_id IS NULL AND e.posture = i.item->>'exercise'
    GROUP BY 1, 2) AS d
$$;
UPDATE program SET plan = pg_temp.whole_plan(plan) WHERE jsonb_typeof(plan) = 'array';

ALTER TABLE program_assignment
  ADD COLUMN trainer_id bigint REFERENCES person ON DELETE SET NULL,
  ADD COLUMN name text,
  ADD COLUMN program_version int NOT NULL DEFAULT 1,
  ADD COLUMN ended_on date;
UPDATE program_assignment a SET trainer_id = p.trainer_id, name = p.name, program_version = p.version
FROM program p WHERE p.id = a.program_id;
UPDATE program_assignment SET plan = pg_temp.whole_plan(plan) WHERE jsonb_typeof(plan) = 'array';
ALTER TABLE program_assignment ALTER COLUMN name SET NOT NULL;
-- Lists go from the newest on.
DROP INDEX program_assignment_client;
CREATE INDEX program_assignment_client ON program_assignment (client_id, id DESC);
CREATE INDEX program_assignment_trainer ON program_assignment (trainer_id);
CREATE INDEX program_assignment_program ON program_assignment (program_id);

CREATE TABLE due_workout (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  assignment_id bigint NOT NULL REFERENCES program_assignment ON DELETE CASCADE,
  client_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
  due_on date NOT NULL,
  week int NOT NULL,
  day int NOT NULL,
  -- Among the workouts of the assignment.
  position int NOT NULL,
  content jsonb NOT NULL,
  UNIQUE (assignment_id, position)
);
CREATE INDEX due_workout_client ON due_workout (client_id, due_on);

INSERT INTO due_workout (assignment_id, client_id, due_on, week, day, position, content)
SELECT a.id, a.client_id, a.starts_on + ((w.entry->>'week')::int - 1) * 7 + (w.entry->>'day')::int - 1,
  (w.entry->>'week')::int, (w.entry->>'day')::int, w.place, w.entry->'workout'
FROM program_assignment a, jsonb_array_elements(a.plan->'workouts') WITH ORDINALITY AS w (entry, place);

-- The rows above hold it all.
ALTER TABLE program_assignment DROP COLUMN plan;
DROP FUNCTION pg_temp.whole_plan(jsonb);
