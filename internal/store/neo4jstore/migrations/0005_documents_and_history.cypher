// Small JSON documents, by kind and id; the statements that could not be mapped become
// such documents by what follows (see schema.go).
CREATE CONSTRAINT zhitu_document_key IF NOT EXISTS FOR (n:ZhituDocument) REQUIRE n.key IS UNIQUE;
CREATE INDEX zhitu_document_kind_at IF NOT EXISTS FOR (n:ZhituDocument) ON (n.kind, n.at);
DROP CONSTRAINT zhitu_set_aside_id IF EXISTS;
DROP INDEX zhitu_set_aside_at IF EXISTS;

// Change sets get authors, reasons, drafts and inverses from now on. Earlier ones lack
// the property complete, and are not.
