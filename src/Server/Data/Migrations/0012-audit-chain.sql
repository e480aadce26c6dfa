-- Each organization's events are a chain: a hash covers the event and the hash before it (AuditChain). ordinal 0: not chained yet.
-- login and token_name are what they were at the time; the account and the token may be renamed or gone.
ALTER TABLE audit_events ADD COLUMN ordinal BIGINT NOT NULL DEFAULT 0;
ALTER TABLE audit_events ADD COLUMN hash BYTEA;
ALTER TABLE audit_events ADD COLUMN login TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_events ADD COLUMN token_name TEXT;

CREATE UNIQUE INDEX audit_events_by_ordinal ON audit_events (organization_id, ordinal) WHERE ordinal > 0;
CREATE INDEX audit_events_unchained ON audit_events (organization_id, created_ms) WHERE ordinal = 0;

-- The last event of each chain. Whoever appends holds this row until the commit.
CREATE TABLE audit_heads (
  organization_id TEXT PRIMARY KEY,
  ordinal         BIGINT NOT NULL,
  hash            BYTEA NOT NULL
);

-- Where the events of an organization are sent. cursor_ordinal: the last one that has arrived.
CREATE TABLE audit_exports (
  organization_id TEXT PRIMARY KEY,
  enabled         BOOLEAN NOT NULL,
  kind            TEXT NOT NULL,
  target          TEXT NOT NULL,
  format          TEXT NOT NULL,
  secret          BYTEA,
  cursor_ordinal  BIGINT NOT NULL,
  leased_until_ms BIGINT NOT NULL,
  failures        BIGINT NOT NULL,
  last_ms         BIGINT NOT NULL,
  last_message    TEXT NOT NULL
);
