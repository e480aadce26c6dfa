-- What members may do without being told by name: 0 nothing, 101 read, 102 write, 103 administer each stack.
ALTER TABLE organizations ADD COLUMN stack_permission BIGINT NOT NULL DEFAULT 102;
ALTER TABLE organizations ADD COLUMN members_create_stacks BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE organizations ADD COLUMN members_delete_stacks BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE organizations ADD COLUMN members_transfer_stacks BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE organizations ADD COLUMN members_create_teams BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE organizations ADD COLUMN default_role_id TEXT;

-- role_id: a custom role in place of what the organization gives its members.
ALTER TABLE memberships ADD COLUMN role_id TEXT;
ALTER TABLE memberships ADD COLUMN created_ms BIGINT NOT NULL DEFAULT 0;
CREATE INDEX memberships_by_organization ON memberships (organization_id);

UPDATE memberships SET created_ms = (SELECT o.created_ms FROM organizations o WHERE o.id = memberships.organization_id);

-- What somebody may do to one stack; 104: because he made it.
CREATE TABLE stack_grants (
  stack_id   TEXT NOT NULL REFERENCES stacks (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  permission BIGINT NOT NULL,
  created_ms BIGINT NOT NULL,
  PRIMARY KEY (stack_id, account_id)
);

CREATE INDEX stack_grants_by_account ON stack_grants (account_id);

INSERT INTO stack_grants (stack_id, account_id, permission, created_ms)
SELECT s.id, MIN(e.account_id), 104, MIN(e.created_ms)
FROM audit_events e JOIN stacks s ON s.id = e.stack_id JOIN accounts a ON a.id = e.account_id
WHERE e.event = 'stack-created' GROUP BY s.id;

CREATE TABLE roles (
  id              TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name            TEXT NOT NULL,
  name_key        TEXT NOT NULL,
  description     TEXT NOT NULL,
  resource_type   TEXT NOT NULL,
  ux_purpose      TEXT NOT NULL,
  details         TEXT NOT NULL,
  version         BIGINT NOT NULL,
  created_ms      BIGINT NOT NULL,
  modified_ms     BIGINT NOT NULL,
  UNIQUE (organization_id, name_key)
);

CREATE TABLE teams (
  id              TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name            TEXT NOT NULL,
  name_key        TEXT NOT NULL,
  display_name    TEXT NOT NULL,
  description     TEXT NOT NULL,
  kind            TEXT NOT NULL,
  created_ms      BIGINT NOT NULL,
  UNIQUE (organization_id, name_key)
);

CREATE TABLE team_members (
  team_id    TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  admin      BOOLEAN NOT NULL,
  created_ms BIGINT NOT NULL,
  PRIMARY KEY (team_id, account_id)
);

CREATE INDEX team_members_by_account ON team_members (account_id);

CREATE TABLE team_stacks (
  team_id    TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  stack_id   TEXT NOT NULL REFERENCES stacks (id) ON DELETE CASCADE,
  permission BIGINT NOT NULL,
  PRIMARY KEY (team_id, stack_id)
);

CREATE INDEX team_stacks_by_stack ON team_stacks (stack_id);

CREATE TABLE team_roles (
  team_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
  PRIMARY KEY (team_id, role_id)
);

-- Whoever has the secret of an invitation may join once. email is where it was sent; empty for a link.
CREATE TABLE invites (
  id              TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  email           TEXT NOT NULL,
  role            TEXT NOT NULL,
  role_id         TEXT,
  secret_hash     BYTEA NOT NULL UNIQUE,
  invited_by      TEXT NOT NULL,
  created_ms      BIGINT NOT NULL,
  expires_ms      BIGINT NOT NULL,
  ended_ms        BIGINT NOT NULL,
  accepted_by     TEXT
);

CREATE INDEX invites_by_organization ON invites (organization_id, id);
