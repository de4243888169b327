// The catalog: read whole, written in batches. A writing statement returns the number
// of rows whose nodes it found.

// ## load competencies
MATCH (c:Competency)
RETURN c.code, c.name, c.nameEn, c.description, [(p)-[:CONTAINS]->(c) | p.code], c:Learnable

// ## load points
MATCH (k:KnowledgePoint)
RETURN k.code, k.name, k.nameEn, k.kind, k.nature, k.minutes, k.difficulty, k.tags, k.description,
       [(c)-[:CONTAINS]->(k) | c.code], k:Learnable, k.ordinal

// ## load prerequisites
MATCH (d:Learnable)
RETURN d.code, [(d)<-[r:PREREQUISITE_OF]-(p) | [p.code, r.clause, r.strength, r.level, r.reason]]

// ## load related
MATCH (a:Learnable)-[:RELATED_TO]->(b)
RETURN a.code, b.code

// ## load positions
MATCH (p:Position)
RETURN p.code, p.name, p.nameEn, p.family, p.grade, p.description

// ## load requirements
MATCH (p:Position)
RETURN p.code, [(p)-[r:REQUIRES]->(t) | [t.code, r.level, r.weight, r.critical]]

// ## load resources
MATCH (r:Resource)
RETURN r.code, r.title, r.url, r.modality, r.minutes, r.language, [(r)-[t:TEACHES]->(k) | [t.place, k.code]]

// ## load levels
MATCH (l:ScaleLevel)
RETURN l.label, l.labelEn, l.digit, l.level

// ## put levels
UNWIND $rows AS row
MERGE (l:ScaleLevel {label: row.label})
SET l.labelEn = row.labelEn, l.digit = row.digit, l.level = row.level
RETURN count(*)

// ## delete levels
UNWIND $rows AS row
MATCH (l:ScaleLevel {label: row.label})
DETACH DELETE l

// ## put competencies
UNWIND $rows AS row
MERGE (c:Learnable {code: row.code})
SET c:Competency, c.name = row.name, c.nameEn = row.nameEn, c.description = row.description
RETURN count(*)

// ## put points
UNWIND $rows AS row
MERGE (k:Learnable {code: row.code})
SET k:KnowledgePoint, k.name = row.name, k.nameEn = row.nameEn, k.kind = row.kind, k.nature = row.nature,
    k.minutes = row.minutes, k.difficulty = row.difficulty, k.tags = row.tags, k.description = row.description
RETURN count(*)

// ## delete other parents
// Removes a competency or point from the competency that it no longer belongs to.
UNWIND $rows AS row
MATCH (n:Learnable {code: row.code})<-[r:CONTAINS]-(c)
WHERE row.competency IS NULL OR c.code <> row.competency
DELETE r

// ## delete parent
UNWIND $rows AS row
MATCH (:Record {code: row.code})<-[r:CONTAINS]-()
DELETE r

// ## put parent
UNWIND $rows AS row
MATCH (c:Competency {code: row.competency})
MATCH (n:Learnable {code: row.code})
MERGE (c)-[:CONTAINS]->(n)
RETURN count(*)

// ## put prerequisites
UNWIND $rows AS row
MATCH (p:Learnable {code: row.prerequisite})
MATCH (d:Learnable {code: row.dependent})
WITH row, p, d, head([(p)-[r:PREREQUISITE_OF]->(d) WHERE coalesce(r.clause, '') = coalesce(row.clause, '') | r]) AS old
FOREACH (new IN CASE WHEN old IS NULL THEN [row] ELSE [] END |
  CREATE (p)-[:PREREQUISITE_OF {clause: new.clause, strength: new.strength, level: new.level, reason: new.reason}]->(d))
SET old.strength = row.strength, old.level = row.level, old.reason = row.reason
RETURN count(*)

// ## delete prerequisites
UNWIND $rows AS row
MATCH (p:Learnable {code: row.prerequisite})-[r:PREREQUISITE_OF]->(d:Learnable {code: row.dependent})
WHERE coalesce(r.clause, '') = coalesce(row.clause, '')
DELETE r

// ## put related
UNWIND $rows AS row
MATCH (a:KnowledgePoint {code: row.a})
MATCH (b:KnowledgePoint {code: row.b})
MERGE (a)-[:RELATED_TO]->(b)
RETURN count(*)

// ## delete related
UNWIND $rows AS row
MATCH (:Learnable {code: row.a})-[r:RELATED_TO]-(:Learnable {code: row.b})
DELETE r

// ## put positions
UNWIND $rows AS row
MERGE (p:Position {code: row.code})
SET p.name = row.name, p.nameEn = row.nameEn, p.family = row.family, p.grade = row.grade, p.description = row.description
RETURN count(*)

// ## put requirements
UNWIND $rows AS row
MATCH (p:Position {code: row.position})
MATCH (t:Learnable {code: row.target})
MERGE (p)-[r:REQUIRES]->(t)
SET r.level = row.level, r.weight = row.weight, r.critical = row.critical
RETURN count(*)

// ## delete requirements
UNWIND $rows AS row
MATCH (:Position {code: row.position})-[r:REQUIRES]->(:Learnable {code: row.target})
DELETE r

// ## put resources
UNWIND $rows AS row
MERGE (r:Resource {code: row.code})
SET r.title = row.title, r.url = row.url, r.modality = row.modality, r.minutes = row.minutes, r.language = row.language
RETURN count(*)

// ## convert to point
// For a competency that is deleted and put as a point in the same change set.
UNWIND $rows AS row
MATCH (n:Competency {code: row.code})
REMOVE n:Competency
SET n:KnowledgePoint

// ## convert to competency
UNWIND $rows AS row
MATCH (n:KnowledgePoint {code: row.code})
REMOVE n:KnowledgePoint, n.ordinal, n.kind, n.nature, n.minutes, n.difficulty, n.tags
SET n:Competency

// ## count wrong references
// Relationships that refer to the former type of a converted record.
UNWIND $rows AS row
MATCH (n:Learnable {code: row.code})
WHERE n:KnowledgePoint AND EXISTS { (n)-[:CONTAINS]->() }
   OR n:Competency AND EXISTS { (n)<-[:MASTERS|TEACHES]-() }
   OR n:Competency AND EXISTS { (n)-[:RELATED_TO]-() }
RETURN count(*)
