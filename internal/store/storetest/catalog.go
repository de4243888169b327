package storetest

import (
	"fmt"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

var catalogTests = []test{
	{"an empty store is at revision 0 and has nothing", func(b harness) {
		require.NoError(b, b.store.Ping(b.Context()))
		require.Equal(b, storeContent{}, b.readAll())
		require.Equal(b, store.EmployeePage{}, b.employees(store.EmployeeQuery{}))
		_, err := b.store.Profile(b.Context(), "nobody")
		require.ErrorIs(b, err, store.ErrNotFound)
	}},
	{"every field comes back as it was written", func(b harness) {
		b.put(records(sampleCatalog(), competency.People{}))
		require.Equal(b, sampleCatalog(), b.load())
	}},
	{"what a record does not say comes back unsaid", func(b harness) {
		bare := competency.Catalog{
			Competencies:    []competency.Competency{{Code: "c"}},
			KnowledgePoints: []competency.KnowledgePoint{{Code: "k"}, {Code: "l", Tags: []string{}}},
			Prerequisites:   []competency.Prerequisite{{Prerequisite: "k", Dependent: "l"}},
			Positions:       []competency.Position{{Code: "p"}},
			Requirements:    []competency.Requirement{{Position: "p", Target: "k"}},
			Resources:       []competency.Resource{{Code: "r", Teaches: []string{}}},
		}
		b.put(records(bare, competency.People{}))
		bare.KnowledgePoints[1].Tags, bare.Resources[0].Teaches = nil, nil
		require.Equal(b, bare, b.load())
	}},
	{"the extremes of numbers come back exactly", func(b harness) {
		c := competency.Catalog{
			KnowledgePoints: []competency.KnowledgePoint{
				{Code: "a", Minutes: new(1<<31 - 1), Difficulty: new(-1.5)},
				{Code: "b", Minutes: new(-1), Difficulty: new(1e300)},
				{Code: "c", Difficulty: new(5e-324)},
			},
			Positions: []competency.Position{{Code: "p"}},
			Requirements: []competency.Requirement{
				{Position: "p", Target: "a", Level: new(1.0), Weight: new(1.0 / 3)},
				{Position: "p", Target: "b", Level: new(1e-9), Weight: new(123456789.123)},
				{Position: "p", Target: "c", Critical: new(false)},
			},
		}
		b.put(records(c, competency.People{}))
		require.Equal(b, c, b.load())
	}},
	{"every list is in code-point order, however it was written", func(b harness) {
		b.edit(competency.ChangeSet{Put: shuffled()})
		want := shuffled().Catalog
		want.Sort()
		require.Equal(b, want, b.load())

		require.Equal(b, inOrder, names(b.units(), func(u competency.OrgUnit) string { return u.Code }))
		require.Equal(b, inOrder, codesOf(b.employees(store.EmployeeQuery{}).Profiles))
		require.Equal(b, inOrder, codesOf(b.profiles()))
		require.Equal(b, inOrder, names(b.profile("a").States, func(a competency.Assessment) string { return a.KnowledgePoint }))
	}},
	{"thousands of records come back whole", func(b harness) {
		cs := SampleCatalog(1000) // and 4,000 edges, more or less
		require.Equal(b, store.Revision(1), b.apply(0, cs))
		require.Equal(b, cs.Put.Catalog, b.load())
	}},
	{"a record that is put replaces the stored one whole", func(b harness) {
		b.put(records(sampleCatalog(), competency.People{}))
		change := competency.Catalog{
			Competencies:    []competency.Competency{{Code: "safety", Name: "平安"}},
			KnowledgePoints: []competency.KnowledgePoint{{Code: "crane", Name: "起吊"}},
			Prerequisites:   []competency.Prerequisite{{Dependent: "crane", Prerequisite: "helmet", Clause: "甲", Level: new(0.3)}},
			Related:         []competency.Related{{A: "crane", B: "signal"}},
			Positions:       []competency.Position{{Code: "rigger", Name: "吊车工"}},
			Requirements:    []competency.Requirement{{Position: "rigger", Target: "crane", Weight: new(9.0)}},
			Resources:       []competency.Resource{{Code: "film", Title: "电影", Teaches: []string{"helmet"}}, {Code: "leaflet", Teaches: []string{"crane"}}},
		}
		b.put(records(change, competency.People{}))
		require.Equal(b, normalizeCatalog(sampleCatalog().Apply(competency.ChangeSet{Put: records(change, competency.People{})})), b.load())
	}},
	{"what is deleted is gone and the rest stays", func(b harness) {
		b.put(records(sampleCatalog(), competency.People{}))
		del := competency.Catalog{
			KnowledgePoints: []competency.KnowledgePoint{{Code: "crane"}},
			Prerequisites:   []competency.Prerequisite{{Dependent: "crane", Prerequisite: "helmet", Clause: "乙"}, {Dependent: "crane", Prerequisite: "helmet", Clause: "甲"}, {Dependent: "crane", Prerequisite: "signal"}},
			Related:         []competency.Related{{A: "crane", B: "signal"}},
			Positions:       []competency.Position{{Code: "rigger"}},
			Requirements:    []competency.Requirement{{Position: "rigger", Target: "crane"}, {Position: "rigger", Target: "safety"}},
			Resources:       []competency.Resource{{Code: "film"}},
		}
		cs := competency.ChangeSet{Delete: records(del, competency.People{})}
		b.edit(cs)
		require.Equal(b, normalizeCatalog(sampleCatalog().Apply(cs)), b.load())

		b.edit(competency.ChangeSet{Delete: records(b.load(), competency.People{})})
		require.Equal(b, competency.Catalog{}, b.load())
	}},
	{"one of several clauses between the same two is deleted alone", func(b harness) {
		b.put(records(sampleCatalog(), competency.People{}))
		cs := competency.ChangeSet{Delete: records(competency.Catalog{Prerequisites: sampleCatalog().Prerequisites[1:2]}, competency.People{})}
		b.edit(cs)
		require.Equal(b, sampleCatalog().Apply(cs), b.load())
		require.Len(b, b.load().Prerequisites, 3)
	}},
	{"deletions come before puts, so that both together replace", func(b harness) {
		b.put(records(sampleCatalog(), competency.People{}))
		other := competency.Catalog{
			KnowledgePoints: []competency.KnowledgePoint{{Code: "crane", Name: "新"}},
			Prerequisites:   []competency.Prerequisite{{Dependent: "signal", Prerequisite: "safety", Strength: competency.Soft}},
			Related:         []competency.Related{{A: "crane", B: "signal"}},
			Positions:       []competency.Position{{Code: "rigger", Name: "新"}},
			Requirements:    []competency.Requirement{{Position: "rigger", Target: "crane", Level: new(0.2)}},
			Resources:       []competency.Resource{{Code: "film", Title: "新"}},
		}
		both := records(other, competency.People{})
		b.edit(competency.ChangeSet{Put: both, Delete: both})
		require.Equal(b, normalizeCatalog(sampleCatalog().Apply(competency.ChangeSet{Put: both})), b.load())
	}},
	{"deleting what is not there is no error", func(b harness) {
		b.put(records(sampleCatalog(), samplePeople()))
		before := b.readAll()
		r := b.edit(competency.ChangeSet{Delete: records(competency.Catalog{
			Competencies:    []competency.Competency{{Code: "helmet"}, {Code: "x"}},     // a point has this code, and
			KnowledgePoints: []competency.KnowledgePoint{{Code: "safety"}, {Code: "x"}}, // a competency this
			Prerequisites:   []competency.Prerequisite{{Dependent: "crane", Prerequisite: "helmet", Clause: "x"}},
			Related:         []competency.Related{{A: "crane", B: "helmet"}},
			Positions:       []competency.Position{{Code: "x"}},
			Requirements:    []competency.Requirement{{Position: "fitter", Target: "crane"}},
			Resources:       []competency.Resource{{Code: "x"}},
		}, competency.People{
			OrgUnits:  []competency.OrgUnit{{Code: "x"}},
			Employees: []competency.Employee{{Code: "x"}},
			Mastery:   []competency.Assessment{{Employee: "temp", KnowledgePoint: "crane"}},
		})})
		require.Equal(b, before.Revision+1, r)
		require.Equal(b, before.Catalog, b.load())
		require.Equal(b, before.Units, b.units())
		require.Equal(b, codesOf(before.Profiles), codesOf(b.profiles()))
	}},
	{"a code moves from competency to point and back, and edges to it stay", func(b harness) {
		b.put(records(sampleCatalog(), competency.People{}))
		// Every edge that names "safety" is still there; only what it is changes.
		point := competency.Catalog{KnowledgePoints: []competency.KnowledgePoint{
			{Code: "helmet", Name: "安全帽", Competency: "work"}, {Code: "safety", Name: "安全", Competency: "work"},
		}}
		group := competency.Catalog{Competencies: sampleCatalog().Competencies[:1]}
		there := competency.ChangeSet{Put: records(point, competency.People{}), Delete: records(group, competency.People{})}
		b.edit(there)
		moved := sampleCatalog().Apply(there)
		require.Equal(b, moved, b.load())

		back := competency.ChangeSet{
			Put: records(group, competency.People{}),
			Delete: records(competency.Catalog{
				KnowledgePoints: []competency.KnowledgePoint{{Code: "safety"}},
			}, competency.People{}),
		}
		b.edit(back)
		require.Equal(b, moved.Apply(back), b.load())
	}},
	{"every edit raises the revision by one, and Load tells it", func(b harness) {
		for i := range 3 {
			p := competency.Position{Code: fmt.Sprint(i)}
			require.Equal(b, store.Revision(i+1), b.put(records(competency.Catalog{Positions: []competency.Position{p}}, competency.People{})))
			_, loaded, err := b.store.Load(b.Context())
			require.NoError(b, err)
			require.Equal(b, store.Revision(i+1), loaded)
			require.Equal(b, loaded, b.revision())
		}
	}},
}

// inOrder are codes in code-point order, which is neither that of a dictionary
// nor that of UTF-16, where the last two would come before the one before them.
var inOrder = []string{"!", "1", "10", "9", "A", "B", "_", "a", "b", "é", "λ", "一", "丁", "岗位", "岗位一", "ﾊ", "😀", "𠮷"}

// shuffled has one record of every type for each of the codes in disorder.
func shuffled() competency.Records {
	codes := slices.Clone(inOrder)
	slices.Reverse(codes)
	codes[0], codes[5] = codes[5], codes[0]
	var r competency.Records
	for _, code := range codes {
		r.Competencies = append(r.Competencies, competency.Competency{Code: "c" + code})
		r.KnowledgePoints = append(r.KnowledgePoints, competency.KnowledgePoint{Code: code})
		r.Positions = append(r.Positions, competency.Position{Code: code})
		r.Resources = append(r.Resources, competency.Resource{Code: code})
		for _, other := range []string{"a", "一", "😀"} {
			r.Requirements = append(r.Requirements, competency.Requirement{Position: code, Target: other})
			for _, clause := range []string{"乙", "", "甲"} {
				r.Prerequisites = append(r.Prerequisites, competency.Prerequisite{Dependent: code, Prerequisite: other, Clause: clause})
			}
			if code < other {
				r.Related = append(r.Related, competency.Related{A: code, B: other})
			}
		}
		r.OrgUnits = append(r.OrgUnits, competency.OrgUnit{Code: code, Name: "n"})
		r.Employees = append(r.Employees, competency.Employee{Code: code, Name: "n"})
		r.Mastery = append(r.Mastery, competency.Assessment{Employee: "a", KnowledgePoint: code, AssessedAt: noon})
	}
	return r
}

func names[T any](list []T, name func(T) string) []string {
	out := []string{}
	for _, v := range list {
		out = append(out, name(v))
	}
	return out
}
