// Tombstones: the ids of evidence that was dropped stay known. What it gave is the property
// checkpoint of its Employee.
CREATE CONSTRAINT zhitu_dropped_evidence_id IF NOT EXISTS FOR (n:DroppedEvidence) REQUIRE n.id IS UNIQUE;
