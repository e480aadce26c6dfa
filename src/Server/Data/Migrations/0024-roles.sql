-- Counts the changes of an organization's roles, so that a server knows when those that it remembers are old; 0: it never had one.
ALTER TABLE organizations ADD COLUMN roles_version BIGINT NOT NULL DEFAULT 0;

CREATE INDEX memberships_by_role ON memberships (role_id);
CREATE INDEX team_roles_by_role ON team_roles (role_id);
