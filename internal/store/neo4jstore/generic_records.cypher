// What is done alike to records of several types. Record, Other and LINK stand for
// labels and a type of relationship, which cannot be parameters (see cypher.go).

// ## delete other links
// Lets go of the one that a record no longer belongs to.
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
// The items of an ordered list.
UNWIND $rows AS row
MATCH (n:Record {code: row.code})
MATCH (x:Other {code: row.other})
CREATE (n)-[:LINK {place: row.place}]->(x)
RETURN count(*)

// ## find references
// Something that still refers to a record that is to be deleted, or that another
// program has tied to it. Neo4j is told to look it up: after it has counted next to
// nothing it may plan to read the whole index for every row.
UNWIND $rows AS row
MATCH (n:Record {code: row.code})-[r]-(other)
USING INDEX SEEK n:Record(code)
RETURN row.code, type(r), labels(other), other.code
LIMIT 1

// ## delete records
UNWIND $rows AS row
MATCH (n:Record {code: row.code})
DELETE n
