-- Evidence knows which fields its sender left to us, and the hash of its statement.
ALTER TABLE evidence ADD COLUMN filled         INTEGER NOT NULL DEFAULT 0; -- bits: 1 at, 2 source
ALTER TABLE evidence ADD COLUMN statement_hash TEXT    NOT NULL DEFAULT '';

-- States that follow from evidence lack what was held until the evidence is replayed.
INSERT INTO documents (kind, id, version, at, body)
SELECT 'replay', 'held', 1, 0, '{}' WHERE EXISTS (SELECT 1 FROM mastery WHERE model IS NOT NULL);

-- The named levels of the catalog's scale, none where it is the default one.
CREATE TABLE levels (
  label    TEXT NOT NULL PRIMARY KEY,
  label_en TEXT NOT NULL,
  digit    INTEGER,
  level    REAL NOT NULL
) STRICT;

-- The search keys of people are written again, with pinyin: see goMigrations.
