-- The client sees a report when the trainer has published it. What clients have seen before stays visible.
ALTER TABLE clip
  ADD COLUMN published_at timestamptz,
  -- Hidden at once; objects, then the row, go in the background.
  ADD COLUMN deleted_at timestamptz;
UPDATE clip SET published_at = analysed_at;
CREATE INDEX upload_client ON upload (client_id);
CREATE INDEX upload_owner ON upload (owner_id);
CREATE INDEX program_assignment_client ON program_assignment (client_id);

-- A client who is erased takes along what is theirs.
ALTER TABLE trainer_client
  DROP CONSTRAINT trainer_client_client_id_fkey,
  ADD CONSTRAINT trainer_client_client_id_fkey FOREIGN KEY (client_id) REFERENCES person ON DELETE CASCADE;
ALTER TABLE upload
  DROP CONSTRAINT upload_client_id_fkey,
  ADD CONSTRAINT upload_client_id_fkey FOREIGN KEY (client_id) REFERENCES person ON DELETE CASCADE;
ALTER TABLE clip
  DROP CONSTRAINT clip_client_id_fkey,
  ADD CONSTRAINT clip_client_id_fkey FOREIGN KEY (client_id) REFERENCES person ON DELETE CASCADE;
ALTER TABLE program_assignment
  DROP CONSTRAINT program_assignment_client_id_fkey,
  ADD CONSTRAINT program_assignment_client_id_fkey FOREIGN KEY (client_id) REFERENCES person ON DELETE CASCADE;
