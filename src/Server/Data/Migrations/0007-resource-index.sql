-- What the newest state of each stack holds, for lists, graphs and search. It is made in the background from finished states, and can be made anew.

-- The states that the index has yet to take in.
CREATE TABLE states_to_index (
  state_id TEXT PRIMARY KEY,
  stack_id TEXT NOT NULL,
  version  BIGINT NOT NULL
);

INSERT INTO states_to_index (state_id, stack_id, version)
  SELECT id, stack_id, version FROM states s WHERE version = (SELECT MAX(version) FROM states n WHERE n.stack_id = s.stack_id);

-- Which state the rows of a stack are of: those of another are being written or removed.
CREATE TABLE stack_index (
  stack_id   TEXT PRIMARY KEY REFERENCES stacks (id) ON DELETE CASCADE,
  state_id   TEXT NOT NULL,
  version    BIGINT NOT NULL,
  has_readme BOOLEAN NOT NULL
);

-- dependencies: ordinals between commas, ",3,17,". start and length: where the resource stands in the text of the state.
CREATE TABLE resources (
  state_id     TEXT NOT NULL,
  ordinal      BIGINT NOT NULL,
  stack_id     TEXT NOT NULL REFERENCES stacks (id) ON DELETE CASCADE,
  urn          TEXT NOT NULL,
  type         TEXT NOT NULL,
  name         TEXT NOT NULL,
  package      TEXT NOT NULL,
  physical_id  TEXT NOT NULL,
  parent       TEXT NOT NULL,
  provider     TEXT NOT NULL,
  custom       BOOLEAN NOT NULL,
  protect      BOOLEAN NOT NULL,
  external     BOOLEAN NOT NULL,
  is_deleted   BOOLEAN NOT NULL,
  created_ms   BIGINT NOT NULL,
  modified_ms  BIGINT NOT NULL,
  dependencies TEXT NOT NULL,
  start        BIGINT NOT NULL,
  length       BIGINT NOT NULL,
  digest       BIGINT NOT NULL,
  PRIMARY KEY (state_id, ordinal)
);

CREATE INDEX resources_by_urn ON resources (state_id, urn);
CREATE INDEX resources_by_parent ON resources (state_id, parent);
CREATE INDEX resources_by_type ON resources (type, physical_id);

-- What search finds of the properties, secrets left out: a line "path=value" for each, in lower case, between line feeds.
CREATE TABLE resource_properties (
  state_id TEXT NOT NULL,
  ordinal  BIGINT NOT NULL,
  stack_id TEXT NOT NULL REFERENCES stacks (id) ON DELETE CASCADE,
  lines    TEXT NOT NULL,
  PRIMARY KEY (state_id, ordinal)
);

-- When a resource came, changed and went. urn_end: its URN without the names of stack and project, which a rename changes.
CREATE TABLE resource_changes (
  stack_id TEXT NOT NULL REFERENCES stacks (id) ON DELETE CASCADE,
  urn_end  TEXT NOT NULL,
  version  BIGINT NOT NULL,
  change   TEXT NOT NULL,
  PRIMARY KEY (stack_id, urn_end, version)
);

CREATE INDEX audit_events_by_stack ON audit_events (stack_id, created_ms);
