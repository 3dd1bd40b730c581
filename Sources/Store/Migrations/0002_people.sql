-- People, who trains whom, and sign-in.
CREATE TABLE person (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL CHECK (email = lower(email)),
  first_name text NOT NULL DEFAULT '',
  last_name text NOT NULL DEFAULT '',
  role text NOT NULL CHECK (role IN ('admin', 'trainer', 'client')),
  is_active bool NOT NULL DEFAULT true,
  password_salt bytea,
  password_hash bytea,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX person_email ON person (email);

-- A relation that ended keeps its row: it says who could see what, and when.
CREATE TABLE trainer_client (
  trainer_id bigint NOT NULL REFERENCES person,
  client_id bigint NOT NULL REFERENCES person,
  since timestamptz NOT NULL DEFAULT now(),
  until timestamptz,
  CHECK (trainer_id <> client_id)
);
CREATE UNIQUE INDEX trainer_client_current ON trainer_client (trainer_id, client_id) WHERE until IS NULL;
CREATE INDEX trainer_client_client ON trainer_client (client_id) WHERE until IS NULL;

-- Only the SHA-256 of a session's secret is kept.
CREATE TABLE auth_session (
  secret_hash bytea PRIMARY KEY,
  person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX auth_session_person ON auth_session (person_id);

-- Failed tries at signing in, for the limit.
CREATE TABLE sign_in_failure (
  account text NOT NULL,
  address text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sign_in_failure_recent ON sign_in_failure (account, address, at);

CREATE TABLE audit_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  actor_id bigint,
  action text NOT NULL,
  subject text NOT NULL DEFAULT ''
);

-- Programs: an ordered plan; an assignment pins the version that was assigned.
CREATE TABLE program (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  trainer_id bigint NOT NULL REFERENCES person,
  name text NOT NULL,
  version int NOT NULL DEFAULT 1,
  plan jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE program_assignment (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  program_id bigint NOT NULL REFERENCES program,
  client_id bigint NOT NULL REFERENCES person,
  starts_on date NOT NULL,
  plan jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
