-- How an update ends is decided in one step; what it has saved becomes a state in the next. ends_as is what it will be after both.

ALTER TABLE updates ADD COLUMN ends_as TEXT NOT NULL DEFAULT '';
ALTER TABLE updates ADD COLUMN client TEXT NOT NULL DEFAULT '';

CREATE INDEX updates_ending ON updates (id) WHERE status = 'ending';
CREATE INDEX updates_not_started ON updates (created_ms) WHERE status = 'not started';

-- A reader must not pass a batch by that is still under way; after a while it must.
ALTER TABLE update_events ADD COLUMN received_ms BIGINT NOT NULL DEFAULT 0;

-- The lines of clients that log instead of sending events.
CREATE TABLE update_lines (
  update_id TEXT NOT NULL REFERENCES updates (id) ON DELETE CASCADE,
  ordinal   BIGINT NOT NULL,
  kind      TEXT NOT NULL,
  fields    TEXT NOT NULL,
  PRIMARY KEY (update_id, ordinal)
);
