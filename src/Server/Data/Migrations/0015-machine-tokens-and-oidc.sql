-- Identity providers whose tokens an organization takes.
CREATE TABLE oidc_issuers (
  id                 TEXT PRIMARY KEY,
  organization_id    TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name               TEXT NOT NULL,
  url                TEXT NOT NULL,
  issuer_name        TEXT NOT NULL,
  thumbprints        TEXT NOT NULL,
  max_expiration     BIGINT NOT NULL,
  jwks               TEXT,
  policy_id          TEXT NOT NULL UNIQUE,
  policies           TEXT NOT NULL,
  policy_version     BIGINT NOT NULL,
  policy_modified_ms BIGINT NOT NULL,
  created_ms         BIGINT NOT NULL,
  modified_ms        BIGINT NOT NULL,
  last_used_ms       BIGINT NOT NULL,
  UNIQUE (organization_id, issuer_name)
);

-- Tokens of issuers that have been exchanged: none is taken twice.
CREATE TABLE oidc_spent_tokens (
  issuer_id  TEXT NOT NULL REFERENCES oidc_issuers (id) ON DELETE CASCADE,
  token_hash BYTEA NOT NULL,
  expires_ms BIGINT NOT NULL,
  PRIMARY KEY (issuer_id, token_hash)
);

CREATE INDEX oidc_spent_tokens_by_expiry ON oidc_spent_tokens (expires_ms);

-- Accounts that nobody signs in to, to which the tokens of organizations and teams belong. purpose is what exchanged tokens share one by.
CREATE TABLE service_accounts (
  account_id      TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  team_id         TEXT REFERENCES teams (id) ON DELETE CASCADE,
  issuer_id       TEXT REFERENCES oidc_issuers (id) ON DELETE CASCADE,
  name            TEXT NOT NULL,
  purpose         TEXT NOT NULL UNIQUE,
  created_by      TEXT NOT NULL,
  created_ms      BIGINT NOT NULL
);

CREATE INDEX service_accounts_by_organization ON service_accounts (organization_id);

-- Names of tokens are given once, for ever.
CREATE TABLE token_names (
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name_key        TEXT NOT NULL,
  PRIMARY KEY (organization_id, name_key)
);

-- How long a token may still live that is used in an organization.
CREATE TABLE token_caps (
  organization_id TEXT PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
  max_days        BIGINT NOT NULL
);

ALTER TABLE access_tokens ADD COLUMN service_account_id TEXT REFERENCES service_accounts (account_id) ON DELETE CASCADE;
ALTER TABLE access_tokens ADD COLUMN issuer_id TEXT REFERENCES oidc_issuers (id) ON DELETE CASCADE;

CREATE INDEX access_tokens_by_service_account ON access_tokens (service_account_id);
CREATE INDEX access_tokens_by_issuer ON access_tokens (issuer_id);
