-- Statements of other systems that could not be mapped, as they were sent.
CREATE TABLE set_aside (
  id        TEXT PRIMARY KEY,
  at        INTEGER NOT NULL, -- microseconds since 1970, UTC
  reason_en TEXT    NOT NULL,
  reason_zh TEXT    NOT NULL,
  body      TEXT    NOT NULL
) STRICT;
CREATE INDEX set_aside_at ON set_aside (at, id);
