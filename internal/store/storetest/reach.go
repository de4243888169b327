package storetest

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// circularPeople are people with circles of managers and of departments, which other
// programs may leave.
func circularPeople() competency.Records {
	unit := func(code, parent string) competency.OrgUnit {
		return competency.OrgUnit{Code: code, Name: code, Parent: parent}
	}
	person := func(code, unit, manager string) competency.Employee {
		return competency.Employee{Code: code, Name: code, OrgUnit: unit, Manager: manager}
	}
	return competency.Records{People: competency.People{
		OrgUnits: []competency.OrgUnit{
			unit("company", ""), unit("inner", "ring-1"), unit("office", "company"), unit("own", "own"), unit("ring-1", "ring-2"), unit("ring-2", "ring-1"),
			unit("team", "yard"), unit("yard", "company"),
		},
		Employees: []competency.Employee{
			person("alone", "", ""), person("below", "inner", "round-1"), person("boss", "company", ""), person("chief", "yard", "boss"), person("clerk", "office", "boss"),
			person("fitter", "team", "chief"), person("own", "own", "own"), person("rigger", "team", "chief"), person("round-1", "ring-1", "round-2"),
			person("round-2", "ring-2", "round-1"), person("temp", "", "chief"),
		},
	}}
}

var reachCases = []struct {
	sentence string
	reaches  []competency.Reach
	want     string
}{
	{"without a reach nobody is left out", nil, "alone below boss chief clerk fitter own rigger round-1 round-2 temp"},
	{"the zero reach is nobody", []competency.Reach{{}}, ""},
	{"one person", []competency.Reach{{Employee: "clerk"}}, "clerk"},
	{"one person, whatever else is excluded", []competency.Reach{{Employee: "clerk", Firm: true, UnitsExcept: []string{"clerk"}, LineExcept: []string{"clerk"}, Within: []string{}}}, "clerk"},
	{"a person who is not there", []competency.Reach{{Employee: "none"}}, ""},
	{"who reports to a person, at any depth", []competency.Reach{{Line: "boss"}}, "chief clerk fitter rigger temp"},
	{"who reports to a person, further down", []competency.Reach{{Line: "chief"}}, "fitter rigger temp"},
	{"who reports to a person who has no reports", []competency.Reach{{Line: "temp"}}, ""},
	{"who reports to a person who is not there", []competency.Reach{{Line: "none"}}, ""},
	{"who reports to a person, with exceptions", []competency.Reach{{Line: "boss", LineExcept: []string{"none", "temp", "clerk"}}}, "chief fitter rigger"},
	{"who reports to a person, an exception of the departments aside", []competency.Reach{{Line: "chief", UnitsExcept: []string{"temp"}}}, "fitter rigger temp"},
	{"who reports in a circle", []competency.Reach{{Line: "round-1"}}, "below round-2"},
	{"who reports in a circle, the way up left out", []competency.Reach{{Line: "round-1", LineExcept: []string{"round-2"}}}, "below"},
	{"who reports to a person below a circle", []competency.Reach{{Line: "below"}}, ""},
	{"nobody reports to himself", []competency.Reach{{Line: "own"}}, ""},
	{"everyone", []competency.Reach{{Firm: true}}, "alone below boss chief clerk fitter own rigger round-1 round-2 temp"},
	{"everyone, with exceptions", []competency.Reach{{Firm: true, UnitsExcept: []string{"alone", "own"}}}, "below boss chief clerk fitter rigger round-1 round-2 temp"},
	{"everyone, an exception of the line aside", []competency.Reach{{Firm: true, LineExcept: []string{"alone"}}}, "alone below boss chief clerk fitter own rigger round-1 round-2 temp"},
	{"a department and those beneath", []competency.Reach{{Units: []string{"yard"}}}, "chief fitter rigger"},
	{"several departments, one beneath another", []competency.Reach{{Units: []string{"team", "office", "yard", "none"}}}, "chief clerk fitter rigger"},
	{"departments, with exceptions", []competency.Reach{{Units: []string{"yard"}, UnitsExcept: []string{"fitter", "boss"}}}, "chief rigger"},
	{"a department that is not there", []competency.Reach{{Units: []string{"none"}}}, ""},
	{"departments in a circle", []competency.Reach{{Units: []string{"ring-1"}}}, "below round-1 round-2"},
	{"a department below a circle", []competency.Reach{{Units: []string{"inner"}}}, "below"},
	{"a department above itself", []competency.Reach{{Units: []string{"own"}}}, "own"},
	{"a person, a line and departments", []competency.Reach{{Employee: "alone", Line: "chief", Units: []string{"office"}}}, "alone clerk fitter rigger temp"},
	{"each exception is of its own part", []competency.Reach{{Line: "chief", LineExcept: []string{"fitter"}, Units: []string{"yard"}, UnitsExcept: []string{"rigger"}}}, "chief fitter rigger temp"},
	{"a line within departments", []competency.Reach{{Line: "boss", Within: []string{"team", "office"}}}, "clerk fitter rigger"},
	{"everyone within departments", []competency.Reach{{Firm: true, Within: []string{"company"}, UnitsExcept: []string{"boss"}}}, "chief clerk fitter rigger"},
	{"departments within departments", []competency.Reach{{Units: []string{"yard", "ring-1"}, Within: []string{"team", "inner"}}}, "below fitter rigger"},
	{"within no department", []competency.Reach{{Line: "boss", Units: []string{"company"}, Within: []string{}}}, ""},
	{"everyone within no department", []competency.Reach{{Firm: true, Within: []string{}}}, ""},
	{"all reaches must hold", []competency.Reach{{Line: "boss"}, {Units: []string{"yard"}}, {Firm: true}}, "chief fitter rigger"},
	{"a person alone in both", []competency.Reach{{Employee: "chief", Units: []string{"office"}}, {Employee: "temp", Line: "boss", LineExcept: []string{"clerk"}}}, "chief"},
	{"two lines", []competency.Reach{{Line: "boss"}, {Line: "chief"}}, "fitter rigger temp"},
	{"one reach of several is nobody", []competency.Reach{{Firm: true}, {}}, ""},
}

var reachTests = []test{
	{"permissions leave out of a list who is out of reach", func(b harness) {
		b.put(circularPeople())
		for _, c := range reachCases {
			b.Run(c.sentence, func(t *testing.T) {
				b := harness{t, b.store}
				want := strings.Fields(c.want)
				q := store.EmployeeQuery{Reaches: c.reaches}
				whole := b.employees(q)
				require.Equal(t, want, codesOf(whole.Profiles))
				require.Equal(t, len(want), whole.Total)
				require.Equal(t, store.Revision(0), whole.Revision)
				require.Equal(t, want, walk(b, q, 2, len(want)))
			})
		}
	}},
	{"what is asked for and permissions must both hold", func(b harness) {
		b.put(circularPeople())
		line := []competency.Reach{{Line: "boss"}}
		for want, q := range map[string]store.EmployeeQuery{
			"fitter rigger":      {Reaches: line, OrgUnits: []string{"team", "company"}},
			"chief clerk":        {Reaches: line, Manager: "boss"},
			"chief clerk fitter": {Reaches: line, Codes: []string{"fitter", "chief", "alone", "clerk"}},
			"chief":              {Reaches: []competency.Reach{{Line: "boss", Within: []string{"yard"}}}, Text: "ch"},
		} {
			require.Equal(b, strings.Fields(want), codesOf(b.employees(q).Profiles), "%+v", q)
			n := len(strings.Fields(want))
			require.Equal(b, strings.Fields(want), walk(b, q, 1, n))
		}
		p := b.employees(store.EmployeeQuery{Reaches: line, After: "clerk", First: 2})
		require.Equal(b, []string{"fitter", "rigger"}, codesOf(p.Profiles))
		require.Equal(b, 5, p.Total)
		require.True(b, p.More)
	}},
	{"a profile has the lines of the person and of the manager", func(b harness) {
		b.put(circularPeople())
		lines := map[string]store.Lines{
			"alone": {},
			"below": {Units: []string{"inner", "ring-1", "ring-2"}, Managers: []string{"round-1", "round-2"}},
			"boss":  {Units: []string{"company"}, ReportUnits: []string{"company", "office", "yard"}},
			"chief": {Units: []string{"yard", "company"}, Managers: []string{"boss"}, ReportUnits: []string{"company", "team", "yard"}},
			"clerk": {Units: []string{"office", "company"}, Managers: []string{"boss"}},
			"own":   {Units: []string{"own"}, ReportUnits: []string{"own"}},
			"round-1": {
				Units: []string{"ring-1", "ring-2"}, Managers: []string{"round-2"},
				ReportUnits: []string{"inner", "ring-1", "ring-2"},
			},
			"round-2": {Units: []string{"ring-2", "ring-1"}, Managers: []string{"round-1"}, ReportUnits: []string{"ring-1", "ring-2"}},
			"temp":    {Managers: []string{"chief", "boss"}},
		}
		for code, want := range lines {
			p := b.profile(code)
			require.Equal(b, want, p.Lines, code)
			require.Equal(b, lines[p.Employee.Manager], p.ManagerLines, code)
		}
	}},
	{"a page has the lines of everyone whom it is asked about", func(b harness) {
		b.put(circularPeople())
		codes := []string{"none", "temp", "below", "round-2", "temp"}
		p := b.employees(store.EmployeeQuery{Codes: codes, Lines: true})
		require.Equal(b, []string{"below", "round-2", "temp"}, codesOf(p.Profiles))
		require.Equal(b, 3, p.Total)
		for _, p := range p.Profiles {
			require.Equal(b, b.profile(p.Employee.Code), p)
		}
		for _, p := range b.employees(store.EmployeeQuery{Codes: codes}).Profiles {
			require.Zero(b, p.Lines)
			require.Zero(b, p.ManagerLines)
		}
	}},
	{"a store and a model of permissions agree", func(b harness) {
		r := circularPeople()
		b.put(r)
		rapid.Check(b.T, func(t *rapid.T) {
			drawOrganization(t, &r)
			b.edit(competency.ChangeSet{Put: r})
			lines := modelLines(r.People)
			for _, p := range b.employees(store.EmployeeQuery{Lines: true}).Profiles {
				require.Equal(t, lines[p.Employee.Code], p.Lines)
				require.Equal(t, lines[p.Employee.Manager], p.ManagerLines)
			}
			for range 4 {
				q := store.EmployeeQuery{Reaches: rapid.SliceOfN(rapid.Custom(drawReach), 1, 2).Draw(t, "reaches"), OrgUnits: drawCodes(t, reachUnits, "in")}
				want := []string{}
				for _, e := range r.Employees {
					if selects(q, e, nil) && !slices.ContainsFunc(q.Reaches, func(r competency.Reach) bool { return !inReach(r, e.Code, lines) }) {
						want = append(want, e.Code)
					}
				}
				require.Equal(t, want, codesOf(b.employees(q).Profiles), "%+v", q)
				require.Equal(t, want, walk(b, q, 3, len(want)))
			}
		})
	}},
}

var (
	reachUnits  = rapid.SampledFrom([]string{"company", "inner", "office", "own", "ring-1", "ring-2", "team", "yard", "none"})
	reachPeople = rapid.SampledFrom([]string{"alone", "below", "boss", "chief", "clerk", "fitter", "own", "rigger", "round-1", "round-2", "temp", "none"})
)

// drawOrganization moves people and departments, into circles too.
func drawOrganization(t *rapid.T, r *competency.Records) {
	there := func(g *rapid.Generator[string], label string) string {
		if code := g.Draw(t, label); code != "none" {
			return code
		}
		return ""
	}
	for i := range r.OrgUnits {
		r.OrgUnits[i].Parent, r.OrgUnits[i].Clear = there(reachUnits, "parent"), competency.FieldParent
	}
	for i := range r.Employees {
		e := &r.Employees[i]
		e.OrgUnit, e.Manager, e.Clear = there(reachUnits, "department"), there(reachPeople, "manager"), competency.FieldOrgUnit|competency.FieldManager
	}
}

func drawCodes(t *rapid.T, g *rapid.Generator[string], label string) []string {
	if rapid.Bool().Draw(t, "no "+label) {
		return nil
	}
	return rapid.SliceOfN(g, 0, 3).Draw(t, label)
}

func drawReach(t *rapid.T) competency.Reach {
	return competency.Reach{
		Employee: maybe(t, reachPeople), Line: maybe(t, reachPeople), LineExcept: drawCodes(t, reachPeople, "line except"),
		Firm: rapid.IntRange(0, 3).Draw(t, "firm") == 0, Units: drawCodes(t, reachUnits, "units"), UnitsExcept: drawCodes(t, reachPeople, "units except"),
		Within: drawCodes(t, reachUnits, "within"),
	}
}

// inReach says in Go what a reach means.
func inReach(r competency.Reach, code string, lines map[string]store.Lines) bool {
	in := func(units []string) bool {
		return slices.ContainsFunc(units, func(u string) bool { return slices.Contains(lines[code].Units, u) })
	}
	if r.Employee == code {
		return true
	}
	if r.Within != nil && !in(r.Within) {
		return false
	}
	return r.Line != code && slices.Contains(lines[code].Managers, r.Line) && !slices.Contains(r.LineExcept, code) ||
		(r.Firm || in(r.Units)) && !slices.Contains(r.UnitsExcept, code)
}

// modelLines says in Go where people stand among each other.
func modelLines(p competency.People) map[string]store.Lines {
	parents, departments, managers := map[string]string{}, map[string]string{}, map[string]string{}
	for _, u := range p.OrgUnits {
		parents[u.Code] = u.Parent
	}
	for _, e := range p.Employees {
		departments[e.Code], managers[e.Code] = e.OrgUnit, e.Manager
	}
	lines := map[string]store.Lines{}
	for _, e := range p.Employees {
		var l store.Lines
		for u := e.OrgUnit; u != "" && !slices.Contains(l.Units, u); u = parents[u] {
			l.Units = append(l.Units, u)
		}
		for m := e.Manager; m != "" && m != e.Code && !slices.Contains(l.Managers, m); m = managers[m] {
			l.Managers = append(l.Managers, m)
		}
		for _, report := range p.Employees {
			for u := report.OrgUnit; report.Manager == e.Code && u != "" && !slices.Contains(l.ReportUnits, u); u = parents[u] {
				l.ReportUnits = append(l.ReportUnits, u)
			}
		}
		slices.Sort(l.ReportUnits)
		lines[e.Code] = l
	}
	return lines
}
