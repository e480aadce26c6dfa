-- The address that an account has proven to be its own; another one in accounts.email_key is not proven.
ALTER TABLE accounts ADD COLUMN verified_email_key TEXT;

-- proven_ms: when this session last gave a password or a factor. factor: whether a second one, or a passkey, was among them.
ALTER TABLE sessions ADD COLUMN proven_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN factor BOOLEAN NOT NULL DEFAULT FALSE;

-- Links that let their holder do one thing, once. email: where it was sent; empty if somebody else passes it on.
CREATE TABLE account_links (
  secret_hash BYTEA PRIMARY KEY,
  account_id  TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  purpose     TEXT NOT NULL,
  email       TEXT NOT NULL,
  created_ms  BIGINT NOT NULL,
  expires_ms  BIGINT NOT NULL
);

CREATE INDEX account_links_by_account ON account_links (account_id, purpose);

-- seed: encrypted with the account's key. last_step: the newest time step whose code was accepted; no code counts twice.
CREATE TABLE totp_seeds (
  account_id   TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  seed         BYTEA NOT NULL,
  confirmed    BOOLEAN NOT NULL,
  last_step    BIGINT NOT NULL,
  created_ms   BIGINT NOT NULL,
  last_used_ms BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  code_hash  BYTEA NOT NULL,
  PRIMARY KEY (account_id, code_hash)
);

CREATE TABLE passkeys (
  id              TEXT PRIMARY KEY,
  account_id      TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  credential_id   BYTEA NOT NULL UNIQUE,
  public_key      BYTEA NOT NULL,
  name            TEXT NOT NULL,
  sign_count      BIGINT NOT NULL,
  transports      TEXT NOT NULL,
  user_verified   BOOLEAN NOT NULL,
  backup_eligible BOOLEAN NOT NULL,
  backed_up       BOOLEAN NOT NULL,
  attestation     BYTEA NOT NULL,
  client_data     BYTEA NOT NULL,
  created_ms      BIGINT NOT NULL,
  last_used_ms    BIGINT NOT NULL
);

CREATE INDEX passkeys_by_account ON passkeys (account_id, id);

-- What was answered once is not taken again, at whichever process.
CREATE TABLE spent_challenges (
  challenge_hash BYTEA PRIMARY KEY,
  expires_ms     BIGINT NOT NULL
);

-- Organizations whose members need a second factor.
CREATE TABLE factor_rules (
  organization_id TEXT PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
  since_ms        BIGINT NOT NULL
);
