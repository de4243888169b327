-- Small JSON documents, by kind and id.
CREATE TABLE documents (
  kind    TEXT    NOT NULL,
  id      TEXT    NOT NULL,
  version INTEGER NOT NULL, -- from 1
  at      INTEGER NOT NULL, -- microseconds since 1970, UTC
  body    TEXT    NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX documents_at ON documents (kind, at, id);

-- Statements that could not be mapped become documents.
INSERT INTO documents (kind, id, version, at, body)
SELECT 'unmapped_statement', id, 1, at,
  json_object('reason', json_object('en', reason_en, 'zh', reason_zh), 'statement', body)
FROM set_aside;
DROP TABLE set_aside;

-- The history has all records of a publication, and what takes them back. Earlier
-- publications are incomplete: they lack the second, and some the first.
ALTER TABLE change_sets ADD COLUMN author   TEXT    NOT NULL DEFAULT '';
ALTER TABLE change_sets ADD COLUMN reason   TEXT    NOT NULL DEFAULT '';
ALTER TABLE change_sets ADD COLUMN draft    TEXT    NOT NULL DEFAULT '';
ALTER TABLE change_sets ADD COLUMN records  INTEGER NOT NULL DEFAULT 0; -- in the changes; 0 where not counted
ALTER TABLE change_sets ADD COLUMN complete INTEGER NOT NULL DEFAULT 0; -- 0 or 1

-- The body of a change set whose JSON is long: gzip, in parts.
CREATE TABLE change_set_parts (
  revision INTEGER NOT NULL REFERENCES change_sets DEFERRABLE INITIALLY DEFERRED,
  place    INTEGER NOT NULL,
  data     BLOB    NOT NULL,
  PRIMARY KEY (revision, place)
) STRICT;

-- The store's revision, one row. A restored store may lack the change set that made it.
CREATE TABLE catalog_revision (revision INTEGER NOT NULL) STRICT;
INSERT INTO catalog_revision SELECT coalesce(max(revision), 0) FROM change_sets;

-- A log of the people whom each transaction has changed, deleted people too.
CREATE TABLE people_moves (
  number    INTEGER PRIMARY KEY,
  employees TEXT NOT NULL -- a JSON array of codes
) STRICT;
