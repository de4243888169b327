package storetest

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

var modelTests = []test{
	{"a store and a model of it agree after any change sets", func(b harness) {
		accepted, refused := 0, 0
		rapid.Check(b.T, func(t *rapid.T) {
			clear(b)
			m := model{revision: b.revision()}
			start := m.revision
			m, ok := model{
				revision: start, units: map[string]competency.OrgUnit{}, employees: map[string]competency.Employee{},
				states: map[[2]string]competency.Assessment{},
			}.apply(competency.ChangeSet{Put: records(sampleCatalog(), samplePeople())})
			require.True(t, ok)
			b.apply(start, competency.ChangeSet{Put: records(sampleCatalog(), samplePeople())})
			agree := func() {
				loaded, revision, err := b.store.Load(b.Context())
				require.NoError(t, err)
				require.Equal(t, m.revision, revision)
				require.Equal(t, normalizeCatalog(m.catalog), normalizeCatalog(loaded))
				require.Equal(t, m.orgUnits(), b.units())
				want := m.profiles()
				require.Equal(t, want, b.profiles())
				lines := modelLines(m.people())
				for _, p := range want {
					p.Lines, p.ManagerLines = lines[p.Employee.Code], lines[p.Employee.Manager]
					require.Equal(t, p, b.profile(p.Employee.Code))
				}
				require.Equal(t, want, nilIfEmpty(b.employees(store.EmployeeQuery{States: true}).Profiles))
			}
			for range rapid.IntRange(2, 6).Draw(t, "sets") {
				cs := m.catalog.Resolve(anySet(t, m))
				next, ok := m.apply(cs)
				made, err := b.store.Apply(b.Context(), m.revision, store.Change{ChangeSet: cs})
				if !ok {
					require.ErrorIs(t, err, store.ErrReference)
					refused++
					continue // the next time they agree tells that nothing was changed
				}
				require.NoError(t, err)
				require.Equal(t, next.revision, made)
				m = next
				accepted++
				agree()
			}
			agree()
			replayed := competency.Catalog{}
			for _, p := range b.history(store.HistoryQuery{After: start}) {
				replayed = replayed.Apply(*p.Changes)
			}
			require.Equal(t, normalizeCatalog(m.catalog), normalizeCatalog(replayed))
		})
		// A generator that is always refused, or never, would prove little.
		b.Logf("%d sets accepted, %d refused", accepted, refused)
		require.Greater(b, accepted, refused/4)
		require.Greater(b, refused, accepted/16)
	}},
}

// clear empties a store by its own means.
func clear(b harness) {
	b.Helper()
	del := records(b.load(), competency.People{OrgUnits: b.units()})
	for _, p := range b.profiles() {
		del.Employees = append(del.Employees, p.Employee)
	}
	b.edit(competency.ChangeSet{Delete: del})
}

// Few codes, so that sets meet; "safety" and "signal" may be points or
// competencies, as the plant has one of each.
var (
	anyCompetency = rapid.SampledFrom([]string{"work", "safety", "signal", "新"})
	anyPoint      = rapid.SampledFrom([]string{"crane", "helmet", "safety", "signal", "点"})
	anyLearnable  = rapid.OneOf(anyCompetency, anyPoint)
	anyPosition   = rapid.SampledFrom([]string{"fitter", "rigger", "岗"})
	anyResource   = rapid.SampledFrom([]string{"film", "leaflet", "课"})
	anyUnit       = rapid.SampledFrom([]string{"company", "yard", "team", "部"})
	anyEmployee   = rapid.SampledFrom([]string{"chief", "li", "temp", "新人"})
	anyText       = rapid.SampledFrom([]string{"", "甲", "B", "c\nd", "e\u0301"})
	anyClause     = rapid.SampledFrom([]string{"", "甲", "乙"})
	anyLevel      = rapid.SampledFrom([]*float64{nil, new(0.3), new(1.0)})
	anyMinutes    = rapid.SampledFrom([]*int{nil, new(0), new(45)})
	anyTime       = rapid.SampledFrom([]time.Time{{}, noon, noon.Add(-time.Hour), noon.Add(time.Nanosecond), noon.Add(time.Hour)})
)

// anySet draws a set that edits a few lists.
func anySet(t *rapid.T, m model) competency.ChangeSet {
	cs := competency.ChangeSet{At: rapid.SampledFrom([]time.Time{noon, noon.Add(time.Minute)}).Draw(t, "at")}
	edits := append(edits(t, &cs.Put), edits(t, &cs.Delete)...)
	for _, edit := range rapid.Permutation(edits).Draw(t, "edits")[:rapid.IntRange(1, 3).Draw(t, "how many")] {
		edit()
	}
	oneType(&cs, m)
	return cs
}

// edits are the ways to draw one list each.
func edits(t *rapid.T, r *competency.Records) []func() {
	return []func(){
		some(t, &r.Competencies, func() competency.Competency {
			return competency.Competency{Code: anyCompetency.Draw(t, "code"), Name: anyText.Draw(t, "name"), Parent: maybe(t, anyCompetency)}
		}, func(c competency.Competency) any { return c.Code }),
		some(t, &r.KnowledgePoints, func() competency.KnowledgePoint {
			return competency.KnowledgePoint{
				Code: anyPoint.Draw(t, "code"), Description: anyText.Draw(t, "description"), Competency: maybe(t, anyCompetency),
				Minutes: anyMinutes.Draw(t, "minutes"), Difficulty: anyLevel.Draw(t, "difficulty"), Tags: rapid.SliceOfN(anyText, 0, 2).Draw(t, "tags"),
			}
		}, func(k competency.KnowledgePoint) any { return k.Code }),
		some(t, &r.Prerequisites, func() competency.Prerequisite {
			return competency.Prerequisite{
				Dependent: anyLearnable.Draw(t, "dependent"), Prerequisite: anyLearnable.Draw(t, "prerequisite"), Clause: anyClause.Draw(t, "clause"),
				Level: anyLevel.Draw(t, "level"), Reason: anyText.Draw(t, "reason"),
			}
		}, func(e competency.Prerequisite) any { return [3]string{e.Dependent, e.Prerequisite, e.Clause} }),
		some(t, &r.Related, func() competency.Related {
			return competency.Related{A: anyPoint.Draw(t, "a"), B: anyPoint.Draw(t, "b")}.Canonical()
		}, func(r competency.Related) any { return r }),
		some(t, &r.Positions, func() competency.Position {
			return competency.Position{Code: anyPosition.Draw(t, "code"), Grade: anyText.Draw(t, "grade")}
		}, func(p competency.Position) any { return p.Code }),
		some(t, &r.Requirements, func() competency.Requirement {
			return competency.Requirement{Position: anyPosition.Draw(t, "position"), Target: anyLearnable.Draw(t, "target"), Weight: anyLevel.Draw(t, "weight")}
		}, func(r competency.Requirement) any { return [2]string{r.Position, r.Target} }),
		some(t, &r.Resources, func() competency.Resource {
			return competency.Resource{Code: anyResource.Draw(t, "code"), Title: anyText.Draw(t, "title"), Teaches: rapid.SliceOfN(anyPoint, 0, 3).Draw(t, "teaches")}
		}, func(r competency.Resource) any { return r.Code }),
		some(t, (*[]competency.ScaleLevel)(&r.Scale), func() competency.ScaleLevel {
			return competency.ScaleLevel{Label: anyUnit.Draw(t, "label"), Digit: anyMinutes.Draw(t, "digit"), Level: rapid.SampledFrom([]float64{0.5, 1}).Draw(t, "level")}
		}, func(l competency.ScaleLevel) any { return l.Label }),
		some(t, &r.OrgUnits, func() competency.OrgUnit {
			return competency.OrgUnit{Code: anyUnit.Draw(t, "code"), Name: anyText.Draw(t, "name"), Parent: maybe(t, anyUnit), Clear: fields(t, competency.FieldParent)}
		}, func(u competency.OrgUnit) any { return u.Code }),
		some(t, &r.Employees, func() competency.Employee {
			return competency.Employee{
				Code: anyEmployee.Draw(t, "code"), Name: anyText.Draw(t, "name"), OrgUnit: maybe(t, anyUnit), Position: maybe(t, anyPosition),
				Targets: rapid.SliceOfN(anyPosition, 0, 2).Draw(t, "targets"), Manager: maybe(t, anyEmployee),
				Modalities: rapid.SliceOfN(rapid.SampledFrom([]competency.Modality{competency.Video, competency.Course}), 0, 2).Draw(t, "modalities"),
				Clear:      fields(t, competency.FieldOrgUnit, competency.FieldPosition, competency.FieldTargets, competency.FieldModalities, competency.FieldManager),
			}
		}, func(e competency.Employee) any { return e.Code }),
		// One state may stand twice in a set: then the order counts.
		some(t, &r.Mastery, func() competency.Assessment {
			return competency.Assessment{
				Employee: anyEmployee.Draw(t, "employee"), KnowledgePoint: anyPoint.Draw(t, "point"),
				Mastery: rapid.SampledFrom([]float64{0, 0.5, 1}).Draw(t, "mastery"), AssessedAt: anyTime.Draw(t, "assessed at"),
			}
		}, nil),
	}
}

// some draws a few records, of different keys where there is a key.
func some[T any](t *rapid.T, list *[]T, draw func() T, key func(T) any) func() {
	return func() {
		for range rapid.IntRange(1, 2).Draw(t, "records") {
			v := draw()
			if key == nil || !slices.ContainsFunc(*list, func(other T) bool { return key(other) == key(v) }) {
				*list = append(*list, v)
			}
		}
	}
}

func maybe(t *rapid.T, code *rapid.Generator[string]) string {
	if rapid.Bool().Draw(t, "given") {
		return ""
	}
	return code.Draw(t, "code")
}

// fields draws a set of fields to clear.
func fields(t *rapid.T, of ...competency.FieldSet) (set competency.FieldSet) {
	for _, f := range rapid.SliceOfN(rapid.SampledFrom(of), 0, 2).Draw(t, "clear") {
		set |= f
	}
	return set
}

// oneType keeps a code from being a point and a competency at once, which no
// valid set does: what becomes the one is deleted as the other.
func oneType(cs *competency.ChangeSet, m model) {
	for _, k := range cs.Put.KnowledgePoints {
		same := func(c competency.Competency) bool { return c.Code == k.Code }
		cs.Put.Competencies = slices.DeleteFunc(cs.Put.Competencies, same)
		if slices.ContainsFunc(m.catalog.Competencies, same) {
			cs.Delete.Competencies = append(cs.Delete.Competencies, competency.Competency{Code: k.Code})
		}
	}
	for _, c := range cs.Put.Competencies {
		if slices.ContainsFunc(m.catalog.KnowledgePoints, func(k competency.KnowledgePoint) bool { return k.Code == c.Code }) {
			cs.Delete.KnowledgePoints = append(cs.Delete.KnowledgePoints, competency.KnowledgePoint{Code: c.Code})
		}
	}
}
