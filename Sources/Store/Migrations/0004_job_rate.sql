-- What a progress bar shows beside the share that is done.
ALTER TABLE job_lease ADD COLUMN rate real, ADD COLUMN seconds_left real;
