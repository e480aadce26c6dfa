-- Who somebody is elsewhere. issuer: the provider's own address, which outlasts the name that a server's settings give it.
CREATE TABLE identities (
  issuer       TEXT NOT NULL,
  subject      TEXT NOT NULL,
  account_id   TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name         TEXT NOT NULL,
  created_ms   BIGINT NOT NULL,
  last_used_ms BIGINT NOT NULL,
  PRIMARY KEY (issuer, subject)
);

CREATE INDEX identities_by_account ON identities (account_id, created_ms);
