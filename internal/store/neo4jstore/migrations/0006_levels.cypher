// Evidence knows which fields its sender left to us, and the hash of its statement: its
// properties filled and statementHash. Earlier evidence has neither.

// States that follow from evidence lack what was held until the evidence is replayed.
MATCH (v:Evidence)
WITH v LIMIT 1
MERGE (d:ZhituDocument {key: 'replay/held'})
ON CREATE SET d.kind = 'replay', d.id = 'held', d.version = 1, d.at = datetime({epochSeconds: 0}), d.body = '{}';
