// Evidence, and the states that follow from it.

// ## lock and look up
// The people of a recording, the known ids, tombstones, and the existing points. Removing an absent
// property locks a node: what is read afterwards is read under that lock.
CALL () {
  MATCH (e:Employee)
  WHERE e.code IN $codes
  REMOVE e.lock
  WITH e
  RETURN collect([e.code, e.packedStates, COUNT { (e)-[:MASTERS]->() }]) AS people
}
CALL () {
  MATCH (v:Evidence)
  WHERE v.id IN $ids
  RETURN collect(v.id) AS known
}
CALL () {
  MATCH (d:DroppedEvidence)
  WHERE d.id IN $ids
  RETURN collect([d.id, head([(d)-[:OF]->(e) | e.code]), d.statementHash, d.retracted]) AS dropped
}
CALL () {
  MATCH (k:KnowledgePoint)
  WHERE k.code IN $points
  RETURN collect([k.code, k.ordinal]) AS points
}
RETURN people, known, points, dropped

// ## retract evidence
// Evidence of another person, or retracted before, gives no record.
UNWIND $rows AS row
MATCH (v:Evidence {id: row.id})
WITH row, v
MATCH (v)-[:OF]->(e:Employee {code: row.employee})
WHERE NOT coalesce(v.retracted, false)
SET v.retracted = true
WITH v, e

// ## match valid evidence
// The evidence of some people that is not retracted.
MATCH (e:Employee)
WHERE e.code IN $codes
WITH e
MATCH (v:Evidence)-[:OF]->(e)
WHERE NOT coalesce(v.retracted, false)
WITH v, e

// ## match evidence by id
// The evidence with some ids, also where an external edit has left it nobody's.
MATCH (v:Evidence)
WHERE v.id IN $ids
OPTIONAL MATCH (v)-[:OF]->(e:Employee)
WITH v, e

// ## return evidence
// Completes one of these, and the selection in evidence.go.
RETURN v.id, e.code, [(v)-[:ABOUT]->(k) | k.code], v.kind, v.score, v.attempts, v.durationMicros, v.item, v.difficulty, v.at, v.source, v.retracted, v.filled, v.statementHash, v.recordedBy

// ## put recorded evidence
// All new data of each person, with the packed states. Rows that may number thousands
// are lists: the server takes longer to read the keys of maps than to write their
// values. Evidence is created first: an external edit may have created a second
// MASTERS, which gives two rows. Each person gets the number of this write (moved.go).
MATCH (z:Zhitu {name: 'store'})
WITH (z.written + 1) * SPREAD AS moved
UNWIND range(0, size($rows) - 1) AS place
WITH moved + place AS moved, $rows[place] AS one
MATCH (e:Employee {code: one.code})
SET e.packedStates = one.packed, e.moved = moved
WITH e, one
CALL (e, one) {
  UNWIND one.states AS state
  MATCH (k:KnowledgePoint {code: state[0]})
  FOREACH (row IN state[4] | CREATE (k)<-[:ABOUT]-(:Evidence {PROPERTIES})-[:OF]->(e))
  MERGE (e)-[m:MASTERS]->(k)
  SET m.mastery = state[1], m.assessedAt = state[2], m.model = state[3]
}
CALL (e, one) {
  UNWIND one.evidence AS row
  CREATE (v:Evidence {PROPERTIES})-[:OF]->(e)
  WITH v, row
  UNWIND row[13] AS point
  MATCH (k:KnowledgePoint {code: point})
  CREATE (v)-[:ABOUT]->(k)
}
CALL (e, one) {
  UNWIND one.gone AS point
  MATCH (e)-[m:MASTERS]->(:KnowledgePoint {code: point})
  DELETE m
}

// ## evidence properties
// The properties of evidence from a row.
id: row[0], kind: row[1], score: row[2], at: row[3], attempts: row[4], durationMicros: row[5], item: row[6],
difficulty: row[7], source: row[8], retracted: row[9], filled: row[10], statementHash: row[11], recordedBy: row[12]

// ## delete evidence
UNWIND $rows AS row
MATCH (v:Evidence|DroppedEvidence)-[:OF]->(:Employee {code: row.code})
DETACH DELETE v

// ## drop evidence
// Makes tombstones of evidence from before a time: only the id, the hash of the statement
// and whether it was retracted stay.
UNWIND $rows AS row
MATCH (e:Employee {code: row.code})
MATCH (v:Evidence)-[:OF]->(e)
WHERE v.at < row.before
CALL (v) {
  MATCH (v)-[a:ABOUT]->()
  DELETE a
}
SET v = {id: v.id, statementHash: v.statementHash, retracted: v.retracted}
REMOVE v:Evidence
SET v:DroppedEvidence

// ## put tombstones
UNWIND $rows AS row
MATCH (e:Employee {code: row.code})
CREATE (:DroppedEvidence {id: row.id, statementHash: row.statementHash, retracted: row.retracted})-[:OF]->(e)

// ## put checkpoints
UNWIND $rows AS row
MATCH (e:Employee {code: row.code})
SET e.checkpoint = row.checkpoint

// ## return tombstones
// Completes a selection of employees or ids, or none.
MATCH (d:DroppedEvidence)-[:OF]->(e:Employee)
RETURN d.id, e.code, d.statementHash, d.retracted

// ## return checkpoints
// Completes a selection of employees, or none.
MATCH (e:Employee)
WHERE e.checkpoint IS NOT NULL
RETURN e.code, e.checkpoint

// ## select employees by code
MATCH (e:Employee)
WHERE e.code IN $employees
WITH e

// ## select tombstones by id
MATCH (d:DroppedEvidence)
WHERE d.id IN $ids
WITH d
