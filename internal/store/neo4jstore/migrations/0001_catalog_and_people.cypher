// A code is unique in its type. Competencies and knowledge points share one space
// of codes, and the label Learnable; each has its own label's constraint too, so
// that whoever asks by it finds an index.
CREATE CONSTRAINT zhitu_learnable_code IF NOT EXISTS FOR (n:Learnable) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT zhitu_competency_code IF NOT EXISTS FOR (n:Competency) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT zhitu_knowledge_point_code IF NOT EXISTS FOR (n:KnowledgePoint) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT zhitu_position_code IF NOT EXISTS FOR (n:Position) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT zhitu_resource_code IF NOT EXISTS FOR (n:Resource) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT zhitu_org_unit_code IF NOT EXISTS FOR (n:OrgUnit) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT zhitu_employee_code IF NOT EXISTS FOR (n:Employee) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT zhitu_change_set_revision IF NOT EXISTS FOR (n:ChangeSet) REQUIRE n.revision IS UNIQUE;
CREATE CONSTRAINT zhitu_change_set_id IF NOT EXISTS FOR (n:ChangeSet) REQUIRE n.id IS UNIQUE;

// The store itself: its revision, and how to see one moment (see moment.go).
CREATE CONSTRAINT zhitu_name IF NOT EXISTS FOR (n:Zhitu) REQUIRE n.name IS UNIQUE;
MERGE (z:Zhitu {name: 'store'})
  ON CREATE SET z.revision = 0, z.written = 0, z.writes = [], z.counted = [0, 0, 0, 0, 0, 0, 0, 0, 0];
MERGE (g:Zhitu {name: 'gate'})
  ON CREATE SET g.catalog = 0, g.people = 0;
