// Statements of other systems that could not be mapped.

// ## set aside
UNWIND $rows AS row
MERGE (a:SetAside {id: row.id})
  ON CREATE SET a.at = row.at, a.body = row.body
SET a.reasonEn = row.en, a.reasonZh = row.zh

// ## asides
// Goes on with the conditions, and what follows them.
MATCH (a:SetAside)
WHERE true

// ## told aside
RETURN a.id, a.at, a.reasonEn, a.reasonZh, a.body
ORDER BY a.at, a.id
LIMIT $first

// ## discard
UNWIND $rows AS row
MATCH (a:SetAside {id: row.id})
DELETE a
