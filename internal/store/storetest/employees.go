package storetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/search"
	"github.com/zhitu/zhitu/internal/store"
)

// staffRecords are thirty people of the plant, by turns in every situation that a
// query can ask for, with texts that a careless search would get wrong.
func staffRecords() competency.Records {
	r := records(sampleCatalog(), competency.People{OrgUnits: samplePeople().OrgUnits})
	given := []string{"张伟", "张伟丽", "Anna Müller", "ANNA", "50% off", "a_b", "axb", `back\slash`, "O'Brien", "😀 emoji", "Ω", "Cafe\u0301"}
	for i := range 30 {
		e := competency.Employee{Code: fmt.Sprintf("E%02d", i), Name: given[i%len(given)]}
		e.OrgUnit = []string{"team", "yard", ""}[i%3]
		e.Position = []string{"fitter", "", "rigger", ""}[i%4]
		switch i % 5 {
		case 1:
			e.Targets = []string{"rigger", "fitter"}
		case 2:
			e.Targets = []string{"fitter"}
		}
		if i > 0 {
			e.Manager = fmt.Sprintf("E%02d", i/10)
		}
		r.Employees = append(r.Employees, e)
		for _, k := range []string{"crane", "helmet", "signal"}[:i%4%3] {
			r.Mastery = append(r.Mastery, competency.Assessment{Employee: e.Code, KnowledgePoint: k, Mastery: 0.5, AssessedAt: noon})
		}
	}
	return r
}

// selects says in Go what a query means, but for its page.
func selects(q store.EmployeeQuery, e competency.Employee, states []competency.Assessment) bool {
	return (len(q.Codes) == 0 || slices.Contains(q.Codes, e.Code)) &&
		(len(q.Called) == 0 || slices.Contains(q.Called, e.Code) || slices.Contains(q.Called, e.Name)) &&
		search.Match(search.Key([]string{e.Code, e.Name}), search.Words(q.Text)) &&
		(len(q.OrgUnits) == 0 || slices.Contains(q.OrgUnits, e.OrgUnit)) &&
		(q.Position == "" || e.Position == q.Position) &&
		(q.Target == "" || slices.Contains(e.Targets, q.Target)) &&
		(q.Manager == "" || e.Manager == q.Manager) &&
		(q.KnowledgePoint == "" || slices.ContainsFunc(states, func(a competency.Assessment) bool {
			return a.Employee == e.Code && a.KnowledgePoint == q.KnowledgePoint
		}))
}

var employeeQueries = []struct {
	sentence string
	query    store.EmployeeQuery
	total    int // of the staff
}{
	{"everybody", store.EmployeeQuery{}, 30},
	{"by codes, unknown ones among them", store.EmployeeQuery{Codes: []string{"E07", "E03", "none", "E03", "e04"}}, 2},
	{"by codes and names, letter by letter", store.EmployeeQuery{Called: []string{"E07", "张伟", "anna", "none", "E00", "a_b"}}, 7},
	{"by a Chinese word of two characters", store.EmployeeQuery{Text: "张伟"}, 6},
	{"by one Chinese character", store.EmployeeQuery{Text: "丽"}, 3},
	{"by Latin letters of any case", store.EmployeeQuery{Text: "aNNa"}, 6},
	{"by letters with marks, of any case", store.EmployeeQuery{Text: "MÜLLER"}, 3},
	{"by letters that are composed otherwise", store.EmployeeQuery{Text: "MU\u0308LLER"}, 3},
	{"by a name that was written decomposed", store.EmployeeQuery{Text: "café"}, 2},
	{"by a Greek letter of any case", store.EmployeeQuery{Text: "ω"}, 2},
	{"by a part of the code, of any case", store.EmployeeQuery{Text: "e1"}, 10},
	{"a percent sign means itself", store.EmployeeQuery{Text: "%"}, 3},
	{"an underscore means itself", store.EmployeeQuery{Text: "a_b"}, 3},
	{"a backslash means itself", store.EmployeeQuery{Text: `\`}, 2},
	{"an apostrophe of any kind", store.EmployeeQuery{Text: "o’b"}, 2},
	{"two quotes mean nothing", store.EmployeeQuery{Text: `o"b`}, 0},
	{"a pattern means itself", store.EmployeeQuery{Text: ".*"}, 0},
	{"by an emoji", store.EmployeeQuery{Text: "😀"}, 2},
	{"by a text with a space", store.EmployeeQuery{Text: "% o"}, 3},
	{"by several words in any order", store.EmployeeQuery{Text: "伟 e2 张"}, 2},
	{"by two words of which one is in no name", store.EmployeeQuery{Text: "张 雷"}, 0},
	{"by letters of full width", store.EmployeeQuery{Text: "ＡＮＮＡ"}, 6},
	{"by traditional characters", store.EmployeeQuery{Text: "張偉麗"}, 3},
	{"by pinyin", store.EmployeeQuery{Text: "Zhang weili"}, 3},
	{"by initials of pinyin", store.EmployeeQuery{Text: "zwl"}, 3},
	{"by the inside of a syllable", store.EmployeeQuery{Text: "hang"}, 0},
	{"a JSON list means itself", store.EmployeeQuery{Text: `["e"]`}, 0},
	{"by white space alone", store.EmployeeQuery{Text: " \u3000"}, 30},
	{"by a text in no name", store.EmployeeQuery{Text: "伟张"}, 0},
	{"by unit, of which only direct members count", store.EmployeeQuery{OrgUnits: []string{"yard"}}, 10},
	{"by several units, unknown ones among them", store.EmployeeQuery{OrgUnits: []string{"team", "none", "yard", "team"}}, 20},
	{"by a unit without members", store.EmployeeQuery{OrgUnits: []string{"company"}}, 0},
	{"by position", store.EmployeeQuery{Position: "rigger"}, 7},
	{"by target", store.EmployeeQuery{Target: "fitter"}, 12},
	{"by target, wherever among several", store.EmployeeQuery{Target: "rigger"}, 6},
	{"by manager", store.EmployeeQuery{Manager: "E00"}, 9},
	{"by what they are assessed on", store.EmployeeQuery{KnowledgePoint: "helmet"}, 7},
	{"by what nobody is assessed on", store.EmployeeQuery{KnowledgePoint: "signal"}, 0},
	{"by all at once", store.EmployeeQuery{
		Codes: []string{"E01", "E02", "E06", "E21", "E22"}, Text: "e", OrgUnits: []string{"team"}, Position: "rigger", Target: "rigger",
		Manager: "E00", KnowledgePoint: "crane",
	}, 1},
	{"by things that are nothing", store.EmployeeQuery{OrgUnits: []string{"none"}, Position: "none", Target: "none", Manager: "none"}, 0},
}

var employeesTests = []test{
	{"a query selects whom it describes, a page at a time", func(b harness) {
		r := staffRecords()
		b.put(r)
		for _, c := range employeeQueries {
			b.Run(c.sentence, func(t *testing.T) {
				b := harness{t, b.store}
				want := []string{}
				for _, e := range r.Employees {
					if selects(c.query, e, r.Mastery) {
						want = append(want, e.Code)
					}
				}
				require.Len(t, want, c.total)
				whole := b.employees(c.query)
				require.Equal(t, want, codesOf(whole.Profiles))
				require.Equal(t, len(want), whole.Total)
				require.False(t, whole.More)
				require.Equal(t, store.Revision(1), whole.Revision)
				for _, size := range []int{1, 7, 30} {
					require.Equal(t, want, walk(b, c.query, size, len(want)), "pages of %d", size)
				}
			})
		}
	}},
	{"all conditions must hold", func(b harness) {
		b.put(staffRecords())
		q := store.EmployeeQuery{
			Codes: []string{"E06", "E11"}, Text: "AN", OrgUnits: []string{"team"}, Position: "rigger", Target: "rigger", Manager: "E00", KnowledgePoint: "crane",
		}
		// One who fits in everything, and then in everything but one thing.
		fits := competency.Employee{Code: "E06", Name: "Anna", OrgUnit: "team", Position: "rigger", Targets: []string{"rigger"}, Manager: "E00"}
		r := person(fits)
		r.Mastery = []competency.Assessment{{Employee: "E06", KnowledgePoint: "crane", Mastery: 1, AssessedAt: noon}}
		b.put(r)
		require.Equal(b, []string{"E06"}, codesOf(b.employees(q).Profiles))
		for _, but := range []func(q *store.EmployeeQuery){
			func(q *store.EmployeeQuery) { q.Codes = []string{"E11"} },
			func(q *store.EmployeeQuery) { q.Called = []string{"E11", "anna"} },
			func(q *store.EmployeeQuery) { q.Text = "Anne" },
			func(q *store.EmployeeQuery) { q.OrgUnits = []string{"yard"} },
			func(q *store.EmployeeQuery) { q.Position = "fitter" },
			func(q *store.EmployeeQuery) { q.Target = "fitter" },
			func(q *store.EmployeeQuery) { q.Manager = "E01" },
			func(q *store.EmployeeQuery) { q.KnowledgePoint = "signal" },
			func(q *store.EmployeeQuery) { q.After = "E06" },
		} {
			other := q
			but(&other)
			require.Empty(b, b.employees(other).Profiles)
		}
	}},
	{"a page begins above its cursor, though nobody has that code", func(b harness) {
		b.put(staffRecords())
		p := b.employees(store.EmployeeQuery{After: "E05x", First: 2})
		require.Equal(b, []string{"E06", "E07"}, codesOf(p.Profiles))
		require.Equal(b, 30, p.Total)
		require.True(b, p.More)

		p = b.employees(store.EmployeeQuery{After: "F", First: 2})
		require.Empty(b, p.Profiles)
		require.Equal(b, 30, p.Total)
		require.False(b, p.More)
	}},
	{"a page has each person as Profile has, states and lines only where they are asked for", func(b harness) {
		b.put(staffRecords())
		for _, p := range b.employees(store.EmployeeQuery{States: true, Lines: true}).Profiles {
			require.Equal(b, b.profile(p.Employee.Code), p)
		}
		for _, p := range b.employees(store.EmployeeQuery{}).Profiles {
			want := withoutLines(b.profile(p.Employee.Code))
			want.States = nil
			p.States = nilIfEmpty(p.States)
			require.Equal(b, want, p)
		}
	}},
	{"the stream has everybody as Profile has, in order", func(b harness) {
		b.put(staffRecords())
		list := b.profiles()
		require.Len(b, list, 30)
		for i, p := range list {
			require.Equal(b, fmt.Sprintf("E%02d", i), p.Employee.Code)
			require.Equal(b, withoutLines(b.profile(p.Employee.Code)), p)
		}
	}},
	{"a stream may be left early, and again and again", func(b harness) {
		b.put(staffRecords())
		for range 50 {
			for p, err := range b.store.Profiles(b.boundedContext()) {
				require.NoError(b, err)
				if p.Employee.Code == "E01" {
					break
				}
			}
		}
		_, err := b.store.Apply(b.boundedContext(), 1, store.Change{ChangeSet: competency.ChangeSet{Put: person(competency.Employee{Code: "E00", Name: "新"})}})
		require.NoError(b, err)
	}},
	{"a stream may be walked twice", func(b harness) {
		b.put(staffRecords())
		stream := b.store.Profiles(b.Context())
		for range 2 {
			n := 0
			for _, err := range stream {
				require.NoError(b, err)
				n++
			}
			require.Equal(b, 30, n)
		}
	}},
}

// withoutLines is a profile as pages and streams have it.
func withoutLines(p store.Profile) store.Profile {
	p.Lines, p.ManagerLines = store.Lines{}, store.Lines{}
	return p
}

// walk reads a query page by page.
func walk(b harness, q store.EmployeeQuery, size, total int) []string {
	b.Helper()
	all := []string{}
	for q.First = size; ; {
		p := b.employees(q)
		require.Equal(b, total, p.Total)
		require.LessOrEqual(b, len(p.Profiles), size)
		all = append(all, codesOf(p.Profiles)...)
		require.Equal(b, len(all) < total, p.More)
		if !p.More {
			return all
		}
		require.Len(b, p.Profiles, size)
		q.After = all[len(all)-1]
	}
}
