// Who has changed since a mark: see moved.go.

// ## note people
// A number for each row: above those of all earlier writes, and below those of later.
MATCH (z:Zhitu {name: 'store'})
WITH (z.written + 1) * SPREAD AS first
UNWIND $rows AS row
MATCH (e:Employee {code: row.code})
SET e.moved = first + row.place

// ## note deleted people
MATCH (z:Zhitu {name: 'store'})
WITH (z.written + 1) * SPREAD AS first
UNWIND $rows AS row
MERGE (d:DeletedEmployee {code: row.code})
SET d.moved = first + row.place

// ## forget moved
// The store keeps the number of the latest that was forgotten.
UNWIND $rows AS row
MATCH (d:DeletedEmployee {code: row.code}), (z:Zhitu {name: 'store'})
SET z.forgotten = (z.written + 1) * SPREAD
DELETE d

// ## moved
// All who have a number above one and up to the last, which is that of the page's end:
// two may have the same. The gate is read before and after.
MATCH (g:Zhitu {name: 'gate'})
WITH g.people AS before, CASE WHEN g.doubtUntil > datetime() THEN g.doubtFrom END AS doubt
MATCH (z:Zhitu {name: 'store'})
WITH before, doubt, z.written AS written, coalesce(z.forgotten > $after, false) AS forgotten
CALL () {
  MATCH (e:Employee)
  WHERE e.moved > $after
  WITH e.moved AS number
  ORDER BY number
  LIMIT $most
  WITH collect(number) AS numbers
  RETURN CASE WHEN size(numbers) = $most THEN numbers[$most - 1] ELSE $end END AS lastPresent
}
CALL () {
  MATCH (d:DeletedEmployee)
  WHERE d.moved > $after
  WITH d.moved AS number
  ORDER BY number
  LIMIT $most
  WITH collect(number) AS numbers
  RETURN CASE WHEN size(numbers) = $most THEN numbers[$most - 1] ELSE $end END AS lastDeleted
}
WITH before, doubt, written, forgotten, CASE WHEN lastPresent < lastDeleted THEN lastPresent ELSE lastDeleted END AS last
CALL (last) {
  MATCH (e:Employee)
  WHERE e.moved > $after AND e.moved <= last
  RETURN collect(e.code) AS present
}
CALL (last) {
  MATCH (d:DeletedEmployee)
  WHERE d.moved > $after AND d.moved <= last
  RETURN collect(d.code) AS deleted
}
MATCH (h:Zhitu {name: 'gate'})
RETURN before, h.people, written, doubt, last, present, deleted, forgotten
