// The packed states of people (packed_format.go), and the ordinals by which they name
// points.

// ## match new points
UNWIND $rows AS row
MATCH (k:KnowledgePoint {code: row.code})
WHERE k.ordinal IS NULL

// ## match points without ordinal
// They were created externally.
MATCH (k:KnowledgePoint)
WHERE k.ordinal IS NULL

// ## any point matched
RETURN count(k) > 0

// ## assign ordinals
// Completes either of the two. The store node has the counter of assigned ordinals: none
// is assigned twice.
WITH collect(k) AS points
MATCH (z:Zhitu {name: 'store'})
WITH z, points, z.ordinals AS given
SET z.ordinals = given + size(points)
WITH points, given
UNWIND range(0, size(points) - 1) AS i
WITH points[i] AS k, given + i AS ordinal
SET k.ordinal = ordinal

// ## load ordinals
MATCH (k:KnowledgePoint)
WHERE k.ordinal >= $from
RETURN collect([k.ordinal, k.code])

// ## load packed states
// Locks each employee, as in "lock and look up".
MATCH (e:Employee)
WHERE e.code IN $codes
REMOVE e.lock
WITH e
RETURN e.code, e.packedStates, COUNT { (e)-[:MASTERS]->() }

// ## load states
// The relationships and their packed states, and the people counter of the gate after.
CALL () {
  MATCH (e:Employee)
  WHERE e.code IN $codes
  RETURN collect([
    e.code, [(e)-[m:MASTERS]->(k) | [k.code, m.mastery, m.assessedAt, k.ordinal, m.model]], e.packedStates
  ]) AS people
}
MATCH (g:Zhitu {name: 'gate'})
RETURN people, g.people

// ## put packed states
UNWIND $rows AS row
MATCH (e:Employee {code: row.code})
SET e.packedStates = row.states
