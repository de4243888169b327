// Points get ordinals, and people packed copies of what they master: prepared here,
// and made by what follows (see schema.go).
CREATE CONSTRAINT zhitu_knowledge_point_ordinal IF NOT EXISTS FOR (n:KnowledgePoint) REQUIRE n.ordinal IS UNIQUE;
MATCH (z:Zhitu {name: 'store'})
SET z.lock = true
WITH z
SET z.ordinals = coalesce(z.ordinals, 0);
