-- Stacks that an account wants to find quickly.
CREATE TABLE stack_stars (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  stack_id   TEXT NOT NULL REFERENCES stacks (id) ON DELETE CASCADE,
  created_ms BIGINT NOT NULL,
  PRIMARY KEY (account_id, stack_id)
);
