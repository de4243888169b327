// Evidence, and what follows from it.

// ## learners
// Whom a recording is about, which ids are known, and which points are there.
CALL () {
  MATCH (e:Employee)
  WHERE e.code IN $codes
  RETURN collect([e.code, e.packedStates, COUNT { (e)-[:MASTERS]->() }]) AS people
}
CALL () {
  MATCH (v:Evidence)
  WHERE v.id IN $ids
  RETURN collect(v.id) AS known
}
CALL () {
  MATCH (k:KnowledgePoint)
  WHERE k.code IN $points
  RETURN collect([k.code, k.ordinal]) AS points
}
RETURN people, known, points

// ## retract
// What is somebody else's, or has been taken back before, gives no record.
UNWIND $rows AS row
MATCH (v:Evidence {id: row.id})
WITH row, v
MATCH (v)-[:OF]->(e:Employee {code: row.employee})
WHERE NOT coalesce(v.retracted, false)
SET v.retracted = true
WITH v, e

// ## kept
// What there is of some people that counts.
MATCH (e:Employee)
WHERE e.code IN $codes
WITH e
MATCH (v:Evidence)-[:OF]->(e)
WHERE NOT coalesce(v.retracted, false)
WITH v, e

// ## told
// Completes either of the two, and evidence as it is selected.
RETURN v.id, e.code, [(v)-[:ABOUT]->(k) | k.code], v.kind, v.score, v.attempts, v.durationMicros, v.item, v.difficulty, v.at, v.source, v.retracted

// ## put learned
// All that is new of each person, with the packed copy of the states.
UNWIND $rows AS one
MATCH (e:Employee {code: one.code})
SET e.packedStates = one.packed
WITH e, one
CALL (e, one) {
  UNWIND one.evidence AS row
  CREATE (v:Evidence {
    id: row.id, kind: row.kind, score: row.score, attempts: row.attempts, durationMicros: row.durationMicros, item: row.item,
    difficulty: row.difficulty, at: row.at, source: row.source, retracted: row.retracted
  })-[:OF]->(e)
  WITH v, row
  UNWIND row.points AS point
  MATCH (k:KnowledgePoint {code: point})
  CREATE (v)-[:ABOUT]->(k)
}
CALL (e, one) {
  UNWIND one.states AS row
  MATCH (k:KnowledgePoint {code: row.point})
  MERGE (e)-[m:MASTERS]->(k)
  SET m.mastery = row.mastery, m.assessedAt = row.at, m.model = row.model
}
CALL (e, one) {
  UNWIND one.gone AS point
  MATCH (e)-[m:MASTERS]->(:KnowledgePoint {code: point})
  DELETE m
}

// ## delete evidence
UNWIND $rows AS row
MATCH (v:Evidence)-[:OF]->(:Employee {code: row.code})
DETACH DELETE v
