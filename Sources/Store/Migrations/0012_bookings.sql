-- When trainers can be booked, what is booked, and calendars by secret address.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE availability (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  trainer_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
  time_zone text NOT NULL,
  weekday int NOT NULL CHECK (weekday BETWEEN 1 AND 7),
  starts time NOT NULL,
  ends time NOT NULL CHECK (ends > starts),
  from_day date NOT NULL,
  until_day date CHECK (until_day >= from_day),
  version int NOT NULL DEFAULT 1
);
CREATE INDEX availability_trainer ON availability (trainer_id, weekday, starts, id);

CREATE TABLE booking (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  trainer_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
  client_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
  during tstzrange NOT NULL CHECK (NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)),
  notes text NOT NULL DEFAULT '',
  version int NOT NULL DEFAULT 1,
  changed_at timestamptz NOT NULL DEFAULT now(),
  cancelled_at timestamptz,
  -- Nobody is in two places at once, however many ask at the same moment.
  CONSTRAINT booking_trainer_once EXCLUDE USING gist (trainer_id WITH =, during WITH &&) WHERE (cancelled_at IS NULL),
  CONSTRAINT booking_client_once EXCLUDE USING gist (client_id WITH =, during WITH &&) WHERE (cancelled_at IS NULL)
);
CREATE INDEX booking_trainer ON booking (trainer_id, lower(during), id);
CREATE INDEX booking_client ON booking (client_id, lower(during), id);

-- Only the SHA-256 of the address's secret is kept; a new one takes the place of the old.
CREATE TABLE calendar_feed (
  person_id bigint PRIMARY KEY REFERENCES person ON DELETE CASCADE,
  secret_hash bytea NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now()
);
