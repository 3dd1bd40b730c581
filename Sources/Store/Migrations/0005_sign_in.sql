-- Sessions that their owner can tell apart, API tokens, and answers of creations for Idempotency-Key.
ALTER TABLE auth_session
  ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN user_agent text NOT NULL DEFAULT '',
  ADD COLUMN address text NOT NULL DEFAULT '';
CREATE UNIQUE INDEX auth_session_id ON auth_session (id);

-- Only the SHA-256 of a token's secret is kept.
CREATE TABLE api_token (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
  name text NOT NULL,
  secret_hash bytea NOT NULL UNIQUE,
  scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX api_token_person ON api_token (person_id, created_at);

CREATE TABLE idempotency_key (
  person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
  key text NOT NULL,
  request_hash bytea NOT NULL,
  status int,
  tag text,
  location text,
  body text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (person_id, key)
);
CREATE INDEX idempotency_key_age ON idempotency_key (person_id, created_at);

-- What an edit names with If-Match.
ALTER TABLE person
  ADD COLUMN version bigint NOT NULL DEFAULT 1,
  ADD COLUMN instagram text NOT NULL DEFAULT '',
  ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC';
