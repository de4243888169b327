// An id is unique among all evidence.
CREATE CONSTRAINT zhitu_evidence_id IF NOT EXISTS FOR (n:Evidence) REQUIRE n.id IS UNIQUE;

