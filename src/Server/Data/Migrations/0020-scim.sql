-- An organization's directory keeps its people and teams up to date with one token (SCIM 2.0).
CREATE TABLE scim_tokens (
  organization_id TEXT PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
  id              TEXT NOT NULL,
  secret_hash     BYTEA NOT NULL UNIQUE,
  created_by      TEXT NOT NULL,
  created_ms      BIGINT NOT NULL,
  last_used_ms    BIGINT NOT NULL
);

CREATE TABLE scim_users (
  id              TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  account_id      TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  user_name       TEXT NOT NULL,
  user_key        TEXT NOT NULL,
  external_id     TEXT NOT NULL,
  display_name    TEXT NOT NULL,
  given_name      TEXT NOT NULL,
  family_name     TEXT NOT NULL,
  email           TEXT NOT NULL,
  active          BOOLEAN NOT NULL,
  created_ms      BIGINT NOT NULL,
  modified_ms     BIGINT NOT NULL,
  UNIQUE (organization_id, user_key),
  UNIQUE (organization_id, account_id)
);

-- Teams that a directory keeps. team_id: of a team, which may have been deleted here since.
CREATE TABLE scim_groups (
  team_id      TEXT PRIMARY KEY,
  external_id  TEXT NOT NULL,
  display_name TEXT NOT NULL,
  modified_ms  BIGINT NOT NULL
);
