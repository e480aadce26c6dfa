-- When an update that was made elsewhere was put into the history here, by whom requested_by says; 0 for those of this store.

ALTER TABLE updates ADD COLUMN imported_ms BIGINT NOT NULL DEFAULT 0;
