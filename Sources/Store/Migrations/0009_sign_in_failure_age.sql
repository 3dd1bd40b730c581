-- Failed tries are forgotten after a day.
CREATE INDEX sign_in_failure_age ON sign_in_failure (at);
