package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// known is what a test of the rules begins with, at noon.
var known = competency.Assessment{Employee: "e", KnowledgePoint: "k", Mastery: 0.5, AssessedAt: noon}

var masteryTests = []test{
	{"which of two assessments stays", func(b harness) {
		undated := time.Time{}
		before, after := noon.Add(-time.Hour), noon.Add(time.Hour)
		for _, c := range []struct {
			sentence string
			given    float64
			at       time.Time // of the assessment
			change   time.Time // of the set
			want     float64
			wantAt   time.Time
		}{
			{"a newer one replaces", 0.9, after, noon, 0.9, after},
			{"a newer one replaces though it is lower", 0.1, after, noon, 0.1, after},
			{"a newer one of the same value brings its time", 0.5, after, noon, 0.5, after},
			{"an older one changes nothing", 0.9, before, after, 0.5, noon},
			{"one of the same time replaces", 0.9, noon, before, 0.9, noon},
			{"one a microsecond newer replaces", 0.9, noon.Add(time.Microsecond), noon, 0.9, noon.Add(time.Microsecond)},
			{"one a microsecond older changes nothing", 0.9, noon.Add(-time.Microsecond), noon, 0.5, noon},
			{"less than a microsecond newer is the same time", 0.9, noon.Add(time.Nanosecond), noon, 0.9, noon},
			{"an undated one of the same value changes nothing", 0.5, undated, after, 0.5, noon},
			{"an undated one of another value is of the time of the set", 0.9, undated, after, 0.9, after},
			{"an undated one may be of the same time", 0.9, undated, noon, 0.9, noon},
			{"an undated one in a set that is older changes nothing", 0.9, undated, before, 0.5, noon},
			{"zero is a value", 0, after, noon, 0, after},
		} {
			b.Run(c.sentence, func(t *testing.T) {
				b := harness{t, b.store}
				b.edit(competency.ChangeSet{Delete: person(competency.Employee{Code: "e"})})
				b.put(records(competency.Catalog{KnowledgePoints: []competency.KnowledgePoint{{Code: "k"}}}, competency.People{
					Employees: []competency.Employee{{Code: "e", Name: "e"}}, Mastery: []competency.Assessment{known},
				}))
				given := competency.Assessment{Employee: "e", KnowledgePoint: "k", Mastery: c.given, AssessedAt: c.at}
				b.edit(competency.ChangeSet{At: c.change, Put: records(competency.Catalog{}, competency.People{Mastery: []competency.Assessment{given}})})
				want := competency.Assessment{Employee: "e", KnowledgePoint: "k", Mastery: c.want, AssessedAt: c.wantAt}
				require.Equal(t, []competency.Assessment{want}, b.profile("e").States)
			})
		}
	}},
	{"a first assessment without a time is of the time of the set", func(b harness) {
		first := known
		first.AssessedAt = time.Time{}
		assess(b, noon.Add(1500*time.Nanosecond), first)
		require.Equal(b, noon.Add(time.Microsecond), b.profile("e").States[0].AssessedAt)
	}},
	{"in one set dated and undated ones are each treated as they are", func(b harness) {
		state := func(k string, mastery float64, at time.Time) competency.Assessment {
			return competency.Assessment{Employee: "e", KnowledgePoint: k, Mastery: mastery, AssessedAt: at}
		}
		undated, later := time.Time{}, noon.Add(time.Hour)
		assess(b, noon, state("a", 0.5, undated), state("b", 0.5, noon), state("c", 0.5, undated), state("d", 0.5, undated))
		assess(b, later, state("a", 0.5, undated), state("b", 0.5, later), state("c", 0.6, undated), state("d", 0.6, noon.Add(-1)))
		require.Equal(b, []competency.Assessment{state("a", 0.5, noon), state("b", 0.5, later), state("c", 0.6, later), state("d", 0.5, noon)}, b.profile("e").States)
	}},
	{"times come back in UTC and whole microseconds, whatever the zone and the century", func(b harness) {
		shanghai := time.FixedZone("CST", 8*60*60)
		for _, at := range []time.Time{
			time.Date(2024, 2, 29, 23, 59, 59, 123456789, shanghai),
			time.Date(1969, 12, 31, 23, 59, 59, 999999999, time.UTC),
			time.Date(1949, 10, 1, 15, 0, 0, 1999, shanghai),
			time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC),
			time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC),
		} {
			b.edit(competency.ChangeSet{Delete: person(competency.Employee{Code: "e"})})
			a := known
			a.AssessedAt = at
			assess(b, noon, a)
			got := b.profile("e").States[0].AssessedAt
			require.Equal(b, at.UTC().Truncate(time.Microsecond), got)
			require.Equal(b, time.UTC, got.Location())
		}
	}},
	{"an assessment of an employee, or on a point, that the same set deletes is refused", func(b harness) {
		assess(b, noon, known)
		base, before := b.revision(), b.profile("e")
		for _, del := range []competency.Records{person(competency.Employee{Code: "e"}), records(competency.Catalog{
			KnowledgePoints: []competency.KnowledgePoint{{Code: "k"}},
		}, competency.People{Mastery: []competency.Assessment{known}})} {
			_, err := b.store.Apply(b.Context(), base, store.Change{ChangeSet: competency.ChangeSet{
				At: noon, Delete: del, Put: records(competency.Catalog{}, competency.People{Mastery: []competency.Assessment{known}}),
			}})

			require.ErrorIs(b, err, store.ErrReference)
			require.Equal(b, before, b.profile("e"))
		}
	}},
	{"hundreds of states of one person come back in the order of points", func(b harness) {
		cs := SampleCatalog(300)
		cs.Put.Employees = []competency.Employee{{Code: "e", Name: "e"}, {Code: "f", Name: "f"}}
		for i, k := range cs.Put.KnowledgePoints {
			for _, e := range cs.Put.Employees {
				cs.Put.Mastery = append(cs.Put.Mastery, competency.Assessment{Employee: e.Code, KnowledgePoint: k.Code, Mastery: float64(i) / 300, AssessedAt: noon})
			}
		}
		b.edit(cs)
		states := b.profile("f").States
		require.Len(b, states, 300)
		for i, s := range states {
			require.Equal(b, cs.Put.Mastery[2*i+1], s)
		}
		require.Equal(b, 2, b.employees(store.EmployeeQuery{KnowledgePoint: cs.Put.KnowledgePoints[7].Code}).Total)
	}},
}

// assess writes assessments of the employee e on points that it creates.
func assess(b harness, at time.Time, list ...competency.Assessment) {
	b.Helper()
	r := person(competency.Employee{Code: "e", Name: "e"})
	for _, a := range list {
		r.KnowledgePoints = append(r.KnowledgePoints, competency.KnowledgePoint{Code: a.KnowledgePoint})
	}
	r.Mastery = list
	b.edit(competency.ChangeSet{At: at, Put: r})
}
