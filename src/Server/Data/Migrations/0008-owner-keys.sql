-- Keys for what an organization or an account keeps secret, wrapped as data_keys are. owner_id: an organization's or an account's id.
CREATE TABLE owner_keys (
  owner_id      TEXT PRIMARY KEY,
  wrapped       BYTEA NOT NULL,
  master_key_id TEXT NOT NULL
);

CREATE INDEX owner_keys_by_master_key ON owner_keys (master_key_id);
