-- One login of a command line: what its access tokens and refresh tokens belong to. Ending it deletes them.
CREATE TABLE oauth_grants (
  id           TEXT PRIMARY KEY,
  account_id   TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  host         TEXT NOT NULL,
  command      TEXT NOT NULL,
  address      TEXT NOT NULL,
  created_ms   BIGINT NOT NULL,
  last_used_ms BIGINT NOT NULL,
  expires_ms   BIGINT NOT NULL
);

CREATE INDEX oauth_grants_by_account ON oauth_grants (account_id, id);

CREATE TABLE oauth_refresh_tokens (
  secret_hash BYTEA PRIMARY KEY,
  grant_id    TEXT NOT NULL REFERENCES oauth_grants (id) ON DELETE CASCADE,
  created_ms  BIGINT NOT NULL,
  spent_ms    BIGINT NOT NULL
);

CREATE INDEX oauth_refresh_tokens_by_grant ON oauth_refresh_tokens (grant_id);

-- The grant that a code became is kept, so that a code that comes twice ends it.
CREATE TABLE oauth_codes (
  secret_hash  BYTEA PRIMARY KEY,
  account_id   TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  challenge    TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  host         TEXT NOT NULL,
  command      TEXT NOT NULL,
  address      TEXT NOT NULL,
  expires_ms   BIGINT NOT NULL,
  grant_id     TEXT
);

CREATE TABLE oauth_device_codes (
  secret_hash    BYTEA PRIMARY KEY,
  user_code_hash BYTEA NOT NULL UNIQUE,
  host           TEXT NOT NULL,
  command        TEXT NOT NULL,
  address        TEXT NOT NULL,
  created_ms     BIGINT NOT NULL,
  expires_ms     BIGINT NOT NULL,
  interval_ms    BIGINT NOT NULL,
  polled_ms      BIGINT NOT NULL,
  decision       TEXT NOT NULL,
  account_id     TEXT REFERENCES accounts (id) ON DELETE CASCADE
);

ALTER TABLE access_tokens ADD COLUMN grant_id TEXT REFERENCES oauth_grants (id) ON DELETE CASCADE;

CREATE INDEX access_tokens_by_grant ON access_tokens (grant_id);
