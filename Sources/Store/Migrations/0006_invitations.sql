-- Joining by a one-time link, resetting a password, and identities of other providers. Only hashes of secrets are kept;
-- a link's secret is made when its e-mail is sent.
CREATE TABLE invitation (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL CHECK (email = lower(email)),
  role text NOT NULL CHECK (role IN ('admin', 'trainer', 'client')),
  first_name text NOT NULL DEFAULT '',
  last_name text NOT NULL DEFAULT '',
  invited_by bigint NOT NULL REFERENCES person ON DELETE CASCADE,
  secret_hash bytea UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL DEFAULT now() + interval '7 days',
  accepted_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX invitation_by ON invitation (invited_by, id);
CREATE INDEX invitation_open ON invitation (email) WHERE accepted_at IS NULL AND revoked_at IS NULL;

CREATE TABLE password_reset (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
  secret_hash bytea UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL DEFAULT now() + interval '1 hour',
  used_at timestamptz
);
CREATE INDEX password_reset_person ON password_reset (person_id);

-- Who somebody is elsewhere: the provider's issuer and its subject, never the e-mail address.
CREATE TABLE external_identity (
  issuer text NOT NULL,
  subject text NOT NULL,
  person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
  linked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX external_identity_person ON external_identity (person_id);

-- Sign-ins that went to the provider and have not come back. Taken out when they do, so that none comes back twice.
CREATE TABLE external_sign_in (
  state_hash bytea PRIMARY KEY,
  browser_hash bytea NOT NULL,
  nonce text NOT NULL,
  verifier text NOT NULL,
  expires_at timestamptz NOT NULL DEFAULT now() + interval '10 minutes'
);
CREATE INDEX external_sign_in_age ON external_sign_in (expires_at);

-- A person who was erased: what is left until the last object is gone.
ALTER TABLE person ADD COLUMN erased_at timestamptz;
CREATE INDEX person_name ON person (last_name, first_name, id);
CREATE INDEX trainer_client_pair ON trainer_client (client_id, trainer_id, since);
CREATE INDEX trainer_client_of ON trainer_client (trainer_id, client_id);
CREATE INDEX audit_event_actor ON audit_event (actor_id, id);
