package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

var applyTests = []test{
	{"an edit of the catalog makes the next revision, one of people none", func(b harness) {
		require.Equal(b, store.Revision(1), b.apply(0, competency.ChangeSet{Put: records(sampleCatalog(), samplePeople())}))
		require.Equal(b, store.Revision(1), b.apply(1, competency.ChangeSet{Put: records(competency.Catalog{}, samplePeople())}))
		require.Equal(b, store.Revision(1), b.apply(1, competency.ChangeSet{Delete: person(competency.Employee{Code: "temp"})}))
		require.Equal(b, store.Revision(2), b.apply(1, competency.ChangeSet{Delete: records(competency.Catalog{Related: sampleCatalog().Related[:1]}, competency.People{})}))
		require.Equal(b, store.Revision(2), b.revision())
	}},
	{"a set that changes nothing at all is accepted and makes no revision", func(b harness) {
		require.Equal(b, store.Revision(0), b.apply(0, competency.ChangeSet{}))
		require.Equal(b, storeContent{}, b.readAll())
	}},
	{"a base that is not the revision is a conflict, for people and for nothing too", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		b.put(records(competency.Catalog{Positions: []competency.Position{{Code: "p"}}}, competency.People{}))
		for _, base := range []store.Revision{-1, 0, 1, 3} {
			b.requireRefused(store.ErrConflict, base, competency.ChangeSet{Put: records(competency.Catalog{Positions: []competency.Position{{Code: "q"}}}, competency.People{})})
			b.requireRefused(store.ErrConflict, base, competency.ChangeSet{Put: person(competency.Employee{Code: "li", Name: "李明"})})
			b.requireRefused(store.ErrConflict, base, competency.ChangeSet{ID: "new"})
		}
	}},
	{"a set whose ID is known changes nothing and returns the revision that it made", func(b harness) {
		set := func(id, code string) competency.ChangeSet {
			return competency.ChangeSet{ID: id, At: noon, Put: records(competency.Catalog{Positions: []competency.Position{{Code: code}}}, competency.People{})}
		}
		require.Equal(b, store.Revision(1), b.apply(0, set("first", "a")))
		require.Equal(b, store.Revision(2), b.apply(1, set("第二", "b")))
		require.Equal(b, store.Revision(3), b.apply(2, set("", "c")))
		before := b.readAll()
		// Whatever the base, and whatever the set has become.
		for _, base := range []store.Revision{0, 1, 3, 7} {
			require.Equal(b, store.Revision(1), b.apply(base, set("first", "a")))
			require.Equal(b, store.Revision(2), b.apply(base, set("第二", "z")))
		}
		require.Equal(b, before, b.readAll())
	}},
	{"sets without an ID are all different", func(b harness) {
		same := competency.ChangeSet{Put: records(competency.Catalog{Positions: []competency.Position{{Code: "p"}}}, competency.People{})}
		require.Equal(b, store.Revision(1), b.apply(0, same))
		require.Equal(b, store.Revision(2), b.apply(1, same))
	}},
	{"an ID is only known once a set with it has edited the catalog", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		b.requireRefused(store.ErrConflict, 0, competency.ChangeSet{ID: "x", Put: records(sampleCatalog(), competency.People{})})
		require.Equal(b, store.Revision(1), b.apply(1, competency.ChangeSet{ID: "x", Put: person(competency.Employee{Code: "li", Name: "甲"})}))
		require.Equal(b, store.Revision(1), b.apply(1, competency.ChangeSet{ID: "x", Put: person(competency.Employee{Code: "li", Name: "乙"})}))
		require.Equal(b, "乙", b.profile("li").Employee.Name)
		require.Equal(b, store.Revision(2), b.apply(1, competency.ChangeSet{ID: "x", Put: records(sampleCatalog(), competency.People{})}))
	}},
	{"within a set, the order of what refers to each other is free", func(b harness) {
		// Units and managers may even stand in a ring: to tell is no store's job.
		b.put(records(competency.Catalog{
			Competencies:    []competency.Competency{{Code: "a", Parent: "b"}, {Code: "b", Parent: "c"}, {Code: "c"}},
			KnowledgePoints: []competency.KnowledgePoint{{Code: "k", Competency: "c"}},
		}, competency.People{
			OrgUnits:  []competency.OrgUnit{{Code: "a", Name: "a", Parent: "b"}, {Code: "b", Name: "b", Parent: "a"}},
			Employees: []competency.Employee{{Code: "a", Name: "a", Manager: "b"}, {Code: "b", Name: "b", Manager: "a"}},
		}))
		require.Equal(b, "b", b.profile("a").Manager.Code)
		require.Equal(b, "a", b.profile("b").Manager.Code)
	}},
	{"what would dangle is refused, with everything else in its set", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		for _, c := range dangling {
			b.Run(c.sentence, func(t *testing.T) {
				harness{t, b.store}.requireRefused(store.ErrReference, 1, harmless(c.set))
			})
		}
		require.Equal(b, store.Revision(2), b.apply(1, harmless(competency.ChangeSet{})))
	}},
	{"what nothing refers to any more may be deleted together with what did", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		b.edit(competency.ChangeSet{Delete: records(sampleCatalog(), samplePeople())})
		require.Equal(b, competency.Catalog{}, b.load())
		require.Empty(b, b.units())
		require.Empty(b, b.profiles())
	}},
}

// harmless adds edits that would succeed alone.
func harmless(cs competency.ChangeSet) competency.ChangeSet {
	cs.ID, cs.At = "harmless", noon
	cs.Put.Positions = append(cs.Put.Positions, competency.Position{Code: "welder"})
	cs.Put.OrgUnits = append(cs.Put.OrgUnits, competency.OrgUnit{Code: "hall", Name: "车间"})
	cs.Put.Mastery = append(cs.Put.Mastery, competency.Assessment{Employee: "temp", KnowledgePoint: "helmet", Mastery: 1, AssessedAt: noon})
	cs.Delete.Related = append(cs.Delete.Related, sampleCatalog().Related[0])
	return cs
}

func putting(c competency.Catalog, p competency.People) competency.ChangeSet {
	return competency.ChangeSet{Put: records(c, p)}
}

func deleting(c competency.Catalog, p competency.People) competency.ChangeSet {
	return competency.ChangeSet{Delete: records(c, p)}
}

// dangling are sets that leave a reference to nothing in the plant and its crew.
var dangling = []struct {
	sentence string
	set      competency.ChangeSet
}{
	{"a competency in none", putting(competency.Catalog{Competencies: []competency.Competency{{Code: "c", Parent: "none"}}}, competency.People{})},
	{"a competency in a point", putting(competency.Catalog{Competencies: []competency.Competency{{Code: "c", Parent: "crane"}}}, competency.People{})},
	{"a point in no competency", putting(competency.Catalog{KnowledgePoints: []competency.KnowledgePoint{{Code: "k", Competency: "none"}}}, competency.People{})},
	{"a point in a competency of another case", putting(competency.Catalog{KnowledgePoints: []competency.KnowledgePoint{{Code: "k", Competency: "Work"}}}, competency.People{})},
	{"a prerequisite that is nothing", putting(competency.Catalog{Prerequisites: []competency.Prerequisite{{Dependent: "crane", Prerequisite: "none"}}}, competency.People{})},
	{"a dependent that is nothing", putting(competency.Catalog{Prerequisites: []competency.Prerequisite{{Dependent: "none", Prerequisite: "crane"}}}, competency.People{})},
	{"a point related to nothing", putting(competency.Catalog{Related: []competency.Related{{A: "crane", B: "none"}}}, competency.People{})},
	{"a requirement of no position", putting(competency.Catalog{Requirements: []competency.Requirement{{Position: "none", Target: "crane"}}}, competency.People{})},
	{"a requirement on nothing", putting(competency.Catalog{Requirements: []competency.Requirement{{Position: "rigger", Target: "none"}}}, competency.People{})},
	{"a resource that teaches nothing known", putting(competency.Catalog{Resources: []competency.Resource{{Code: "r", Teaches: []string{"crane", "none"}}}}, competency.People{})},
	{"a resource that teaches a competency", putting(competency.Catalog{Resources: []competency.Resource{{Code: "r", Teaches: []string{"safety"}}}}, competency.People{})},
	{"a unit in none", putting(competency.Catalog{}, competency.People{OrgUnits: []competency.OrgUnit{{Code: "u", Name: "u", Parent: "none"}}})},
	{"an employee in no unit", putting(competency.Catalog{}, competency.People{Employees: []competency.Employee{{Code: "e", Name: "e", OrgUnit: "none"}}})},
	{"an employee in no position", putting(competency.Catalog{}, competency.People{Employees: []competency.Employee{{Code: "e", Name: "e", Position: "none"}}})},
	{"an employee who targets no position", putting(competency.Catalog{}, competency.People{Employees: []competency.Employee{{Code: "li", Targets: []string{"rigger", "none"}}}})},
	{"an employee with a manager who is nobody", putting(competency.Catalog{}, competency.People{Employees: []competency.Employee{{Code: "li", Manager: "none"}}})},
	{"an assessment of nobody", putting(competency.Catalog{}, competency.People{Mastery: []competency.Assessment{{Employee: "none", KnowledgePoint: "crane"}}})},
	{"an assessment on nothing", putting(competency.Catalog{}, competency.People{Mastery: []competency.Assessment{{Employee: "li", KnowledgePoint: "none"}}})},
	{"an assessment on a competency", putting(competency.Catalog{}, competency.People{Mastery: []competency.Assessment{{Employee: "li", KnowledgePoint: "safety"}}})},
	{"a new unit without a name", putting(competency.Catalog{}, competency.People{OrgUnits: []competency.OrgUnit{{Code: "u", Parent: "company"}}})},
	{"a new employee without a name", putting(competency.Catalog{}, competency.People{Employees: []competency.Employee{{Code: "e", OrgUnit: "team"}}})},
	{"an employee who is deleted and put again without a name", competency.ChangeSet{
		Put: person(competency.Employee{Code: "temp", OrgUnit: "team"}), Delete: person(competency.Employee{Code: "temp"}),
	}},
	{"deleting a competency with another in it", deleting(competency.Catalog{Competencies: []competency.Competency{{Code: "work"}}}, competency.People{})},
	{"deleting a competency that is a prerequisite", competency.ChangeSet{
		Put:    records(competency.Catalog{KnowledgePoints: []competency.KnowledgePoint{{Code: "helmet"}}}, competency.People{}),
		Delete: records(competency.Catalog{Competencies: []competency.Competency{{Code: "safety"}}, Requirements: sampleCatalog().Requirements[2:]}, competency.People{}),
	}},
	{"deleting a point that has prerequisites", deleting(competency.Catalog{
		KnowledgePoints: []competency.KnowledgePoint{{Code: "signal"}}, Prerequisites: sampleCatalog().Prerequisites[2:3], Related: sampleCatalog().Related, Resources: sampleCatalog().Resources,
	}, competency.People{Mastery: samplePeople().Mastery})},
	{"deleting a point that is related", deleting(competency.Catalog{
		KnowledgePoints: []competency.KnowledgePoint{{Code: "signal"}}, Prerequisites: sampleCatalog().Prerequisites[2:], Related: sampleCatalog().Related[:1], Resources: sampleCatalog().Resources,
	}, competency.People{Mastery: samplePeople().Mastery})},
	{"deleting a point that is taught", deleting(competency.Catalog{
		KnowledgePoints: []competency.KnowledgePoint{{Code: "signal"}}, Prerequisites: sampleCatalog().Prerequisites[2:], Related: sampleCatalog().Related,
	}, competency.People{Mastery: samplePeople().Mastery})},
	{"deleting a point on which someone is assessed", deleting(competency.Catalog{
		KnowledgePoints: []competency.KnowledgePoint{{Code: "signal"}}, Prerequisites: sampleCatalog().Prerequisites[2:], Related: sampleCatalog().Related, Resources: sampleCatalog().Resources,
	}, competency.People{})},
	{"deleting a point that a position requires", deleting(competency.Catalog{
		KnowledgePoints: []competency.KnowledgePoint{{Code: "crane"}}, Prerequisites: sampleCatalog().Prerequisites[:3], Related: sampleCatalog().Related, Resources: sampleCatalog().Resources,
	}, competency.People{Mastery: samplePeople().Mastery})},
	{"deleting a position with requirements", deleting(competency.Catalog{Positions: []competency.Position{{Code: "fitter"}}}, competency.People{
		Employees: []competency.Employee{{Code: "li"}},
	})},
	{"deleting a position that someone holds", deleting(competency.Catalog{Positions: sampleCatalog().Positions[1:], Requirements: sampleCatalog().Requirements[1:]}, competency.People{
		Employees: []competency.Employee{{Code: "li"}},
	})},
	{"deleting a position that someone targets", competency.ChangeSet{
		Put: person(competency.Employee{Code: "chief", Position: "fitter"}),
		Delete: records(competency.Catalog{
			Positions: sampleCatalog().Positions[1:], Requirements: sampleCatalog().Requirements[1:],
		}, competency.People{}),
	}},
	{"deleting an employee who manages others", deleting(competency.Catalog{}, competency.People{Employees: []competency.Employee{{Code: "chief"}}})},
	{"deleting a unit with members", deleting(competency.Catalog{}, competency.People{OrgUnits: []competency.OrgUnit{{Code: "team"}}})},
	{"deleting a unit with others in it", deleting(competency.Catalog{}, competency.People{OrgUnits: []competency.OrgUnit{{Code: "company"}}})},
}
