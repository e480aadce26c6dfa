-- What an interrupted update was doing to a resource (creating, updating, deleting, ...); empty if nothing.
ALTER TABLE resources ADD COLUMN pending TEXT NOT NULL DEFAULT '';
