-- What the mastery model knows, as 8-byte floating-point numbers, the low byte
-- first; NULL for nothing.
ALTER TABLE mastery ADD COLUMN model BLOB;

CREATE TABLE evidence (
  id         TEXT PRIMARY KEY,
  employee   TEXT    NOT NULL REFERENCES employees DEFERRABLE INITIALLY DEFERRED,
  at         INTEGER NOT NULL, -- microseconds since 1970, UTC
  kind       TEXT    NOT NULL,
  score      REAL    NOT NULL,
  attempts   INTEGER NOT NULL,
  duration   INTEGER NOT NULL, -- microseconds
  item       TEXT    NOT NULL,
  difficulty REAL,
  source     TEXT    NOT NULL,
  retracted  INTEGER NOT NULL  -- 0 or 1
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_employee ON evidence (employee, at, id);

CREATE TABLE evidence_points (
  evidence        TEXT    NOT NULL REFERENCES evidence         DEFERRABLE INITIALLY DEFERRED,
  place           INTEGER NOT NULL,
  knowledge_point TEXT    NOT NULL REFERENCES knowledge_points DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (evidence, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_points_knowledge_point ON evidence_points (knowledge_point);
