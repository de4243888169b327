// Small JSON documents, by kind and id.

// ## stale documents
// Counts the documents that are not at the version that is to be replaced.
UNWIND $rows AS row
OPTIONAL MATCH (d:ZhituDocument {key: row.key})
WITH row, d
WHERE coalesce(d.version, 0) <> row.version
RETURN count(*)

// ## put documents
UNWIND $rows AS row
MERGE (d:ZhituDocument {key: row.key})
  ON CREATE SET d.kind = row.kind, d.id = row.id
SET d.version = row.version + 1, d.at = row.at, d.body = row.body

// ## delete documents
UNWIND $rows AS row
MATCH (d:ZhituDocument {key: row.key})
DELETE d

// ## documents
// Goes on with the conditions, and what follows them.
MATCH (d:ZhituDocument)
WHERE d.kind = $kind

// ## document
RETURN d.key, d.kind, d.id, d.version, d.at, d.body
ORDER BY d.at, d.id
LIMIT $first

// ## unmapped statements
// As earlier schemas kept them: see schema.go.
MATCH (a:SetAside)
WHERE a.id IS NOT NULL
WITH a LIMIT $most
RETURN a.id, a.at, a.reasonEn, a.reasonZh, a.body

// ## put unmapped statements
UNWIND $rows AS row
MERGE (d:ZhituDocument {key: row.key})
  ON CREATE SET d.kind = row.kind, d.id = row.id, d.version = 1, d.at = row.at, d.body = row.body
WITH count(d) AS documents
MATCH (a:SetAside)
WHERE a.id IN [row IN $rows | row.was]
DELETE a
