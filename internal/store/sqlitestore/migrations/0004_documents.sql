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
