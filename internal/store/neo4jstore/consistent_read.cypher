// The sequence lock of reads and the writers' lock: see consistent_read.go and apply.go.

// ## read gate
MATCH (g:Zhitu {name: 'gate'})
RETURN g.catalog, g.people

// ## acquire write lock
// Every writer takes it for its whole transaction, and so does a reader whose lock-free
// attempts failed. What is read after the SET is read under the lock.
MATCH (z:Zhitu {name: 'store'})
SET z.lock = true
WITH z
MATCH (g:Zhitu {name: 'gate'})
OPTIONAL MATCH (c:ChangeSet {id: $id})
RETURN z.written, z.writes, c.revision, g.catalog, g.people

// ## announce commit
// Runs in its own transaction, before the announced one is committed.
MATCH (g:Zhitu {name: 'gate'})
SET g.lock = true
WITH g
SET g.catalog = coalesce($catalog, g.catalog), g.people = coalesce($people, g.people)

// ## finalize commit
// After that commit, unless another writer has announced one since.
MATCH (g:Zhitu {name: 'gate'})
SET g.lock = true
WITH g
SET g.catalog = CASE g.catalog WHEN $catalog THEN $catalog + 1 ELSE g.catalog END,
    g.people = CASE g.people WHEN $people THEN $people + 1 ELSE g.people END

// ## clear stale gate
// Run by the holder of the lock: nothing can be in progress, whatever was announced,
// but for parts of the write that died, which is in doubt from now on (see moved.go).
// They end long before the time is up.
MATCH (g:Zhitu {name: 'gate'})
SET g.lock = true
WITH g, $written + 1 AS dead
SET g.doubtFrom = CASE WHEN g.doubtUntil > datetime() AND g.doubtFrom < dead THEN g.doubtFrom ELSE dead END,
    g.doubtUntil = datetime() + duration('PT10M')
SET g.catalog = g.catalog + g.catalog % 2, g.people = g.people + g.people % 2
