package competency

import (
	"cmp"
	"slices"
	"strings"
)

// Catalog 目录 is all of the graph except people. Its lists are sorted by key
// (see Sort) wherever a function of this package takes or returns one; an empty
// list is nil in what they return.
type Catalog struct {
	Competencies    []Competency     `json:"competencies,omitempty"`
	KnowledgePoints []KnowledgePoint `json:"knowledgePoints,omitempty"`
	Prerequisites   []Prerequisite   `json:"prerequisites,omitempty"`
	Related         []Related        `json:"related,omitempty"`
	Positions       []Position       `json:"positions,omitempty"`
	Requirements    []Requirement    `json:"requirements,omitempty"`
	Resources       []Resource       `json:"resources,omitempty"`
	// Scale has the named levels where they are not the default ones. It is edited as a
	// whole: a change set that puts levels replaces all that there were.
	Scale Scale `json:"scale,omitempty"`
}

// Len returns how many records of the catalog there are.
func (c Catalog) Len() int {
	return len(c.Competencies) + len(c.KnowledgePoints) + len(c.Prerequisites) + len(c.Related) +
		len(c.Positions) + len(c.Requirements) + len(c.Resources) + len(c.Scale)
}

// Sort orders every list by key, in code-point order.
func (c *Catalog) Sort() {
	for _, t := range recordTypes {
		t.sort(c)
	}
}

// recordType describes the records of one type in a catalog: where they are
// listed, what identifies them, and how an edit of one is completed.
type recordType[T any] struct {
	table    string
	list     func(*Catalog) *[]T
	compare  func(a, b T) int // by key
	key      func(T) T        // the record without all but its key
	complete func(given, stored T) T
	name     func(T) string // the key in a RecordChange
	fields   func(*T) []recordField
}

// recordTypes are all types of record in a catalog. Whatever works on change sets
// walks this list, so that no type is forgotten.
var recordTypes = []interface {
	sort(c *Catalog)
	apply(c *Catalog, cs *ChangeSet)
	resolve(out *ChangeSet, c *Catalog, cs *ChangeSet)
	diff(out *ChangeSet, before, after *Catalog)
	inverse(out *ChangeSet, before *Catalog, cs *ChangeSet)
	compose(out *ChangeSet, sets []ChangeSet)
	asEdits(out *ChangeSet, c *Catalog, cs *ChangeSet)
	changes(out *[]RecordChange, before *Catalog, cs *ChangeSet)
	ungiven(out, c, given *Catalog)
	newRows(out, stored, given *Catalog)
	addDeletions(to, more *Catalog)
	count(c *Catalog) (table string, records int)
}{
	recordType[Competency]{
		Competencies, func(c *Catalog) *[]Competency { return &c.Competencies }, compareCompetency,
		func(k Competency) Competency { return Competency{Code: k.Code} }, Competency.completedFrom, func(k Competency) string { return k.Code }, competencyFields,
	},
	recordType[KnowledgePoint]{
		KnowledgePoints, func(c *Catalog) *[]KnowledgePoint { return &c.KnowledgePoints }, comparePoint,
		func(k KnowledgePoint) KnowledgePoint { return KnowledgePoint{Code: k.Code} }, KnowledgePoint.completedFrom, func(k KnowledgePoint) string { return k.Code }, pointFields,
	},
	recordType[Prerequisite]{
		Prerequisites, func(c *Catalog) *[]Prerequisite { return &c.Prerequisites }, comparePrerequisite,
		func(p Prerequisite) Prerequisite {
			return Prerequisite{Prerequisite: p.Prerequisite, Dependent: p.Dependent, Clause: p.Clause}
		}, Prerequisite.completedFrom, Prerequisite.String, edgeFields,
	},
	recordType[Related]{
		RelatedPairs, func(c *Catalog) *[]Related { return &c.Related }, compareRelated,
		Related.Canonical, Related.completedFrom, func(r Related) string { return r.A + relatedSeparator + r.B }, relatedFields,
	},
	recordType[Position]{
		Positions, func(c *Catalog) *[]Position { return &c.Positions }, comparePosition,
		func(p Position) Position { return Position{Code: p.Code} }, Position.completedFrom, func(p Position) string { return p.Code }, positionFields,
	},
	recordType[Requirement]{
		Requirements, func(c *Catalog) *[]Requirement { return &c.Requirements }, compareRequirement,
		func(r Requirement) Requirement { return Requirement{Position: r.Position, Target: r.Target} }, Requirement.completedFrom, func(r Requirement) string { return r.Position + memberSeparator + r.Target }, requirementFields,
	},
	recordType[Resource]{
		Resources, func(c *Catalog) *[]Resource { return &c.Resources }, compareResource,
		func(s Resource) Resource { return Resource{Code: s.Code} }, Resource.completedFrom, func(s Resource) string { return s.Code }, resourceFields,
	},
	recordType[ScaleLevel]{
		Levels, func(c *Catalog) *[]ScaleLevel { return (*[]ScaleLevel)(&c.Scale) }, compareLevel,
		func(l ScaleLevel) ScaleLevel { return ScaleLevel{Label: l.Label} }, ScaleLevel.completedFrom, func(l ScaleLevel) string { return l.Label }, levelFields,
	},
}

func (t recordType[T]) sort(c *Catalog) { slices.SortFunc(*t.list(c), t.compare) }

// find looks a record up by its key.
func (t recordType[T]) find(sorted []T, key T) (T, bool) { return find(sorted, key, t.compare) }

func compareCompetency(a, b Competency) int { return strings.Compare(a.Code, b.Code) }
func comparePoint(a, b KnowledgePoint) int  { return strings.Compare(a.Code, b.Code) }
func comparePosition(a, b Position) int     { return strings.Compare(a.Code, b.Code) }
func compareResource(a, b Resource) int     { return strings.Compare(a.Code, b.Code) }

func compareLevel(a, b ScaleLevel) int { return strings.Compare(a.Label, b.Label) }

func comparePrerequisite(a, b Prerequisite) int {
	return cmp.Or(strings.Compare(a.Dependent, b.Dependent),
		strings.Compare(a.Prerequisite, b.Prerequisite), strings.Compare(a.Clause, b.Clause))
}

func compareRequirement(a, b Requirement) int {
	return cmp.Or(strings.Compare(a.Position, b.Position), strings.Compare(a.Target, b.Target))
}

func compareRelated(a, b Related) int {
	return cmp.Or(strings.Compare(a.A, b.A), strings.Compare(a.B, b.B))
}

// Canonical returns the pair in canonical order, smaller code first.
func (r Related) Canonical() Related {
	if r.B < r.A {
		return Related{A: r.B, B: r.A}
	}
	return r
}

// find looks a record up in a sorted list by binary search.
func find[T any](sorted []T, key T, compare func(a, b T) int) (found T, ok bool) {
	i, ok := slices.BinarySearchFunc(sorted, key, compare)
	if ok {
		found = sorted[i]
	}
	return found, ok
}
