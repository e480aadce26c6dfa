-- Sign-in by an organization's own identity provider (SAML 2.0).
CREATE TABLE saml_organizations (
  organization_id TEXT PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
  metadata        TEXT NOT NULL,
  admin_id        TEXT,
  idp_initiated   BOOLEAN NOT NULL,
  bound_tokens    BOOLEAN NOT NULL,
  changed_ms      BIGINT NOT NULL
);

-- Who an identity provider's NameID is. session_until_ms: how long its last sign-in is good.
CREATE TABLE saml_identities (
  organization_id  TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name_id          TEXT NOT NULL,
  account_id       TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  created_ms       BIGINT NOT NULL,
  session_until_ms BIGINT NOT NULL,
  PRIMARY KEY (organization_id, name_id),
  UNIQUE (organization_id, account_id)
);

-- A sign-in under way: asked for by the browser that has the cookie, answered once, then taken up by code. identity: JSON of what was vouched for.
CREATE TABLE saml_sign_ins (
  id              TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  browser_hash    BYTEA,
  relay_state     TEXT NOT NULL,
  return_path     TEXT NOT NULL,
  test_of         TEXT,
  code_hash       BYTEA UNIQUE,
  identity        TEXT,
  expires_ms      BIGINT NOT NULL
);

CREATE INDEX saml_sign_ins_by_end ON saml_sign_ins (expires_ms);

-- Assertions that were taken, as long as they could be sent again.
CREATE TABLE saml_assertions (
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  assertion_id    TEXT NOT NULL,
  expires_ms      BIGINT NOT NULL,
  PRIMARY KEY (organization_id, assertion_id)
);

-- Accounts that an organization has made for its people, and may take from them. user_key: the name by which it knows the person, in lower case.
CREATE TABLE managed_accounts (
  account_id      TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  user_key        TEXT NOT NULL,
  UNIQUE (organization_id, user_key)
);
