-- owner_id: an organization's or a stack's id. key_owner_id: the organization under whose key the secret was encrypted; a stack may move.
-- filters and event_groups are words between spaces; both empty is everything.
CREATE TABLE webhooks (
  id           TEXT PRIMARY KEY,
  owner_id     TEXT NOT NULL,
  key_owner_id TEXT NOT NULL,
  name         TEXT NOT NULL,
  display_name TEXT NOT NULL,
  payload_url  TEXT NOT NULL,
  format       TEXT NOT NULL,
  active       BOOLEAN NOT NULL,
  filters      TEXT NOT NULL,
  event_groups TEXT NOT NULL,
  secret       BYTEA,
  created_ms   BIGINT NOT NULL,
  UNIQUE (owner_id, name)
);

-- What is to be sent, written together with what it tells of. A process that sends it holds it until leased_until_ms.
CREATE TABLE webhook_outbox (
  id              TEXT PRIMARY KEY,
  webhook_id      TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  kind            TEXT NOT NULL,
  payload         TEXT NOT NULL,
  attempts        BIGINT NOT NULL,
  due_ms          BIGINT NOT NULL,
  leased_until_ms BIGINT NOT NULL,
  created_ms      BIGINT NOT NULL
);

CREATE INDEX webhook_outbox_by_due ON webhook_outbox (due_ms);
CREATE INDEX webhook_outbox_by_webhook ON webhook_outbox (webhook_id);

-- Attempts to send, as they went.
CREATE TABLE webhook_deliveries (
  id               TEXT PRIMARY KEY,
  webhook_id       TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  event_id         TEXT NOT NULL,
  kind             TEXT NOT NULL,
  payload          TEXT NOT NULL,
  request_url      TEXT NOT NULL,
  request_headers  TEXT NOT NULL,
  response_code    BIGINT NOT NULL,
  response_headers TEXT NOT NULL,
  response_body    TEXT NOT NULL,
  duration_ms      BIGINT NOT NULL,
  created_ms       BIGINT NOT NULL
);

CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, created_ms);
