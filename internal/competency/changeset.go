package competency

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Catalog 目录 is all of the graph except people. Its lists are sorted by key
// (see Sort) wherever a function of this package takes or returns one.
type Catalog struct {
	Competencies    []Competency     `json:"competencies,omitempty"`
	KnowledgePoints []KnowledgePoint `json:"knowledgePoints,omitempty"`
	Prerequisites   []Prerequisite   `json:"prerequisites,omitempty"`
	Related         []Related        `json:"related,omitempty"`
	Positions       []Position       `json:"positions,omitempty"`
	Requirements    []Requirement    `json:"requirements,omitempty"`
	Resources       []Resource       `json:"resources,omitempty"`
}

// People are those who learn, where they belong, and what they master.
type People struct {
	OrgUnits  []OrgUnit    `json:"orgUnits,omitempty"`
	Employees []Employee   `json:"employees,omitempty"`
	Mastery   []Assessment `json:"mastery,omitempty"`
}

// Records are any number of records of every type.
type Records struct {
	Catalog
	People
}

// ChangeSet 变更集 is an atomic batch of edits. Of the records in Delete only
// the keys are read. A record in both is replaced whole: fields that Put leaves
// empty become empty or the default, and it keeps what it owns and what refers to
// it. ID makes applying it twice the same as once.
type ChangeSet struct {
	ID     string    `json:"id,omitempty"`
	At     time.Time `json:"at,omitzero"`
	Put    Records   `json:"put,omitzero"`
	Delete Records   `json:"delete,omitzero"`
}

// Len returns how many records of the catalog there are.
func (c Catalog) Len() int {
	return len(c.Competencies) + len(c.KnowledgePoints) + len(c.Prerequisites) + len(c.Related) +
		len(c.Positions) + len(c.Requirements) + len(c.Resources)
}

// Len returns how many records of people there are.
func (p People) Len() int { return len(p.OrgUnits) + len(p.Employees) + len(p.Mastery) }

// Empty reports whether the set changes nothing at all.
func (cs ChangeSet) Empty() bool {
	return !cs.EditsCatalog() && cs.Put.People.Len() == 0 && cs.Delete.People.Len() == 0
}

// EditsCatalog reports whether the set raises the revision.
func (cs ChangeSet) EditsCatalog() bool {
	return cs.Put.Catalog.Len() > 0 || cs.Delete.Catalog.Len() > 0
}

// Sort orders every list by key, in code-point order.
func (c *Catalog) Sort() {
	slices.SortFunc(c.Competencies, compareCompetency)
	slices.SortFunc(c.KnowledgePoints, comparePoint)
	slices.SortFunc(c.Prerequisites, comparePrerequisite)
	slices.SortFunc(c.Related, compareRelated)
	slices.SortFunc(c.Positions, comparePosition)
	slices.SortFunc(c.Requirements, compareRequirement)
	slices.SortFunc(c.Resources, compareResource)
}

func compareCompetency(a, b Competency) int { return strings.Compare(a.Code, b.Code) }
func comparePoint(a, b KnowledgePoint) int  { return strings.Compare(a.Code, b.Code) }
func comparePosition(a, b Position) int     { return strings.Compare(a.Code, b.Code) }
func compareResource(a, b Resource) int     { return strings.Compare(a.Code, b.Code) }

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

// Ordered puts a pair without direction the one way it is kept.
func (r Related) Ordered() Related {
	if r.B < r.A {
		return Related{A: r.B, B: r.A}
	}
	return r
}

// Apply returns the catalog with a resolved change set applied. The base is
// left as it is. It costs O(catalog + changes).
func (c Catalog) Apply(cs ChangeSet) Catalog {
	return Catalog{
		Competencies:    merge(c.Competencies, cs.Put.Competencies, cs.Delete.Competencies, compareCompetency),
		KnowledgePoints: merge(c.KnowledgePoints, cs.Put.KnowledgePoints, cs.Delete.KnowledgePoints, comparePoint),
		Prerequisites:   merge(c.Prerequisites, cs.Put.Prerequisites, cs.Delete.Prerequisites, comparePrerequisite),
		Related:         merge(c.Related, cs.Put.Related, cs.Delete.Related, compareRelated),
		Positions:       merge(c.Positions, cs.Put.Positions, cs.Delete.Positions, comparePosition),
		Requirements:    merge(c.Requirements, cs.Put.Requirements, cs.Delete.Requirements, compareRequirement),
		Resources:       merge(c.Resources, cs.Put.Resources, cs.Delete.Resources, compareResource),
	}
}

// merge returns base without del and with put in place of what has its key;
// all three are sorted.
func merge[T any](base, put, del []T, compare func(a, b T) int) []T {
	if len(put) == 0 && len(del) == 0 {
		return base
	}
	out := make([]T, 0, len(base)+len(put))
	for _, b := range base {
		for len(put) > 0 && compare(put[0], b) < 0 {
			out, put = append(out, put[0]), put[1:]
		}
		for len(del) > 0 && compare(del[0], b) < 0 {
			del = del[1:]
		}
		switch {
		case len(put) > 0 && compare(put[0], b) == 0:
			out, put = append(out, put[0]), put[1:]
		case len(del) > 0 && compare(del[0], b) == 0:
		default:
			out = append(out, b)
		}
	}
	return append(out, put...)
}

// Resolve turns edits into what they do to this catalog: absent fields are
// filled from the stored record, or with the defaults of a new one; records
// that change nothing are left out; what a deleted record owns goes with it (a
// position its requirements, a point or competency the clauses into it), unless
// the record is put as well. In the result the catalog's records are complete,
// sorted by key, and either in Put or in Delete. It costs O(changes × log catalog).
//
// Edits that Check refuses have no meaning here.
func (c Catalog) Resolve(cs ChangeSet) ChangeSet {
	out := ChangeSet{ID: cs.ID, At: cs.At}
	out.Put.People, out.Delete.People = cs.Put.People, cs.Delete.People
	put, del, owned := &out.Put.Catalog, &out.Delete.Catalog, c.withOwned(cs)
	put.Competencies, del.Competencies = resolve(c.Competencies, cs.Put.Competencies, cs.Delete.Competencies, compareCompetency, Competency.over)
	put.KnowledgePoints, del.KnowledgePoints = resolve(c.KnowledgePoints, cs.Put.KnowledgePoints, cs.Delete.KnowledgePoints, comparePoint, KnowledgePoint.over)
	put.Prerequisites, del.Prerequisites = resolve(c.Prerequisites, cs.Put.Prerequisites, owned.Prerequisites, comparePrerequisite, Prerequisite.over)
	put.Related, del.Related = resolve(c.Related, ordered(cs.Put.Related), ordered(cs.Delete.Related), compareRelated, Related.over)
	put.Positions, del.Positions = resolve(c.Positions, cs.Put.Positions, cs.Delete.Positions, comparePosition, Position.over)
	put.Requirements, del.Requirements = resolve(c.Requirements, cs.Put.Requirements, owned.Requirements, compareRequirement, Requirement.over)
	put.Resources, del.Resources = resolve(c.Resources, cs.Put.Resources, cs.Delete.Resources, compareResource, Resource.over)
	return out
}

func resolve[T any](base, put, del []T, compare func(a, b T) int, over func(given, stored T) T) (puts, dels []T) {
	has := func(list []T, key T) bool {
		_, ok := slices.BinarySearchFunc(list, key, compare)
		return ok
	}
	del = slices.Clone(del)
	slices.SortFunc(del, compare)
	for _, given := range put {
		var stored T
		i, known := slices.BinarySearchFunc(base, given, compare)
		if known && !has(del, given) {
			stored = base[i]
		}
		full := over(given, stored)
		if !known || !reflect.DeepEqual(full, base[i]) {
			puts = append(puts, full)
		}
	}
	slices.SortFunc(puts, compare)
	given := slices.Clone(put)
	slices.SortFunc(given, compare)
	for _, d := range del {
		if has(base, d) && !has(given, d) {
			dels = append(dels, d)
		}
	}
	return puts, slices.CompactFunc(dels, func(a, b T) bool { return compare(a, b) == 0 })
}

// withOwned adds to the deletions of a set what cannot stand without the deleted.
// A code that the set puts as well goes on, and keeps what it owns; points and
// competencies share their codes here too, as edges name either.
func (c Catalog) withOwned(cs ChangeSet) Catalog {
	learnable := codes(cs.Delete.KnowledgePoints, func(k KnowledgePoint) string { return k.Code })
	for _, k := range cs.Delete.Competencies {
		learnable[k.Code] = true
	}
	for _, k := range cs.Put.KnowledgePoints {
		delete(learnable, k.Code)
	}
	for _, k := range cs.Put.Competencies {
		delete(learnable, k.Code)
	}
	position := codes(cs.Delete.Positions, func(p Position) string { return p.Code })
	for _, p := range cs.Put.Positions {
		delete(position, p.Code)
	}
	del := cs.Delete.Catalog
	del.Prerequisites = slices.Concat(del.Prerequisites,
		ownedBy(learnable, c.Prerequisites, func(e Prerequisite) string { return e.Dependent }))
	del.Requirements = slices.Concat(del.Requirements,
		ownedBy(position, c.Requirements, func(r Requirement) string { return r.Position }))
	return del
}

// ownedBy returns the records whose owner is one of these, from a list that is
// sorted by owner. It costs O(owners × log list + result).
func ownedBy[T any](owners map[string]bool, sorted []T, owner func(T) string) (owned []T) {
	for code := range owners {
		from, _ := slices.BinarySearchFunc(sorted, code, func(v T, code string) int { return strings.Compare(owner(v), code) })
		for ; from < len(sorted) && owner(sorted[from]) == code; from++ {
			owned = append(owned, sorted[from])
		}
	}
	return owned
}

func codes[T any](list []T, code func(T) string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, v := range list {
		set[code(v)] = true
	}
	return set
}

func ordered(pairs []Related) []Related {
	out := make([]Related, len(pairs))
	for i, p := range pairs {
		out[i] = p.Ordered()
	}
	return out
}

// The over methods lay a given record over the stored one, which is the zero
// record where there is none.

func (given Position) over(stored Position) Position {
	return Position{
		Code: given.Code, Name: cmp.Or(given.Name, stored.Name), NameEN: cmp.Or(given.NameEN, stored.NameEN),
		Family: cmp.Or(given.Family, stored.Family), Grade: cmp.Or(given.Grade, stored.Grade),
		Description: cmp.Or(given.Description, stored.Description),
	}
}

func (given Competency) over(stored Competency) Competency {
	return Competency{
		Code: given.Code, Name: cmp.Or(given.Name, stored.Name), NameEN: cmp.Or(given.NameEN, stored.NameEN),
		Parent: cmp.Or(given.Parent, stored.Parent), Description: cmp.Or(given.Description, stored.Description),
	}
}

func (given KnowledgePoint) over(stored KnowledgePoint) KnowledgePoint {
	return KnowledgePoint{
		Code: given.Code, Name: cmp.Or(given.Name, stored.Name), NameEN: cmp.Or(given.NameEN, stored.NameEN),
		Competency: cmp.Or(given.Competency, stored.Competency),
		Kind:       cmp.Or(given.Kind, stored.Kind, Knowledge), Nature: cmp.Or(given.Nature, stored.Nature, Procedural),
		Minutes: cmp.Or(given.Minutes, stored.Minutes), Difficulty: cmp.Or(given.Difficulty, stored.Difficulty),
		Tags: orList(given.Tags, stored.Tags), Description: cmp.Or(given.Description, stored.Description),
	}
}

func (given Prerequisite) over(stored Prerequisite) Prerequisite {
	return Prerequisite{
		Prerequisite: given.Prerequisite, Dependent: given.Dependent, Clause: given.Clause,
		Strength: cmp.Or(given.Strength, stored.Strength, Hard),
		Level:    cmp.Or(given.Level, stored.Level, new(DefaultTheta)), Reason: cmp.Or(given.Reason, stored.Reason),
	}
}

func (given Related) over(Related) Related { return given }

func (given Requirement) over(stored Requirement) Requirement {
	return Requirement{
		Position: given.Position, Target: given.Target, Level: cmp.Or(given.Level, stored.Level, new(DefaultLevel)),
		Weight:   cmp.Or(given.Weight, stored.Weight, new(DefaultWeight)),
		Critical: cmp.Or(given.Critical, stored.Critical, new(false)),
	}
}

func (given Resource) over(stored Resource) Resource {
	return Resource{
		Code: given.Code, Title: cmp.Or(given.Title, stored.Title), URL: cmp.Or(given.URL, stored.URL),
		Modality: cmp.Or(given.Modality, stored.Modality), Minutes: cmp.Or(given.Minutes, stored.Minutes),
		Language: cmp.Or(given.Language, stored.Language), Teaches: orList(given.Teaches, stored.Teaches),
	}
}

func orList[T any](given, stored []T) []T {
	if len(given) > 0 {
		return given
	}
	return stored
}
