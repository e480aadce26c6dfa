-- Stacks, their tags and former names; keys of their secrets; the versions of their state; updates with what they have sent.
-- JSON columns are TEXT: the server reads them whole or not at all. A *_id column without REFERENCES may outlive what it names.

CREATE TABLE stacks (
  id                TEXT PRIMARY KEY,
  organization_id   TEXT NOT NULL REFERENCES organizations (id),
  project           TEXT NOT NULL,
  name              TEXT NOT NULL,
  version           BIGINT NOT NULL,
  config            TEXT,
  running_update_id TEXT,
  latest_update_id  TEXT,
  last_update_ms    BIGINT NOT NULL,
  resource_count    BIGINT NOT NULL,
  created_ms        BIGINT NOT NULL,
  deleted_ms        BIGINT NOT NULL
);

-- A deleted stack keeps its name without holding it.
CREATE UNIQUE INDEX stacks_by_name ON stacks (organization_id, project, name) WHERE deleted_ms = 0;

CREATE TABLE stack_tags (
  stack_id TEXT NOT NULL REFERENCES stacks (id) ON DELETE CASCADE,
  name     TEXT NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (stack_id, name)
);

CREATE INDEX stack_tags_by_name ON stack_tags (name, value);

-- States and configuration files name the stack whose key decrypts them: an old name goes on meaning it.
CREATE TABLE stack_former_names (
  organization_id TEXT NOT NULL,
  project         TEXT NOT NULL,
  name            TEXT NOT NULL,
  stack_id        TEXT NOT NULL REFERENCES stacks (id) ON DELETE CASCADE,
  until_ms        BIGINT NOT NULL,
  PRIMARY KEY (organization_id, project, name, stack_id)
);

CREATE TABLE master_keys (
  id         TEXT PRIMARY KEY,
  canary     BYTEA NOT NULL,
  created_ms BIGINT NOT NULL
);

CREATE TABLE stack_keys (
  stack_id      TEXT PRIMARY KEY REFERENCES stacks (id) ON DELETE CASCADE,
  wrapped       BYTEA NOT NULL,
  master_key_id TEXT NOT NULL
);

CREATE INDEX stack_keys_by_master_key ON stack_keys (master_key_id);

-- A state of a stack as an update left it. newer_id: its parts are the difference that makes it out of that state.
CREATE TABLE states (
  id              TEXT PRIMARY KEY,
  stack_id        TEXT NOT NULL REFERENCES stacks (id) ON DELETE CASCADE,
  version         BIGINT NOT NULL,
  newer_id        TEXT,
  size            BIGINT NOT NULL,
  stored_size     BIGINT NOT NULL,
  resource_count  BIGINT NOT NULL,
  integrity_error TEXT,
  created_ms      BIGINT NOT NULL,
  UNIQUE (stack_id, version)
);

-- Each part is a gzip member. Parts are written before the state that they belong to exists; a sweep removes those left behind.
CREATE TABLE state_parts (
  state_id TEXT NOT NULL,
  ordinal  BIGINT NOT NULL,
  body     BYTEA NOT NULL,
  PRIMARY KEY (state_id, ordinal)
);

CREATE TABLE updates (
  id                  TEXT PRIMARY KEY,
  stack_id            TEXT NOT NULL REFERENCES stacks (id) ON DELETE CASCADE,
  kind                TEXT NOT NULL,
  dry_run             BOOLEAN NOT NULL,
  status              TEXT NOT NULL,
  version             BIGINT NOT NULL,
  requested_by        TEXT NOT NULL,
  token_id            TEXT,
  base_state_id       TEXT,
  program             TEXT NOT NULL,
  config              TEXT NOT NULL,
  environment         TEXT NOT NULL,
  message             TEXT NOT NULL,
  journal_version     BIGINT NOT NULL,
  checkpoint_sequence BIGINT NOT NULL,
  lease_hash          BYTEA,
  lease_expires_ms    BIGINT NOT NULL,
  last_heard_ms       BIGINT NOT NULL,
  created_ms          BIGINT NOT NULL,
  started_ms          BIGINT NOT NULL,
  ended_ms            BIGINT NOT NULL,
  end_reason          TEXT NOT NULL,
  resource_changes    TEXT NOT NULL,
  resource_count      BIGINT NOT NULL
);

CREATE UNIQUE INDEX updates_by_version ON updates (stack_id, version) WHERE NOT dry_run AND version > 0;
CREATE INDEX updates_by_stack ON updates (stack_id, created_ms);
CREATE INDEX updates_running ON updates (lease_expires_ms) WHERE status = 'running';

-- What a running update has saved, as it came (gzip): journal batches or checkpoints. It is dropped once a state has been made of it.
CREATE TABLE update_log (
  update_id TEXT NOT NULL REFERENCES updates (id) ON DELETE CASCADE,
  ordinal   BIGINT NOT NULL,
  kind      TEXT NOT NULL,
  body      BYTEA NOT NULL,
  PRIMARY KEY (update_id, ordinal)
);

-- A batch of engine events as it came (gzip). A repeated batch has the same key.
CREATE TABLE update_events (
  update_id      TEXT NOT NULL REFERENCES updates (id) ON DELETE CASCADE,
  first_sequence BIGINT NOT NULL,
  last_sequence  BIGINT NOT NULL,
  body           BYTEA NOT NULL,
  PRIMARY KEY (update_id, first_sequence, last_sequence)
);

CREATE TABLE audit_events (
  id              TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL,
  event           TEXT NOT NULL,
  description     TEXT NOT NULL,
  account_id      TEXT NOT NULL,
  token_id        TEXT,
  stack_id        TEXT,
  address         TEXT NOT NULL,
  created_ms      BIGINT NOT NULL
);

CREATE INDEX audit_events_by_organization ON audit_events (organization_id, id);
