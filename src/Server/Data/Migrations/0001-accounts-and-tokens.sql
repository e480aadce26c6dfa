-- Runs unchanged on SQLite and PostgreSQL: TEXT, BIGINT (milliseconds since 1970, or counts), BOOLEAN and BYTEA only; ids are made by the
-- server. A *_key column is the lower-case form by which a name is unique.

CREATE TABLE accounts (
  id              TEXT PRIMARY KEY,
  login           TEXT NOT NULL,
  login_key       TEXT NOT NULL UNIQUE,
  name            TEXT NOT NULL,
  email           TEXT NOT NULL,
  email_key       TEXT NOT NULL UNIQUE,
  password_hash   TEXT NOT NULL,
  security_stamp  TEXT NOT NULL,
  site_admin      BOOLEAN NOT NULL,
  failed_sign_ins BIGINT NOT NULL,
  locked_until_ms BIGINT NOT NULL,
  created_ms      BIGINT NOT NULL
);

-- One row at most: whoever puts it there is the first account.
CREATE TABLE first_account (
  one        BIGINT PRIMARY KEY,
  account_id TEXT NOT NULL
);

CREATE TABLE organizations (
  id         TEXT PRIMARY KEY,
  login      TEXT NOT NULL,
  login_key  TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  individual BOOLEAN NOT NULL,
  created_ms BIGINT NOT NULL
);

CREATE TABLE memberships (
  account_id      TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  role            TEXT NOT NULL,
  is_default      BOOLEAN NOT NULL,
  PRIMARY KEY (account_id, organization_id)
);

CREATE TABLE sessions (
  id           TEXT PRIMARY KEY,
  account_id   TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  secret_hash  BYTEA NOT NULL UNIQUE,
  created_ms   BIGINT NOT NULL,
  last_seen_ms BIGINT NOT NULL,
  expires_ms   BIGINT NOT NULL,
  address      TEXT NOT NULL,
  user_agent   TEXT NOT NULL
);

CREATE INDEX sessions_by_account ON sessions (account_id, created_ms);

CREATE TABLE access_tokens (
  id           TEXT PRIMARY KEY,
  account_id   TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  description  TEXT NOT NULL,
  secret_hash  BYTEA NOT NULL UNIQUE,
  cli_session  BYTEA,
  created_ms   BIGINT NOT NULL,
  last_used_ms BIGINT NOT NULL,
  expires_ms   BIGINT NOT NULL
);

CREATE INDEX access_tokens_by_account ON access_tokens (account_id, id);

CREATE TABLE protection_keys (
  id         TEXT PRIMARY KEY,
  xml        TEXT NOT NULL,
  created_ms BIGINT NOT NULL
);
