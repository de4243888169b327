package competency

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// ChangeKind says what happens to a record.
type ChangeKind string

// The kinds of change.
const (
	Created ChangeKind = "CREATE"
	Changed ChangeKind = "CHANGE"
	Deleted ChangeKind = "DELETE"
)

// RecordChange is what edits do to one record, for people to read. Key is its code, or
// what files call it: prerequisite → dependent, a -- b, position / target.
type RecordChange struct {
	Kind   ChangeKind   `json:"kind"`
	Table  string       `json:"table"`
	Key    string       `json:"key"`
	Fields FieldChanges `json:"fields"`
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
// of the catalog, and those of departments and employees, which are completed from
// these records. Masteries are no part of it. It costs O(changes × log records).
func (before Records) Changes(cs ChangeSet) (changes []RecordChange) {
	for _, t := range recordTypes {
		t.changes(&changes, &before.Catalog, &cs)
	}
	for _, put := range sortedBy(cs.Put.OrgUnits, compareUnit) {
		stored, known := find(before.OrgUnits, put, compareUnit)
		changes = appendChange(changes, OrgUnits, put.Code, known, stored.fields(), put.CompletedFrom(stored).fields())
	}
	for _, put := range sortedBy(cs.Put.Employees, compareEmployee) {
		stored, known := find(before.Employees, put, compareEmployee)
		changes = appendChange(changes, Employees, put.Code, known, stored.fields(), put.CompletedFrom(stored).fields())
	}
	return changes
}

func compareUnit(a, b OrgUnit) int      { return strings.Compare(a.Code, b.Code) }
func compareEmployee(a, b Employee) int { return strings.Compare(a.Code, b.Code) }

func sortedBy[T any](list []T, compare func(a, b T) int) []T {
	return slices.SortedFunc(slices.Values(list), compare)
}

func (t recordType[T]) changes(out *[]RecordChange, before *Catalog, cs *ChangeSet) {
	var changes []RecordChange
	for _, put := range *t.list(&cs.Put.Catalog) {
		stored, known := t.find(*t.list(before), put)
		key, fields := t.describe(put)
		_, old := t.describe(stored)
		changes = appendChange(changes, t.table, key, known, old, fields)
	}
	for _, deleted := range *t.list(&cs.Delete.Catalog) {
		if stored, known := t.find(*t.list(before), deleted); known {
			key, old := t.describe(stored)
			changes = append(changes, RecordChange{Deleted, t.table, key, differences(old, emptied(old))})
		}
	}
	slices.SortStableFunc(changes, func(a, b RecordChange) int { return strings.Compare(a.Key, b.Key) })
	*out = append(*out, joinMoves(changes)...)
}

// joinMoves makes one change of an edge that is deleted under one clause and created
// under another.
func joinMoves(sorted []RecordChange) (joined []RecordChange) {
	for i := 0; i < len(sorted); i++ {
		same := 1
		for i+same < len(sorted) && sorted[i+same].Key == sorted[i].Key {
			same++
		}
		group := sorted[i : i+same]
		i += same - 1
		from := slices.IndexFunc(group, func(c RecordChange) bool { return c.Kind == Deleted })
		to := slices.IndexFunc(group, func(c RecordChange) bool { return c.Kind == Created })
		if len(group) != 2 || from < 0 || to < 0 {
			joined = append(joined, group...)
			continue
		}
		old, now := map[string]any{}, map[string]any{}
		names := []string{}
		for _, f := range group[from].Fields {
			old[f.Field] = f.Before
			names = append(names, f.Field)
		}
		for _, f := range group[to].Fields {
			now[f.Field] = f.After
			names = append(names, f.Field)
		}
		var fields FieldChanges
		for _, column := range fieldNames {
			if slices.Contains(names, column) && !reflect.DeepEqual(old[column], now[column]) {
				fields = append(fields, FieldChange{column, old[column], now[column]})
			}
		}
		joined = append(joined, RecordChange{Changed, group[0].Table, group[0].Key, fields})
	}
	return joined
}

// appendChange appends the change from old fields to new ones, if there is any.
func appendChange(changes []RecordChange, table, key string, known bool, old, now []fieldValue) []RecordChange {
	if !known {
		return append(changes, RecordChange{Created, table, key, differences(emptied(now), now)})
	}
	if fields := differences(old, now); len(fields) > 0 {
		return append(changes, RecordChange{Changed, table, key, fields})
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

func textValue[T ~string](name string, text T) fieldValue {
	if text == "" {
		return fieldValue{name: name}
	}
	return fieldValue{name: name, value: string(text)}
}

func numberValue[T any](name string, p *T) fieldValue {
	if p == nil {
		return fieldValue{name: name}
	}
	return fieldValue{name: name, value: *p}
}

func listValue[T ~string](name string, list []T, isSet bool) fieldValue {
	if len(list) == 0 {
		return fieldValue{name: name, isSet: isSet}
	}
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = string(v)
	}
	return fieldValue{name, texts, isSet}
}

// The describe functions return what a record is called, and its fields in the order of
// the columns of files.

func describeCompetency(c Competency) (string, []fieldValue) {
	return c.Code, []fieldValue{
		textValue("code", c.Code), textValue("name", c.Name), textValue("name_en", c.NameEN), textValue("parent", c.Parent),
		textValue("description", c.Description),
	}
}

func describePoint(k KnowledgePoint) (string, []fieldValue) {
	return k.Code, []fieldValue{
		textValue("code", k.Code), textValue("name", k.Name), textValue("name_en", k.NameEN), textValue("competency", k.Competency),
		textValue("kind", k.Kind), textValue("nature", k.Nature), numberValue("minutes", k.Minutes), numberValue("difficulty", k.Difficulty),
		listValue("tags", k.Tags, true), textValue("description", k.Description),
	}
}

func describePrerequisite(e Prerequisite) (string, []fieldValue) {
	return e.String(), []fieldValue{
		textValue("prerequisite", e.Prerequisite), textValue("dependent", e.Dependent), textValue("strength", e.Strength),
		textValue("clause", e.Clause), numberValue("level", e.Level), textValue("reason", e.Reason),
	}
}

func describeRelated(r Related) (string, []fieldValue) {
	return r.A + " -- " + r.B, []fieldValue{textValue("a", r.A), textValue("b", r.B)}
}

func describePosition(p Position) (string, []fieldValue) {
	return p.Code, []fieldValue{
		textValue("code", p.Code), textValue("name", p.Name), textValue("name_en", p.NameEN), textValue("family", p.Family),
		textValue("grade", p.Grade), textValue("description", p.Description),
	}
}

func describeRequirement(r Requirement) (string, []fieldValue) {
	return r.Position + " / " + r.Target, []fieldValue{
		textValue("position", r.Position), textValue("target", r.Target), numberValue("level", r.Level),
		numberValue("weight", r.Weight), numberValue("critical", r.Critical),
	}
}

func describeResource(r Resource) (string, []fieldValue) {
	return r.Code, []fieldValue{
		textValue("code", r.Code), textValue("title", r.Title), textValue("url", r.URL), textValue("modality", r.Modality),
		numberValue("minutes", r.Minutes), textValue("language", r.Language), listValue("teaches", r.Teaches, true),
	}
}

func describeLevel(l ScaleLevel) (string, []fieldValue) {
	level := fieldValue{name: "level", value: l.Level}
	return l.Label, []fieldValue{textValue("label", l.Label), textValue("label_en", l.LabelEN), numberValue("digit", l.Digit), level}
}

func (given OrgUnit) fields() []fieldValue {
	return []fieldValue{textValue("code", given.Code), textValue("name", given.Name), textValue("parent", given.Parent)}
}

func (given Employee) fields() []fieldValue {
	return []fieldValue{
		textValue("code", given.Code), textValue("name", given.Name), textValue("org_unit", given.OrgUnit), textValue("position", given.Position),
		listValue("targets", given.Targets, true), listValue("modalities", given.Modalities, false), textValue("manager", given.Manager),
	}
}
