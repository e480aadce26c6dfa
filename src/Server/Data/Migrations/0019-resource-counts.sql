-- How many resources an organization had at the end of each hour in which the service ran. hour: hours since 1970.
CREATE TABLE resource_counts (
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  hour            BIGINT NOT NULL,
  resources       BIGINT NOT NULL,
  PRIMARY KEY (organization_id, hour)
);
