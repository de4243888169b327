// Statements for records of several types. Record, Other and LINK stand for labels and
// a relationship type, which cannot be parameters (see cypher.go).

// ## delete other links
// Deletes the link to a record other than the one in the row.
UNWIND $rows AS row
MATCH (:Record {code: row.code})-[r:LINK]->(x)
WHERE x.code <> row.other
DELETE r

// ## put link
UNWIND $rows AS row
MATCH (n:Record {code: row.code})
MATCH (x:Other {code: row.other})
MERGE (n)-[:LINK]->(x)
RETURN count(*)

// ## delete links
UNWIND $rows AS row
MATCH (:Record {code: row.code})-[r:LINK]->()
DELETE r

// ## put ordered links
// Links to the items of an ordered list.
UNWIND $rows AS row
MATCH (n:Record {code: row.code})
MATCH (x:Other {code: row.other})
CREATE (n)-[:LINK {place: row.place}]->(x)
RETURN count(*)

// ## find references
// A node that still refers to a record to be deleted, ours or foreign. The hint forces
// an index seek: with stale statistics Neo4j may plan an index scan for every row.
UNWIND $rows AS row
MATCH (n:Record {code: row.code})-[r]-(other)
USING INDEX SEEK n:Record(code)
RETURN row.code, type(r), labels(other), other.code
LIMIT 1

// ## delete records
UNWIND $rows AS row
MATCH (n:Record {code: row.code})
DELETE n
