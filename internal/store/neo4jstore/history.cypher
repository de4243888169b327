// Revisions, and the edits that made them.

// ## counts
// How much of the catalog there is, in ten numbers that Neo4j keeps at hand. Where
// they are not those of the last publication, the catalog has been edited by other means.
CALL () { MATCH (n:Competency) RETURN count(n) AS c1 }
CALL () { MATCH (n:KnowledgePoint) RETURN count(n) AS c2 }
CALL () { MATCH (n:Position) RETURN count(n) AS c3 }
CALL () { MATCH (n:Resource) RETURN count(n) AS c4 }
CALL () { MATCH (:Competency)-[r:CONTAINS]->() RETURN count(r) AS c5 }
CALL () { MATCH (:Learnable)-[r:PREREQUISITE_OF]->() RETURN count(r) AS c6 }
CALL () { MATCH (:Learnable)-[r:RELATED_TO]->() RETURN count(r) AS c7 }
CALL () { MATCH (:Position)-[r:REQUIRES]->() RETURN count(r) AS c8 }
CALL () { MATCH (:Resource)-[r:TEACHES]->() RETURN count(r) AS c9 }
CALL () { MATCH (n:ScaleLevel) RETURN count(n) AS c10 }
MATCH (z:Zhitu {name: 'store'})
WITH z, [c1, c2, c3, c4, c5, c6, c7, c8, c9, c10] AS counts

// ## revision
RETURN z.revision, z.counted = counts

// ## adopt external edits
// Makes a revision of what has been edited by other means.
SET z.revision = z.revision + 1, z.counted = counts

// ## publish
// Completed by "put publications".
SET z.revision = $revision, z.counted = counts
WITH z

// ## put publications
UNWIND $rows AS row
CREATE (c:Label {revision: row.revision, id: row.id, at: row.at, author: row.author, reason: row.reason, draft: row.draft,
  records: row.records, complete: row.complete, body: row.body, token: row.token})

// ## put parts
UNWIND $rows AS row
MATCH (c:Label {revision: $revision})
CREATE (c)-[:CONTINUES {place: row.place}]->(:ChangeSetPart {data: row.data})

// ## remember
// The latest writes, for one that never heard whether it was committed.
MATCH (z:Zhitu {name: 'store'})
SET z.written = z.written + 1, z.writes = ([$token] + z.writes)[..$remembered]

// ## history
MATCH (c:ChangeSet)
WHERE c.revision > $after
WITH c ORDER BY c.revision LIMIT $first
WITH c, NOT $headingsOnly AND ($maxRecords = 0 OR coalesce(c.records, 0) <= $maxRecords) AS wanted
RETURN c.revision, c.id, c.at, c.author, c.reason, c.draft, c.complete, CASE WHEN wanted THEN c.body END,
  CASE WHEN wanted THEN COUNT { (c)-[:CONTINUES]->() } ELSE 0 END
ORDER BY c.revision

// ## history parts
MATCH (:ChangeSet {revision: $revision})-[r:CONTINUES]->(p:ChangeSetPart)
RETURN p.data
ORDER BY r.place

// ## clear restored
// What a Restore left that was broken off.
MATCH (c:RestoredChangeSet)
WITH c LIMIT $most
OPTIONAL MATCH (c)-[:CONTINUES]->(p)
DETACH DELETE p, c
RETURN count(DISTINCT c)

// ## restore
// Shows what has been written of another store's history, all of it or none.
SET z.revision = $revision, z.counted = counts
WITH z
OPTIONAL MATCH (c:RestoredChangeSet {token: $token})
WITH collect(c) AS restored
FOREACH (c IN restored | SET c:ChangeSet REMOVE c:RestoredChangeSet, c.token)
RETURN size(restored)
