-- The job queue. A tenant is a trainer's account.
CREATE TYPE job_state AS ENUM ('blocked', 'queued', 'running', 'succeeded', 'dead', 'cancelled');

CREATE TABLE tenant_sched (
  tenant_id bigint PRIMARY KEY,
  weight real NOT NULL DEFAULT 1 CHECK (weight > 0),
  max_running int NOT NULL DEFAULT 4,
  running int NOT NULL DEFAULT 0 CHECK (running >= 0),
  vtime double precision NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- Wide, few updates.
CREATE TABLE job (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id bigint NOT NULL REFERENCES tenant_sched,
  queue text NOT NULL DEFAULT 'analysis',
  kind text NOT NULL,
  priority smallint NOT NULL DEFAULT 2,
  state job_state NOT NULL,
  run_at timestamptz NOT NULL DEFAULT now(),
  attempt smallint NOT NULL DEFAULT 0,
  max_attempts smallint NOT NULL DEFAULT 5,
  crashes smallint NOT NULL DEFAULT 0,
  lease_token bigint NOT NULL DEFAULT 0,
  max_runtime interval NOT NULL DEFAULT '10 min',
  est_cost real NOT NULL DEFAULT 1,
  merge_id bigint REFERENCES job,
  deps_left int NOT NULL DEFAULT 0,
  unique_key text,
  payload jsonb NOT NULL DEFAULT '{}',
  result jsonb,
  last_error jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  CHECK ((finished_at IS NOT NULL) = (state IN ('succeeded', 'dead', 'cancelled')))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX job_claim ON job (queue, tenant_id, priority, run_at, id) WHERE state = 'queued';
CREATE UNIQUE INDEX job_unique ON job (kind, unique_key) WHERE state IN ('blocked', 'queued', 'running');
CREATE INDEX job_merge ON job (merge_id) WHERE merge_id IS NOT NULL;

-- Narrow, updated by every heartbeat; no index on expires_at keeps those updates heap-only.
CREATE TABLE job_lease (
  job_id bigint PRIMARY KEY REFERENCES job ON DELETE CASCADE,
  lease_token bigint NOT NULL,
  tenant_id bigint NOT NULL,
  worker_id uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  deadline_at timestamptz NOT NULL,
  progress real NOT NULL DEFAULT 0,
  checkpoint jsonb,
  cancel_requested bool NOT NULL DEFAULT false
) WITH (fillfactor = 40, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
