-- Entries say whom they are about themselves, and one table finds them by account and by
-- person. It is behind: see journal_index.go.
ALTER TABLE journal_entries ADD COLUMN subjects TEXT NOT NULL DEFAULT '[]'; -- JSON
UPDATE journal_entries AS e SET subjects = (
  SELECT json_group_array(subject) FROM (SELECT subject FROM journal_subjects s WHERE s.chain = e.chain AND s.number = e.number ORDER BY subject)
);
ALTER TABLE journal_chains ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0; -- the latest entry that the index has
CREATE TABLE journal_index (
  term   TEXT    NOT NULL, -- a: and an account, s: and a subject
  at     INTEGER NOT NULL,
  chain  TEXT    NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (term, at, chain, number)
) STRICT, WITHOUT ROWID;
DROP INDEX journal_entries_account;
DROP TABLE journal_subjects;
