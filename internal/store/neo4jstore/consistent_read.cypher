// How reads see one moment and writes take turns: see moment.go and apply.go.

// ## read gate
MATCH (g:Zhitu {name: 'gate'})
RETURN g.catalog, g.people

// ## acquire write lock
// Taken by every writer for its whole transaction, and by a reader who has
// been unlucky too often. What is read after the SET is read under the lock.
MATCH (z:Zhitu {name: 'store'})
SET z.lock = true
WITH z
MATCH (g:Zhitu {name: 'gate'})
OPTIONAL MATCH (c:ChangeSet {id: $id})
RETURN z.written, z.writes, c.revision, g.catalog, g.people

// ## announce commit
// In a transaction of its own, before the one that it announces is committed.
MATCH (g:Zhitu {name: 'gate'})
SET g.lock = true
WITH g
SET g.catalog = coalesce($catalog, g.catalog), g.people = coalesce($people, g.people)

// ## finalize commit
// After it has been committed, unless somebody else has announced since.
MATCH (g:Zhitu {name: 'gate'})
SET g.lock = true
WITH g
SET g.catalog = CASE g.catalog WHEN $catalog THEN $catalog + 1 ELSE g.catalog END,
    g.people = CASE g.people WHEN $people THEN $people + 1 ELSE g.people END

// ## clear stale gate
// By whoever holds the lock: nothing is being committed, whatever was announced.
MATCH (g:Zhitu {name: 'gate'})
SET g.lock = true
WITH g
SET g.catalog = g.catalog + g.catalog % 2, g.people = g.people + g.people % 2
