// The named levels of the catalog's scale, none where it is the default one. They are
// the tenth of the numbers by which edits by other means are noticed.
CREATE CONSTRAINT zhitu_scale_level_label IF NOT EXISTS FOR (n:ScaleLevel) REQUIRE n.label IS UNIQUE;
MATCH (z:Zhitu {name: 'store'})
SET z.lock = true
WITH z
WHERE size(z.counted) = 9
SET z.counted = z.counted + [0];
