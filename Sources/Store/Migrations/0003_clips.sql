-- Uploads that are under way, clips, and the cache of their reports.
CREATE TABLE upload (
  id uuid PRIMARY KEY,
  owner_id bigint NOT NULL REFERENCES person,
  client_id bigint NOT NULL REFERENCES person,
  exercise text NOT NULL,
  filename text NOT NULL,
  length bigint NOT NULL CHECK (length > 0),
  sha256 bytea,
  -- The clip that it became; set in the transaction that makes the clip.
  clip_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL DEFAULT now() + interval '24 hours'
);

CREATE TABLE clip (
  id uuid PRIMARY KEY,
  owner_id bigint NOT NULL REFERENCES person,
  client_id bigint NOT NULL REFERENCES person,
  exercise text NOT NULL,
  filename text NOT NULL,
  size bigint NOT NULL,
  sha256 bytea NOT NULL,
  object_key text NOT NULL,
  job_id bigint REFERENCES job,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Set together, once, in the fenced finish of the job.
  report_key text,
  track_key text,
  key_frames jsonb,
  analysed_at timestamptz,
  CHECK ((report_key IS NULL) = (analysed_at IS NULL))
);
CREATE INDEX clip_owner ON clip (owner_id, created_at DESC);
CREATE INDEX clip_client ON clip (client_id, created_at DESC);

-- A cache: may be emptied at any time, the archive holds the truth.
CREATE TABLE report_cache (
  clip_id uuid PRIMARY KEY REFERENCES clip ON DELETE CASCADE,
  report_key text NOT NULL,
  report text NOT NULL
);
