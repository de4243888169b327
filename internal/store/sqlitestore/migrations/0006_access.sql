-- Evidence knows the account that recorded it; earlier evidence has none.
ALTER TABLE evidence ADD COLUMN recorded_by TEXT NOT NULL DEFAULT '';

-- The departments of somebody's direct reports come from the index alone.
DROP INDEX employees_manager;
CREATE INDEX employees_manager ON employees (manager, org_unit);

-- The audit: where each chain of entries stands, the entries, and whom they are about.
CREATE TABLE journal_chains (
  id            TEXT    NOT NULL PRIMARY KEY,
  number        INTEGER NOT NULL, -- of the latest entry
  mac           TEXT    NOT NULL,
  seal          TEXT    NOT NULL,
  anchor_number INTEGER NOT NULL DEFAULT 0, -- of the latest entry that was dropped
  anchor_mac    TEXT    NOT NULL DEFAULT '',
  anchor_seal   TEXT    NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE TABLE journal_entries (
  chain   TEXT    NOT NULL,
  number  INTEGER NOT NULL, -- from 1
  at      INTEGER NOT NULL, -- microseconds since 1970, UTC
  account TEXT    NOT NULL,
  action  TEXT    NOT NULL,
  outcome TEXT    NOT NULL,
  body    TEXT    NOT NULL, -- JSON
  mac     TEXT    NOT NULL,
  PRIMARY KEY (chain, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX journal_entries_at ON journal_entries (at, chain, number);
CREATE INDEX journal_entries_account ON journal_entries (account, at);
CREATE TABLE journal_subjects (
  subject TEXT    NOT NULL, -- a random id
  chain   TEXT    NOT NULL,
  number  INTEGER NOT NULL,
  PRIMARY KEY (subject, chain, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX journal_subjects_entry ON journal_subjects (chain, number, subject);
