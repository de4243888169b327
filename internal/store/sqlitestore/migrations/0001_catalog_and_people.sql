-- Codes are compared byte by byte (BINARY), which is their code-point order.
-- An empty text is ''; only a reference that is absent is NULL. References are
-- checked when a transaction commits, so that the order of writes is free; each
-- has an index, without which deleting what it names would scan a table.

-- Competencies and knowledge points share one space of codes, and edges name
-- either: this is what those edges refer to.
CREATE TABLE learnables (
  code TEXT PRIMARY KEY,
  type TEXT NOT NULL CHECK (type IN ('COMPETENCY', 'KNOWLEDGE_POINT'))
) STRICT, WITHOUT ROWID;

CREATE TABLE competencies (
  code        TEXT PRIMARY KEY REFERENCES learnables DEFERRABLE INITIALLY DEFERRED,
  name        TEXT NOT NULL,
  name_en     TEXT NOT NULL,
  parent      TEXT REFERENCES competencies DEFERRABLE INITIALLY DEFERRED,
  description TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX competencies_parent ON competencies (parent);

CREATE TABLE knowledge_points (
  code        TEXT PRIMARY KEY REFERENCES learnables DEFERRABLE INITIALLY DEFERRED,
  name        TEXT NOT NULL,
  name_en     TEXT NOT NULL,
  competency  TEXT REFERENCES competencies DEFERRABLE INITIALLY DEFERRED,
  kind        TEXT NOT NULL,
  nature      TEXT NOT NULL,
  minutes     INTEGER,
  difficulty  REAL,
  tags        TEXT,          -- a JSON array, NULL for none
  description TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX knowledge_points_competency ON knowledge_points (competency);

CREATE TABLE prerequisites (
  dependent    TEXT NOT NULL REFERENCES learnables DEFERRABLE INITIALLY DEFERRED,
  prerequisite TEXT NOT NULL REFERENCES learnables DEFERRABLE INITIALLY DEFERRED,
  clause       TEXT NOT NULL,
  strength     TEXT NOT NULL,
  level        REAL,
  reason       TEXT NOT NULL,
  PRIMARY KEY (dependent, prerequisite, clause)
) STRICT, WITHOUT ROWID;
CREATE INDEX prerequisites_prerequisite ON prerequisites (prerequisite);

CREATE TABLE related (
  a TEXT NOT NULL REFERENCES knowledge_points DEFERRABLE INITIALLY DEFERRED,
  b TEXT NOT NULL REFERENCES knowledge_points DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX related_b ON related (b);

CREATE TABLE positions (
  code        TEXT PRIMARY KEY,
  name        TEXT NOT NULL,
  name_en     TEXT NOT NULL,
  family      TEXT NOT NULL,
  grade       TEXT NOT NULL,
  description TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE requirements (
  position TEXT NOT NULL REFERENCES positions  DEFERRABLE INITIALLY DEFERRED,
  target   TEXT NOT NULL REFERENCES learnables DEFERRABLE INITIALLY DEFERRED,
  level    REAL,
  weight   REAL,
  critical INTEGER,          -- 0 or 1
  PRIMARY KEY (position, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX requirements_target ON requirements (target);

CREATE TABLE resources (
  code     TEXT PRIMARY KEY,
  title    TEXT NOT NULL,
  url      TEXT NOT NULL,
  modality TEXT NOT NULL,
  minutes  INTEGER,
  language TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE resource_points (
  resource        TEXT    NOT NULL REFERENCES resources        DEFERRABLE INITIALLY DEFERRED,
  place           INTEGER NOT NULL,
  knowledge_point TEXT    NOT NULL REFERENCES knowledge_points DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (resource, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX resource_points_knowledge_point ON resource_points (knowledge_point);

CREATE TABLE org_units (
  code   TEXT PRIMARY KEY,
  name   TEXT NOT NULL,
  parent TEXT REFERENCES org_units DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX org_units_parent ON org_units (parent);

CREATE TABLE employees (
  code       TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  org_unit   TEXT REFERENCES org_units DEFERRABLE INITIALLY DEFERRED,
  position   TEXT REFERENCES positions DEFERRABLE INITIALLY DEFERRED,
  modalities TEXT,           -- a JSON array, NULL for none
  manager    TEXT REFERENCES employees DEFERRABLE INITIALLY DEFERRED,
  search     TEXT NOT NULL   -- code and name as competency.Fold has them
) STRICT, WITHOUT ROWID;
CREATE INDEX employees_org_unit ON employees (org_unit);
CREATE INDEX employees_position ON employees (position);
CREATE INDEX employees_manager  ON employees (manager);

-- Who lacks a name within a transaction is merged over nothing: it may not
-- commit. The indexes are empty, and make the question cost nothing.
CREATE INDEX org_units_nameless ON org_units (code) WHERE name = '';
CREATE INDEX employees_nameless ON employees (code) WHERE name = '';

CREATE TABLE employee_targets (
  employee TEXT    NOT NULL REFERENCES employees DEFERRABLE INITIALLY DEFERRED,
  place    INTEGER NOT NULL,
  position TEXT    NOT NULL REFERENCES positions DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (employee, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX employee_targets_position ON employee_targets (position);

CREATE TABLE mastery (
  employee        TEXT    NOT NULL REFERENCES employees        DEFERRABLE INITIALLY DEFERRED,
  knowledge_point TEXT    NOT NULL REFERENCES knowledge_points DEFERRABLE INITIALLY DEFERRED,
  mastery         REAL    NOT NULL,
  assessed_at     INTEGER NOT NULL, -- microseconds since 1970, UTC
  PRIMARY KEY (employee, knowledge_point)
) STRICT, WITHOUT ROWID;
CREATE INDEX mastery_knowledge_point ON mastery (knowledge_point);

-- Every edit of the catalog. The greatest revision is the store's.
CREATE TABLE change_sets (
  revision INTEGER PRIMARY KEY,
  id       TEXT UNIQUE,      -- NULL for none
  at       INTEGER NOT NULL, -- microseconds since 1970, UTC
  body     TEXT              -- JSON, NULL where it would be too large to replay
) STRICT;
