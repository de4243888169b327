-- Tombstones: the ids of evidence that was dropped stay known.
CREATE TABLE dropped_evidence (
  id             TEXT NOT NULL PRIMARY KEY,
  employee       TEXT NOT NULL REFERENCES employees DEFERRABLE INITIALLY DEFERRED,
  statement_hash TEXT NOT NULL,
  retracted      INTEGER NOT NULL -- 0 or 1
) STRICT, WITHOUT ROWID;
CREATE INDEX dropped_evidence_employee ON dropped_evidence (employee, id);

-- What the dropped evidence of a person gave, as the fold wrote it.
CREATE TABLE checkpoints (
  employee TEXT NOT NULL PRIMARY KEY REFERENCES employees DEFERRABLE INITIALLY DEFERRED,
  body     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
