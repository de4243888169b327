// Small JSON documents, by kind and id; the statements that could not be mapped become
// such documents by what follows (see schema.go).
CREATE CONSTRAINT zhitu_document_key IF NOT EXISTS FOR (n:ZhituDocument) REQUIRE n.key IS UNIQUE;
CREATE INDEX zhitu_document_kind_at IF NOT EXISTS FOR (n:ZhituDocument) ON (n.kind, n.at);
DROP CONSTRAINT zhitu_set_aside_id IF EXISTS;
DROP INDEX zhitu_set_aside_at IF EXISTS;

// Change sets get authors, reasons, drafts and inverses from now on. Earlier ones lack
// the property complete, and are not.

// Who has changed since: numbers on employees, and on what stays of deleted ones. No write
// is in doubt.
CREATE INDEX zhitu_employee_moved IF NOT EXISTS FOR (n:Employee) ON (n.moved);
CREATE CONSTRAINT zhitu_deleted_employee_code IF NOT EXISTS FOR (n:DeletedEmployee) REQUIRE n.code IS UNIQUE;
CREATE INDEX zhitu_deleted_employee_moved IF NOT EXISTS FOR (n:DeletedEmployee) ON (n.moved);
MATCH (g:Zhitu {name: 'gate'})
SET g.lock = true
WITH g
SET g.doubtFrom = coalesce(g.doubtFrom, 0), g.doubtUntil = coalesce(g.doubtUntil, datetime({epochSeconds: 0}));
