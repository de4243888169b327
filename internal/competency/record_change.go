package competency

import (
	"bytes"
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"
)

// ChangeKind says what happens to a record.
type ChangeKind string

// The kinds of change.
const (
	Created ChangeKind = "CREATE"
	Changed ChangeKind = "CHANGE"
	Deleted ChangeKind = "DELETE"
)

// RecordChange is what edits do to one record. Key is its code, or what files call it:
// prerequisite → dependent, a -- b, position / target, employee / knowledge_point. It says
// all that Records.Edits needs to do it.
type RecordChange struct {
	Kind   ChangeKind   `json:"kind"`
	Table  string       `json:"table"`
	Key    string       `json:"key"`
	Fields FieldChanges `json:"fields"`
	// Clause is that of a stored edge, by which edges of one pair differ. Where the edge
	// is to have another, Fields say so.
	Clause string `json:"clause,omitempty"`
}

// FieldChanges are the fields that differ, in the order of the columns of files. Their
// JSON is an object of pairs: {"minutes": [5, null]}.
type FieldChanges []FieldChange

// FieldChange is one field before and after; nil where it has no value.
type FieldChange struct {
	Field         string
	Before, After any
}

// MarshalJSON writes the fields in their order.
func (f FieldChanges) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	for i, c := range f {
		if i > 0 {
			out.WriteByte(',')
		}
		pair, err := json.Marshal([2]any{c.Before, c.After})
		if err != nil {
			return nil, err
		}
		out.WriteString(`"` + c.Field + `":`)
		out.Write(pair)
	}
	return slices.Concat([]byte("{"), out.Bytes(), []byte("}")), nil
}

// Changes returns what a set does to each record, by table and key: the resolved edits
// of the catalog, those of departments and employees, which are completed from these
// records, and assessments, of which an older one changes nothing and one without a time is
// of the set's At. It costs O(changes × log records).
func (before Records) Changes(cs ChangeSet) (changes []RecordChange) {
	for _, t := range recordTypes {
		t.changes(&changes, &before.Catalog, &cs)
	}
	for _, put := range sortedBy(cs.Put.OrgUnits, compareUnit) {
		stored, known := find(before.OrgUnits, put, compareUnit)
		now := put.CompletedFrom(stored)
		changes = appendChange(changes, OrgUnits, put.Code, known, stored.fields(), now.fields())
	}
	for _, put := range sortedBy(cs.Put.Employees, compareEmployee) {
		stored, known := find(before.Employees, put, compareEmployee)
		now := put.CompletedFrom(stored)
		changes = appendChange(changes, Employees, put.Code, known, stored.fields(), now.fields())
	}
	for _, put := range sortedBy(cs.Put.Mastery, compareAssessment) {
		stored, known := find(before.Mastery, put, compareAssessment)
		if now, takes := put.replacing(stored, known, cs.At); takes {
			changes = appendChange(changes, MasteryStates, put.Employee+memberSeparator+put.KnowledgePoint, known, stored.fields(), now.fields())
		}
	}
	return changes
}

// replacing returns the assessment as it is stored where it takes the place of what is
// known, in a set of a moment.
func (given Assessment) replacing(stored Assessment, known bool, at time.Time) (now Assessment, takes bool) {
	if given.AssessedAt.IsZero() {
		given.AssessedAt = at
		return given, !known || stored.Mastery != given.Mastery
	}
	given.AssessedAt = given.AssessedAt.UTC().Truncate(time.Microsecond)
	return given, !known || !given.AssessedAt.Before(stored.AssessedAt)
}

func compareUnit(a, b OrgUnit) int      { return strings.Compare(a.Code, b.Code) }
func compareEmployee(a, b Employee) int { return strings.Compare(a.Code, b.Code) }
func compareAssessment(a, b Assessment) int {
	return cmp.Or(strings.Compare(a.Employee, b.Employee), strings.Compare(a.KnowledgePoint, b.KnowledgePoint))
}

func sortedBy[T any](list []T, compare func(a, b T) int) []T {
	return slices.SortedFunc(slices.Values(list), compare)
}

func (t recordType[T]) changes(out *[]RecordChange, before *Catalog, cs *ChangeSet) {
	var changes []RecordChange
	base := *t.list(before)
	for _, put := range *t.list(&cs.Put.Catalog) {
		stored, known := t.find(base, put)
		from := len(changes)
		changes = appendChange(changes, t.table, t.name(put), known, t.fields(&stored), t.fields(&put))
		if edge, isEdge := any(stored).(Prerequisite); isEdge && known && len(changes) > from {
			changes[from].Clause = edge.Clause
		}
	}
	for _, deleted := range *t.list(&cs.Delete.Catalog) {
		if stored, known := t.find(base, deleted); known {
			old := values(t.fields(&stored))
			gone := RecordChange{Kind: Deleted, Table: t.table, Key: t.name(stored), Fields: differences(old, emptied(old))}
			if edge, isEdge := any(stored).(Prerequisite); isEdge {
				gone.Clause = edge.Clause
			}
			changes = append(changes, gone)
		}
	}
	slices.SortStableFunc(changes, func(a, b RecordChange) int { return strings.Compare(a.Key, b.Key) })
	if t.table == Prerequisites {
		changes = joinMoves(changes, cs.Moved)
	}
	*out = append(*out, changes...)
}

// joinMoves makes one change of an edge that is deleted under one clause and created
// under another, where the set moves it.
func joinMoves(sorted []RecordChange, moved []Prerequisite) (joined []RecordChange) {
	isMoved := map[string]bool{}
	for _, e := range moved {
		isMoved[e.String()] = true // the only edge of its pair
	}
	for len(sorted) > 0 {
		same := 1
		for same < len(sorted) && sorted[same].Key == sorted[0].Key {
			same++
		}
		group := sorted[:same]
		sorted = sorted[same:]
		from := slices.IndexFunc(group, func(c RecordChange) bool { return c.Kind == Deleted })
		to := slices.IndexFunc(group, func(c RecordChange) bool { return c.Kind == Created })
		if !isMoved[group[0].Key] || len(group) != 2 || from < 0 || to < 0 {
			joined = append(joined, group...)
			continue
		}
		joined = append(joined, RecordChange{
			Kind: Changed, Table: Prerequisites, Key: group[0].Key, Clause: group[from].Clause, Fields: movedFields(group[from].Fields, group[to].Fields),
		})
	}
	return joined
}

// movedFields returns the fields that differ between an edge that goes and the one that
// takes its place.
func movedFields(gone, made FieldChanges) (fields FieldChanges) {
	for _, name := range prerequisiteFields {
		field := FieldChange{Field: name, Before: gone.value(name).Before, After: made.value(name).After}
		if !reflect.DeepEqual(field.Before, field.After) {
			fields = append(fields, field)
		}
	}
	return fields
}

var prerequisiteFields = func() (names []string) {
	for _, f := range edgeFields(&Prerequisite{}) {
		names = append(names, f.name)
	}
	return names
}()

func (f FieldChanges) value(name string) FieldChange {
	if i := slices.IndexFunc(f, func(c FieldChange) bool { return c.Field == name }); i >= 0 {
		return f[i]
	}
	return FieldChange{Field: name}
}

// appendChange appends the change from old fields to new ones, if there is any.
func appendChange(changes []RecordChange, table, key string, known bool, old, now []recordField) []RecordChange {
	after := values(now)
	if !known {
		return append(changes, RecordChange{Kind: Created, Table: table, Key: key, Fields: differences(emptied(after), after)})
	}
	if fields := differences(values(old), after); len(fields) > 0 {
		return append(changes, RecordChange{Kind: Changed, Table: table, Key: key, Fields: fields})
	}
	return changes
}

// fieldValue is a field of a record with its value, nil where there is none.
type fieldValue struct {
	name  string
	value any
	isSet bool // a list whose order says nothing
}

func emptied(fields []fieldValue) []fieldValue {
	empty := slices.Clone(fields)
	for i := range empty {
		empty[i].value = nil
	}
	return empty
}

func differences(old, now []fieldValue) (changes FieldChanges) {
	for i, o := range old {
		n := now[i]
		same := reflect.DeepEqual(o.value, n.value)
		if a, isList := o.value.([]string); isList && o.isSet && !same {
			b, _ := n.value.([]string)
			same = sameSet(a, b)
		}
		if !same {
			changes = append(changes, FieldChange{o.name, o.value, n.value})
		}
	}
	return changes
}
