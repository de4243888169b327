// The audit: chains of entries, and whom these are about by random ids.

// ## append entries
// Compare and set on the head of the chain, under its lock. FIND is MERGE for a new chain.
FIND (c:AuditChain {id: $chain})
SET c.lock = true
WITH c
WHERE coalesce(c.number, 0) = $before
SET c.number = $number, c.mac = $mac, c.seal = $seal
REMOVE c.lock
WITH c
UNWIND $rows AS row
CREATE (e:AuditEntry {chain: c.id, number: row.number, at: row.at, account: row.account, action: row.action, outcome: row.outcome, body: row.body, mac: row.mac})
FOREACH (id IN row.subjects | MERGE (s:AuditSubject {id: id}) CREATE (e)-[:CONCERNS]->(s))
RETURN count(e)

// ## match entries
MATCH (e:AuditEntry)

// ## match entries about
MATCH (:AuditSubject {id: $subject})<-[:CONCERNS]-(e:AuditEntry)

// ## match entries of chain
MATCH (e:AuditEntry)
WHERE e.chain = $chain AND e.number > $number
WITH e ORDER BY e.chain, e.number LIMIT $first

// ## match entries of later chains
MATCH (e:AuditEntry)
WHERE e.chain > $chain
WITH e ORDER BY e.chain, e.number LIMIT $first

// ## return entries
RETURN e.chain, e.number, e.at, e.account, e.action, e.outcome, [(e)-[:CONCERNS]->(s) | s.id], e.body, e.mac

// ## audit chains
MATCH (c:AuditChain)
WHERE c.number IS NOT NULL
RETURN c.id, c.number, c.mac, c.seal, c.anchorNumber, c.anchorMac, c.anchorSeal
ORDER BY c.id

// ## drop entries
MATCH (c:AuditChain {id: $chain})
SET c.lock = true
WITH c
WHERE coalesce(c.anchorNumber, 0) < $number AND c.number >= $number
SET c.anchorNumber = $number, c.anchorMac = $mac, c.anchorSeal = $seal
REMOVE c.lock
WITH c
OPTIONAL MATCH (e:AuditEntry)
WHERE e.chain = c.id AND e.number <= $number
DETACH DELETE e
RETURN count(*)
