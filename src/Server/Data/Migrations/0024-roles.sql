-- Counts the changes of an organization's roles, so that a server knows when those that it remembers are old; 0: it never had one.
ALTER TABLE organizations ADD COLUMN roles_version BIGINT NOT NULL DEFAULT 0;

CREATE INDEX memberships_by_role ON memberships (role_id);
CREATE INDEX team_roles_by_role ON team_roles (role_id);

-- What members may do with every environment: 0 nothing, 1 read, 2 open, 3 write, 4 administer it. It followed what they may do with stacks.
ALTER TABLE organizations ADD COLUMN environment_permission BIGINT NOT NULL DEFAULT 3;

UPDATE organizations
SET environment_permission = CASE stack_permission WHEN 0 THEN 0 WHEN 101 THEN 1 WHEN 102 THEN 3 ELSE 4 END;

CREATE TABLE team_environments (
  team_id        TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
  permission     BIGINT NOT NULL,
  PRIMARY KEY (team_id, environment_id)
);

CREATE INDEX team_environments_by_environment ON team_environments (environment_id);
