-- Accounts that coding agents have made for themselves. claim_hash: whoever has that secret may take the account's organization over, once.
CREATE TABLE agent_accounts (
  account_id      TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  agent           TEXT NOT NULL,
  model           TEXT NOT NULL,
  challenge       TEXT NOT NULL UNIQUE,
  claim_hash      BYTEA NOT NULL UNIQUE,
  claim_until_ms  BIGINT NOT NULL,
  claimed_by      TEXT,
  created_ms      BIGINT NOT NULL
);
