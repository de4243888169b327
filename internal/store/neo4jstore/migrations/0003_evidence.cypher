// An id is unique among all evidence, and the latest comes first.
CREATE CONSTRAINT zhitu_evidence_id IF NOT EXISTS FOR (n:Evidence) REQUIRE n.id IS UNIQUE;
CREATE INDEX zhitu_evidence_at IF NOT EXISTS FOR (n:Evidence) ON (n.at);
