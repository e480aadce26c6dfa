-- What a token leaves out of what its account may do.
ALTER TABLE access_tokens ADD COLUMN read_only BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE access_tokens ADD COLUMN no_decrypt BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE access_tokens ADD COLUMN only_stack_id TEXT REFERENCES stacks (id) ON DELETE CASCADE;
ALTER TABLE access_tokens ADD COLUMN only_organization_id TEXT REFERENCES organizations (id) ON DELETE CASCADE;

-- The secret before the last rotation, good until then.
ALTER TABLE access_tokens ADD COLUMN previous_hash BYTEA;
ALTER TABLE access_tokens ADD COLUMN previous_until_ms BIGINT NOT NULL DEFAULT 0;

CREATE UNIQUE INDEX access_tokens_by_previous_hash ON access_tokens (previous_hash);

ALTER TABLE access_tokens ADD COLUMN last_address TEXT NOT NULL DEFAULT '';
ALTER TABLE access_tokens ADD COLUMN last_client TEXT NOT NULL DEFAULT '';

-- Where a token has been used from.
CREATE TABLE token_addresses (
  token_id TEXT NOT NULL REFERENCES access_tokens (id) ON DELETE CASCADE,
  address  TEXT NOT NULL,
  first_ms BIGINT NOT NULL,
  PRIMARY KEY (token_id, address)
);
