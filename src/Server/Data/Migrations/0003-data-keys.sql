-- Master keys follow each other: the one with the highest number is in use, and two processes cannot both make the first.
ALTER TABLE master_keys ADD COLUMN ordinal BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX master_keys_by_ordinal ON master_keys (ordinal);

-- Projects have keys as stacks do. owner_id: a stack's id, or an organization's id, a slash and the project.
DROP TABLE stack_keys;

CREATE TABLE data_keys (
  owner_id      TEXT PRIMARY KEY,
  wrapped       BYTEA NOT NULL,
  master_key_id TEXT NOT NULL
);

CREATE INDEX data_keys_by_master_key ON data_keys (master_key_id);
