CREATE TABLE environments (
  id                 TEXT PRIMARY KEY,
  organization_id    TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  project            TEXT NOT NULL,
  name               TEXT NOT NULL,
  owner_id           TEXT NOT NULL,
  latest             BIGINT NOT NULL,
  deletion_protected BOOLEAN NOT NULL,
  created_ms         BIGINT NOT NULL,
  modified_ms        BIGINT NOT NULL,
  deleted_ms         BIGINT NOT NULL
);

CREATE UNIQUE INDEX environments_by_name ON environments (organization_id, project, name) WHERE deleted_ms = 0;
CREATE INDEX environments_deleted ON environments (organization_id, deleted_ms) WHERE deleted_ms > 0;

-- definition: YAML, its secrets as ciphertext. retracted_ms: 0 unless it was withdrawn in favour of replacement.
CREATE TABLE environment_revisions (
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  number         BIGINT NOT NULL,
  definition     TEXT NOT NULL,
  account_id     TEXT NOT NULL,
  created_ms     BIGINT NOT NULL,
  retracted_ms   BIGINT NOT NULL,
  retracted_by   TEXT,
  replacement    BIGINT,
  reason         TEXT,
  PRIMARY KEY (environment_id, number)
);

CREATE TABLE environment_revision_tags (
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  name           TEXT NOT NULL,
  revision       BIGINT NOT NULL,
  account_id     TEXT NOT NULL,
  created_ms     BIGINT NOT NULL,
  modified_ms    BIGINT NOT NULL,
  PRIMARY KEY (environment_id, name)
);

CREATE TABLE environment_tags (
  id             TEXT NOT NULL,
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  name           TEXT NOT NULL,
  value          TEXT NOT NULL,
  account_id     TEXT NOT NULL,
  created_ms     BIGINT NOT NULL,
  modified_ms    BIGINT NOT NULL,
  PRIMARY KEY (environment_id, name)
);

-- What the newest revision imports.
CREATE TABLE environment_imports (
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  project        TEXT NOT NULL,
  name           TEXT NOT NULL,
  version        TEXT NOT NULL,
  PRIMARY KEY (environment_id, project, name, version)
);

CREATE INDEX environment_imports_by_name ON environment_imports (project, name);

-- Opened environments: what they evaluated to, encrypted. environment_id is null for a definition that is stored nowhere.
CREATE TABLE environment_sessions (
  id              TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  environment_id  TEXT,
  account_id      TEXT NOT NULL,
  content         BYTEA NOT NULL,
  expires_ms      BIGINT NOT NULL
);

CREATE INDEX environment_sessions_by_expiry ON environment_sessions (expires_ms);
