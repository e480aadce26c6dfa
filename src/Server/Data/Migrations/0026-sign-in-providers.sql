-- The OpenID Connect provider where an organization's people sign in. domains: of e-mail addresses, with spaces between; empty for all.
CREATE TABLE sign_in_providers (
  organization_id TEXT PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
  issuer          TEXT NOT NULL,
  client_id       TEXT NOT NULL,
  client_secret   BYTEA NOT NULL,
  domains         TEXT NOT NULL,
  changed_ms      BIGINT NOT NULL
);
