package competency

import "github.com/zhitu/zhitu/internal/fault"

// MaxText is how many characters a text may have: as many as a cell of a
// workbook holds.
const MaxText = 32_767

// MaxMinutes bounds the minutes of one point or resource: a year.
const MaxMinutes = 365 * 24 * 60

// Check returns every problem of edits to a catalog: malformed and duplicate
// codes, values out of range, references to what is neither stored nor brought
// along, deletions of what is still referred to. The places of the problems
// are those of the set as given, which must be normalized.
//
// Cycles are kg.Compile's to find, and whether people exist is known to the
// store alone. It costs O(changes × log catalog), and once O(catalog) where points
// or competencies are deleted for good.
func (c Catalog) Check(cs ChangeSet) []fault.Problem {
	k := newChecker(c, cs)
	k.checkCompetencies()
	k.checkPoints()
	k.checkPrerequisites()
	k.checkRelated()
	k.checkPositions()
	k.checkRequirements()
	k.checkResources()
	k.checkScale()
	k.checkOrgUnits()
	k.checkEmployees()
	k.checkMastery()
	k.checkDeletions()
	return k.problems
}

// checker looks through one change set.
type checker struct {
	base     Catalog
	cs       ChangeSet
	problems []fault.Problem
	// What the set puts, by code, with the place where it first does.
	putLearnables, putPositions, putResources, putUnits, putEmployees map[string]fault.Place
	// The codes that it deletes, perhaps to put them again.
	deletedLearnables, deletedPositions, deletedResources map[string]bool

	suggester   Suggester
	referentsOf map[string]*Referents // by type, what a reference may name
}

func newChecker(base Catalog, cs ChangeSet) *checker {
	k := &checker{
		base: base, cs: cs, referentsOf: map[string]*Referents{},
		putLearnables: map[string]fault.Place{}, putPositions: map[string]fault.Place{}, putResources: map[string]fault.Place{},
		putUnits: map[string]fault.Place{}, putEmployees: map[string]fault.Place{},
		deletedLearnables: codeSet(cs.Delete.KnowledgePoints, func(p KnowledgePoint) string { return p.Code }),
		deletedPositions:  codeSet(cs.Delete.Positions, func(p Position) string { return p.Code }),
		deletedResources:  codeSet(cs.Delete.Resources, func(r Resource) string { return r.Code }),
	}
	for _, d := range cs.Delete.Competencies {
		k.deletedLearnables[d.Code] = true
	}
	// All codes come first: a record may refer to one that stands below it.
	for i, r := range cs.Put.Competencies {
		k.registerCode(k.putLearnables, r.Code, fault.Place{Record: Competencies, Index: i, Field: "code"})
	}
	for i, r := range cs.Put.KnowledgePoints {
		k.registerCode(k.putLearnables, r.Code, fault.Place{Record: KnowledgePoints, Index: i, Field: "code"})
	}
	for i, r := range cs.Put.Positions {
		k.registerCode(k.putPositions, r.Code, fault.Place{Record: Positions, Index: i, Field: "code"})
	}
	for i, r := range cs.Put.Resources {
		k.registerCode(k.putResources, r.Code, fault.Place{Record: Resources, Index: i, Field: "code"})
	}
	for i, r := range cs.Put.OrgUnits {
		k.registerCode(k.putUnits, r.Code, fault.Place{Record: OrgUnits, Index: i, Field: "code"})
	}
	for i, r := range cs.Put.Employees {
		k.registerCode(k.putEmployees, r.Code, fault.Place{Record: Employees, Index: i, Field: "code"})
	}
	return k
}

// registerCode notes the place where the set puts a code. It reports a malformed code
// that is not stored, and one that is there already among those of its type (space).
func (k *checker) registerCode(space map[string]fault.Place, code string, at fault.Place) {
	if !k.isStored(at.Record, code) && !k.checkCode(at, code) {
		return
	}
	if first, taken := space[code]; taken {
		k.reportDuplicate(at, first, Quote(code))
		return
	}
	space[code] = at
}

// isStored reports whether a code may be that of a stored record, which stays valid even
// if an earlier version took what is refused today. Which people are stored the store
// alone knows: References checks their invisible characters.
func (k *checker) isStored(record, code string) (stored bool) {
	switch record {
	case Competencies:
		_, stored = k.storedCompetency(code)
	case KnowledgePoints:
		_, stored = k.storedPoint(code)
	case Positions:
		_, stored = find(k.base.Positions, Position{Code: code}, comparePosition)
	case Resources:
		_, stored = find(k.base.Resources, Resource{Code: code}, compareResource)
	case OrgUnits, Employees:
		visible := RemoveInvisible(code)
		return visible != code && ValidCode(visible)
	}
	return stored
}

func (k *checker) checkCode(at fault.Place, code string) bool {
	problem, ok := CheckCode(code)
	if !ok {
		k.problems = append(k.problems, fault.Problem{Place: at, Code: fault.InvalidArgument, Text: problem, NewRule: IsOlderCode(code)})
	}
	return ok
}

func (k *checker) report(at fault.Place, code fault.Code, en, zh string, args ...any) {
	k.problems = append(k.problems, fault.Problem{Place: at, Code: code, Text: fault.T(en, zh, args...)})
}

// reportDuplicate reports what is given twice: a quoted code, or a pair of codes.
func (k *checker) reportDuplicate(at, first fault.Place, what any) {
	if pair, ok := what.(string); ok {
		what = Truncate(pair, 2*MaxQuoted)
	}
	k.problems = append(k.problems, fault.Problem{
		Place: at, Other: first, Code: fault.InvalidArgument,
		Text: fault.T("%s is given twice: keep one of the two", "%s 重复出现：请只保留一个", what),
	})
}
