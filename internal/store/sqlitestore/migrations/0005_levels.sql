-- The named levels of the catalog's scale, none where it is the default one.
CREATE TABLE levels (
  label    TEXT NOT NULL PRIMARY KEY,
  label_en TEXT NOT NULL,
  digit    INTEGER,
  level    REAL NOT NULL
) STRICT;
