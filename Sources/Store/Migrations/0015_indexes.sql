-- For questions that no index answered.
CREATE INDEX clip_job ON clip (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX clip_age ON clip (created_at DESC, id DESC);
CREATE INDEX upload_clip ON upload (clip_id) WHERE clip_id IS NOT NULL;
CREATE INDEX invitation_email ON invitation (email);
CREATE INDEX person_role ON person (role, last_name, first_name, id);
CREATE INDEX person_search ON person
  USING gin (lower(last_name) gin_trgm_ops, lower(first_name) gin_trgm_ops, email gin_trgm_ops);
