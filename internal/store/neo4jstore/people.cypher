// People, departments and mastery states.

// ## load units
MATCH (u:OrgUnit)
RETURN u.code, u.name, [(u)-[:PART_OF]->(p) | p.code]

// ## load people
// Everything about the people in $codes, completed by one of the two statements that
// follow. The read is consistent if both values of the gate's counter are the same even
// number. The second read needs its own variable, because Neo4j caches the properties of a
// variable. Without the hints, Neo4j would look at everyone where there were few people when
// it planned this.
MATCH (g:Zhitu {name: 'gate'})
WITH g.people AS before
MATCH (z:Zhitu {name: 'store'})
WITH before, z.revision AS revision
CALL () {
  MATCH (e:Employee)
  USING INDEX SEEK e:Employee(code)
  WHERE e.code IN $codes
  RETURN collect([
    e.code, e.name, e.modalities, [(e)-[:MEMBER_OF]->(u) | u.code], [(e)-[:HOLDS]->(p) | p.code],
    [(e)-[:REPORTS_TO]->(m) | m.code], [(e)-[t:TARGETS]->(p) | [t.place, p.code]],
    CASE WHEN $states THEN [e.packedStates, COUNT { (e)-[:MASTERS]->() }] ELSE [] END
  ]) AS people
}
CALL () {
  MATCH (x:Employee)-[:REPORTS_TO]->(e:Employee)
  USING INDEX SEEK x:Employee(code)
  WHERE x.code IN $codes
  WITH DISTINCT e
  RETURN collect([
    e.code, e.name, e.modalities, [(e)-[:MEMBER_OF]->(u) | u.code], [(e)-[:HOLDS]->(p) | p.code],
    [(e)-[:REPORTS_TO]->(m) | m.code], [(e)-[t:TARGETS]->(p) | [t.place, p.code]], []
  ]) AS managers
}
UNITS
MATCH (h:Zhitu {name: 'gate'})
RETURN before, revision, people, managers, units, h.people, above, departments

// ## load units of people
// Their departments with those above.
CALL () {
  MATCH (x:Employee)-[:MEMBER_OF]->()-[:PART_OF*0..]->(u:OrgUnit)
  USING INDEX SEEK x:Employee(code)
  WHERE x.code IN $codes
  WITH DISTINCT u
  WITH collect([u.code, u.name, [(u)-[:PART_OF]->(p) | p.code]]) AS units
  RETURN units, [] AS above, [] AS departments
}

// ## load units and lines of people
// Everyone above them; their departments, those of their managers, and those of the
// direct reports of both, with the departments above.
CALL () {
  MATCH (x:Employee)-[:REPORTS_TO*0..]->(e:Employee)
  USING INDEX SEEK x:Employee(code)
  WHERE x.code IN $codes
  WITH DISTINCT e
  RETURN collect([e.code, [(e)-[:REPORTS_TO]->(m) | m.code]]) AS above
}
CALL () {
  MATCH (x:Employee)-[:REPORTS_TO*0..1]->(e:Employee)
  USING INDEX SEEK x:Employee(code)
  WHERE x.code IN $codes
  WITH DISTINCT e
  MATCH (e)<-[r:REPORTS_TO*0..1]-(:Employee)-[:MEMBER_OF]->(d:OrgUnit)
  WITH DISTINCT e, size(r) AS steps, d
  RETURN collect([e.code, steps, d.code]) AS departments, collect(DISTINCT d) AS lowest
}
CALL (lowest) {
  UNWIND lowest AS d
  MATCH (d)-[:PART_OF*0..]->(u:OrgUnit)
  WITH DISTINCT u
  RETURN collect([u.code, u.name, [(u)-[:PART_OF]->(p) | p.code]]) AS units
}

// ## lock people
// Removing a property locks a node, whether it has the property or not.
MATCH (e:Employee)
USING INDEX SEEK e:Employee(code)
WHERE e.code IN $codes
REMOVE e.lock

// ## load employee codes
MATCH (e:Employee)
RETURN collect([e.code])

// ## select employee page
// The index compares and yields codes in code-point order. Without it Neo4j compares and
// sorts by UTF-16, and it would choose to, where there were few people when it planned
// this: hence the hint.
MATCH (g:Zhitu {name: 'gate'})
WITH g.people AS before
CALL () { MATCH (e:Employee) RETURN count(e) AS total }
CALL () {
  MATCH (e:Employee)
  USING INDEX e:Employee(code)
  WHERE e.code > $after
  WITH e.code AS code
  ORDER BY code
  LIMIT $most
  RETURN collect(code) AS codes
}
RETURN before, [codes], total

// ## select employees
// Completed by subqueries, each of which returns a list of codes: see selection.go.
MATCH (g:Zhitu {name: 'gate'})
WITH g.people AS before
SUBQUERIES
RETURN before, [LISTS]

// ## load search keys
MATCH (e:Employee)
RETURN e.code, e.name, e.search

// ## put search keys
UNWIND $rows AS row
MATCH (e:Employee {code: row.code})
WHERE e.name = row.name
SET e.search = row.search

// ## put units
UNWIND $rows AS row
MERGE (u:OrgUnit {code: row.code})
SET u.name = coalesce(row.name, u.name)
RETURN count(u.name)

// ## put employees
// A value that a row leaves out stays. An employee without a name is not counted.
UNWIND $rows AS row
MERGE (e:Employee {code: row.code})
SET e.name = coalesce(row.name, e.name), e.search = coalesce(row.search, e.search),
    e.modalities = coalesce(row.modalities, e.modalities)
RETURN count(e.name)

// ## clear units
// For a unit that is deleted and put in the same change set: only the code stays.
UNWIND $rows AS row
MATCH (u:OrgUnit {code: row.code})
REMOVE u.name

// ## clear employees
UNWIND $rows AS row
MATCH (e:Employee {code: row.code})
REMOVE e.name, e.search, e.modalities, e.packedStates, e.checkpoint

// ## clear name
UNWIND $rows AS row
MATCH (e:Employee {code: row.code})
REMOVE e.name, e.search

// ## clear modalities
UNWIND $rows AS row
MATCH (e:Employee {code: row.code})
REMOVE e.modalities

// ## put states
// No employee and point may be in two rows: see assessmentRounds in change_set.go.
UNWIND $rows AS row
MATCH (e:Employee {code: row.employee})
MATCH (k:KnowledgePoint {code: row.point})
MERGE (e)-[m:MASTERS]->(k)
  ON CREATE SET m.mastery = row.mastery, m.assessedAt = row.at
  ON MATCH SET m += CASE
    WHEN coalesce(m.assessedAt <= row.at, true)
      AND (coalesce(m.mastery <> row.mastery, true) OR row.dated AND coalesce(m.assessedAt < row.at, true))
    THEN {mastery: row.mastery, assessedAt: row.at, model: null} ELSE {} END
RETURN row.employee, k.ordinal, m.mastery, m.assessedAt, m.model

// ## delete states
UNWIND $rows AS row
MATCH (:Employee {code: row.employee})-[m:MASTERS]->(k:KnowledgePoint {code: row.point})
WITH row, m, k.ordinal AS ordinal
DELETE m
RETURN row.employee, ordinal
