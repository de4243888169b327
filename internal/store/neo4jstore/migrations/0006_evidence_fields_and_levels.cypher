// Evidence knows which fields its sender left to us, and the hash of its statement: its
// properties filled and statementHash. Earlier evidence has neither.

// States that follow from evidence lack what was held until the evidence is replayed.
MATCH (v:Evidence)
WITH v LIMIT 1
MERGE (d:ZhituDocument {key: 'replay/held'})
ON CREATE SET d.kind = 'replay', d.id = 'held', d.version = 1, d.at = datetime({epochSeconds: 0}), d.body = '{}';

// The named levels of the catalog's scale, none where it is the default one. They are
// the tenth of the numbers by which edits by other means are noticed.
CREATE CONSTRAINT zhitu_scale_level_label IF NOT EXISTS FOR (n:ScaleLevel) REQUIRE n.label IS UNIQUE;
MATCH (z:Zhitu {name: 'store'})
SET z.lock = true
WITH z
WHERE size(z.counted) = 9
SET z.counted = z.counted + [0];

// The search keys of people are written again, with pinyin: see goMigrations.
