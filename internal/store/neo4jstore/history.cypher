// Revisions, and the edits that made them.

// ## counts
// How much of the catalog there is, in nine numbers that Neo4j keeps at hand. Where
// they are not those of the last publication, somebody has edited by other means.
CALL () { MATCH (n:Competency) RETURN count(n) AS c1 }
CALL () { MATCH (n:KnowledgePoint) RETURN count(n) AS c2 }
CALL () { MATCH (n:Position) RETURN count(n) AS c3 }
CALL () { MATCH (n:Resource) RETURN count(n) AS c4 }
CALL () { MATCH (:Competency)-[r:CONTAINS]->() RETURN count(r) AS c5 }
CALL () { MATCH (:Learnable)-[r:PREREQUISITE_OF]->() RETURN count(r) AS c6 }
CALL () { MATCH (:Learnable)-[r:RELATED_TO]->() RETURN count(r) AS c7 }
CALL () { MATCH (:Position)-[r:REQUIRES]->() RETURN count(r) AS c8 }
CALL () { MATCH (:Resource)-[r:TEACHES]->() RETURN count(r) AS c9 }
MATCH (z:Zhitu {name: 'store'})
WITH z, [c1, c2, c3, c4, c5, c6, c7, c8, c9] AS counts

// ## revision
RETURN z.revision, z.counted = counts

// ## adopt
// Makes a revision of what has been edited by other means.
SET z.revision = z.revision + 1, z.counted = counts

// ## publish
SET z.revision = $revision, z.counted = counts
CREATE (:ChangeSet {revision: $revision, id: $id, at: $at, body: $body})

// ## remember
// The latest writes, for one that never heard whether it was committed.
MATCH (z:Zhitu {name: 'store'})
SET z.written = z.written + 1, z.writes = ([$token] + z.writes)[..$remembered]

// ## history
MATCH (c:ChangeSet)
WHERE c.revision > $after
RETURN c.revision, c.id, c.at, c.body
ORDER BY c.revision
LIMIT $most
