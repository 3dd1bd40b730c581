-- E-mails to be sent, written in the transaction of what they tell; each has a job that sends it.
CREATE TABLE notification (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  person_id bigint REFERENCES person ON DELETE CASCADE,
  -- For those who are not in `person` yet.
  invitation_id bigint REFERENCES invitation ON DELETE CASCADE,
  reset_id bigint REFERENCES password_reset ON DELETE CASCADE,
  subject text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz,
  CHECK (person_id IS NOT NULL OR invitation_id IS NOT NULL)
);
CREATE INDEX notification_person ON notification (person_id, id);
CREATE INDEX notification_invitation ON notification (invitation_id);
CREATE INDEX notification_reset ON notification (reset_id);
