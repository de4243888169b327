package workforce

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
)

// company is what columns should know, in the plainest form.
type company struct {
	units  []competency.OrgUnit
	people map[string]competency.Employee
	states map[string]map[string]mastery.State // person → point
}

// record returns a person with all states.
func (c *company) record(code string) Record {
	r := Record{Employee: c.people[code]}
	for _, point := range slices.Sorted(maps.Keys(c.states[code])) {
		r.States = append(r.States, State{point, c.states[code][point]})
	}
	return r
}

// records streams everyone, in another order than that of codes.
func (c *company) records() iter.Seq2[Record, error] {
	codes := slices.SortedFunc(maps.Keys(c.people), func(a, b string) int {
		return cmp.Or(cmp.Compare(a[len(a)-1], b[len(b)-1]), cmp.Compare(a, b))
	})
	return func(yield func(Record, error) bool) {
		for _, code := range codes {
			if !yield(c.record(code), nil) {
				return
			}
		}
	}
}

// The people, departments and managers that tests draw: some name what is not there, and
// some are above themselves.
func drawUnits(t *rapid.T) (units []competency.OrgUnit) {
	n := rapid.IntRange(0, 6).Draw(t, "units")
	for i := range n {
		u := competency.OrgUnit{Code: fmt.Sprintf("U%d", i)}
		if up := rapid.IntRange(-2, 6).Draw(t, "parent"); up >= 0 {
			u.Parent = fmt.Sprintf("U%d", up)
		}
		units = append(units, u)
	}
	return units
}

func drawCode(t *rapid.T) string {
	return fmt.Sprintf("E%02d", rapid.IntRange(0, 11).Draw(t, "person"))
}

func drawEmployee(t *rapid.T, g *kg.Graph, code string) competency.Employee {
	e := competency.Employee{Code: code, Name: kgtest.Name(code)}
	e.OrgUnit = rapid.SampledFrom([]string{"", "U0", "U1", "U2", "U3", "U4", "U5"}).Draw(t, "unit")
	e.Manager = rapid.SampledFrom([]string{"", "E00", "E01", "E02", "E03", "E04"}).Draw(t, "manager")
	if i := rapid.IntRange(-2, len(g.Catalog().Positions)-1).Draw(t, "position"); i >= 0 {
		e.Position = g.Catalog().Positions[i].Code
	} else if i == -2 {
		e.Position = "gone"
	}
	return e
}

func drawState(t *rapid.T) mastery.State {
	s := mastery.State{
		Mastery:    rapid.SampledFrom([]float64{0, .3, .5, .63, .7, .85, .95, 1, rapid.Float64Range(0, 1).Draw(t, "mastery")}).Draw(t, "either"),
		AssessedAt: kgtest.Now.Add(-time.Duration(rapid.Int64Range(0, 900*24*3600e6).Draw(t, "age")) * time.Microsecond),
	}
	if rapid.Bool().Draw(t, "by evidence") {
		s.Held = s.Mastery * rapid.Float64Range(0, 1).Draw(t, "held")
		s.Stability = time.Duration(rapid.Int64Range(1, 1e17).Draw(t, "stability"))
	}
	return s
}

func drawStates(t *rapid.T, points []string) map[string]mastery.State {
	states := map[string]mastery.State{}
	for _, point := range points {
		if rapid.Bool().Draw(t, "known") {
			states[point] = drawState(t)
		}
	}
	return states
}

func drawCompany(t *rapid.T, g *kg.Graph, points []string) *company {
	c := &company{units: drawUnits(t), people: map[string]competency.Employee{}, states: map[string]map[string]mastery.State{}}
	for range rapid.IntRange(0, 12).Draw(t, "people") {
		code := drawCode(t)
		c.people[code], c.states[code] = drawEmployee(t, g, code), drawStates(t, points)
	}
	return c
}

// requireColumns checks every set, every posting and every standing of columns, at a time.
func (c *company) requireColumns(t require.TestingT, columns *Columns, g *kg.Graph, at time.Time) {
	require.NoError(t, columns.Read(g, at, func(v *View) error {
		c.requireSets(t, v)
		c.requireStates(t, v)
		for position := range g.Catalog().Positions {
			c.requireStandings(t, v, kg.Position(position))
		}
		return nil
	}))
}

func (c *company) requireSets(t require.TestingT, v *View) {
	same := func(want []string, s Set, what ...any) {
		require.Equal(t, slices.Sorted(slices.Values(want)), codesOf(v, s), what...)
		require.Equal(t, len(want), s.Len(), what...)
	}
	codes := slices.Sorted(maps.Keys(c.people))
	same(codes, v.Everyone(), "everyone")
	who := func(is func(competency.Employee) bool) (list []string) {
		for _, code := range codes {
			if is(c.people[code]) {
				list = append(list, code)
			}
		}
		return list
	}
	tree := competency.NewOrgTree(c.units)
	rooted := map[string]bool{}
	for _, u := range c.units {
		if _, ok := tree.Unit(u.Parent); !ok {
			for _, code := range tree.Below(u.Code) {
				rooted[code] = true
			}
		}
	}
	for _, unit := range []string{"U0", "U1", "U2", "U3", "U4", "U5", "none"} {
		below := tree.Below(unit)
		same(who(func(e competency.Employee) bool { return slices.Contains(below, e.OrgUnit) }), v.Department(unit), unit)
		same(who(func(e competency.Employee) bool { return below != nil && e.OrgUnit == unit }), v.Direct(unit), unit)
	}
	same(who(func(e competency.Employee) bool { return !rooted[e.OrgUnit] }), v.Direct(""), "nowhere")
	for i, p := range v.Graph.Catalog().Positions {
		same(who(func(e competency.Employee) bool { return e.Position == p.Code }), v.Incumbents(kg.Position(i)), p.Code)
	}
	managers := make([]string, len(codes))
	for i, code := range codes {
		managers[i] = c.people[code].Manager
	}
	reports := competency.NewHierarchy(codes, managers)
	for i := range 13 {
		code := fmt.Sprintf("E%02d", i)
		same(slices.DeleteFunc(reports.Below(code), func(other string) bool { return other == code }), v.Line(code), code)
		p, ok := v.Find(code)
		require.Equal(t, slices.Contains(codes, code), ok)
		if ok {
			require.Equal(t, c.people[code], *v.Employee(p))
			position, holds := v.Position(p)
			want, exists := v.Graph.FindPosition(c.people[code].Position)
			require.Equal(t, exists, holds)
			require.True(t, !holds || want == position)
		}
	}
}

// codesOf returns the codes of a set, which it reads in two ways.
func codesOf(v *View, s Set) (codes []string) {
	for p := range s.All() {
		codes = append(codes, v.Employee(p).Code)
	}
	slices.Sort(codes)
	for i, p := range v.InCodeOrder(s) {
		if v.Employee(p).Code != codes[i] || !s.Has(p) {
			return []string{"not in the order of codes"}
		}
	}
	return codes
}

func (c *company) requireStates(t require.TestingT, v *View) {
	everyone := v.InCodeOrder(v.Everyone())
	var points []kg.Node
	want := make([][]mastery.State, len(everyone))
	for n := range kg.Node(v.Graph.Points()) {
		points = append(points, n)
		got := map[string][2]float64{}
		last := -1
		for _, postings := range v.Postings(n, v.Everyone()) {
			require.NotEmpty(t, postings.People)
			for i, p := range postings.People {
				require.Greater(t, int(p), last, "people are in the order of their numbers")
				last = int(p)
				got[v.Employee(p).Code] = [2]float64{postings.Mastery[i], postings.Current[i]}
			}
		}
		known := map[string][2]float64{}
		for i, p := range everyone {
			if s, ok := c.states[v.Employee(p).Code][v.Graph.Code(n)]; ok {
				known[v.Employee(p).Code] = [2]float64{s.Mastery, s.Current(v.At)}
				if s.Point, s.Stability = n, s.EffectiveStability(); s.Held <= 0 {
					s.Held = s.Mastery
				}
				want[i] = append(want[i], s)
			}
		}
		require.Equal(t, known, got)
	}
	require.Equal(t, want, v.Gather(everyone, points))
	for i, p := range everyone {
		require.Equal(t, want[i:i+1], v.Gather([]Person{p}, points))
	}
}

// requireStandings compares standings with gap.Analyze, coverage bit for bit.
func (c *company) requireStandings(t require.TestingT, v *View, position kg.Position) {
	required := v.Graph.Requirements(position)
	for _, s := range []Set{v.Everyone(), v.Department("U0"), v.Line("E01")} {
		standings := v.Standings(required, s)
		for p := range s.All() {
			rows := v.Gather([]Person{p}, points(required))
			report := gap.Analyze(v.Graph, rows[0], position, v.At)
			got := standings.Of(p)
			require.Equal(t, report.Coverage, got.Coverage)
			require.Equal(t, report.Ready, got.Ready())
			require.Equal(t, report.CriticalReady, got.CriticalReady())
			unmet, critical, unassessed, total := 0, 0, 0.0, 0.0
			for _, x := range report.Gaps {
				total += x.Weight
				if x.Status != gap.Met {
					unmet++
				}
				if x.Status != gap.Met && x.Critical {
					critical++
				}
				if x.Status == gap.Unassessed {
					unassessed += x.Weight
				}
			}
			require.Equal(t, [2]int{unmet, critical}, [2]int{got.Unmet, got.CriticalUnmet})
			require.InDelta(t, unassessed, got.Unassessed*total, 1e-12)
			if len(rows[0]) == len(required) {
				require.Zero(t, got.Unassessed, "all are assessed")
			} else if len(rows[0]) == 0 {
				require.Equal(t, 1.0, got.Unassessed, "none is assessed")
			}
		}
		standings.Release()
	}
}

func points(required []kg.Requirement) (list []kg.Node) {
	for _, r := range required {
		list = append(list, r.Point)
	}
	return list
}

// smallWorld compiles a random catalog, with the codes of its points, in order.
func smallWorld(t *rapid.T) (*kg.Graph, []string) {
	w := kgtest.RandomWorld(rapid.Uint64().Draw(t, "seed"), kgtest.RichShape(rapid.IntRange(1, 12).Draw(t, "points")))
	g := w.Compile(t)
	var points []string
	for _, p := range g.Catalog().KnowledgePoints {
		points = append(points, p.Code)
	}
	return g, append(points, "not in the catalog")
}

var hour = kgtest.Now.Truncate(time.Hour)

// mustBuild builds columns for the hour.
func (c *company) mustBuild(t require.TestingT) *Columns {
	columns, err := Build(c.units, c.records(), hour)
	require.NoError(t, err)
	return columns
}

// After any changes the columns answer as those that are built from what there is.
func TestColumnsFollowChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, points := smallWorld(t)
		c := drawCompany(t, g, points)
		columns := c.mustBuild(t)
		c.requireColumns(t, columns, g, hour)
		now := hour
		for range rapid.IntRange(1, 12).Draw(t, "changes") {
			c.change(t, columns, g, points)
			switch rapid.IntRange(0, 7).Draw(t, "then") {
			case 0:
				now = now.Add(time.Duration(rapid.IntRange(-5, 4000).Draw(t, "hours")) * time.Hour)
				require.NoError(t, columns.Advance(t.Context(), now))
			case 1:
				require.NoError(t, columns.Rebuild(t.Context()))
				require.False(t, columns.NeedsRebuild())
				require.Equal(t, numbers(c.mustBuild(t)), numbers(columns), "people have the numbers of a build")
			case 2: // an hour turns, with changes before it comes to a column, and after
				now = now.Add(time.Duration(rapid.IntRange(1, 4000).Draw(t, "hours")) * time.Hour)
				columns.beginAdvance(now)
				half := rapid.IntRange(0, len(columns.columns)).Draw(t, "half")
				columns.prepareArena(0, half, now)
				c.change(t, columns, g, points)
				columns.prepareArena(half, len(columns.columns), now)
				c.change(t, columns, g, points)
				columns.endAdvance(now, true)
			case 3: // people are numbered again, with changes meanwhile
				fresh, number := columns.beginRebuild()
				c.change(t, columns, g, points)
				require.NoError(t, columns.pack(t.Context(), fresh.columns, number))
				fresh.countStates()
				c.change(t, columns, g, points)
				require.True(t, columns.endRebuild(fresh))
			}
			require.Equal(t, now, columns.Hour())
		}
		c.requireColumns(t, columns, g, now)
		c.requireColumns(t, columns, g, time.Time{})
		c.requireColumns(t, columns, g, kgtest.Now.Add(-100*24*time.Hour+1))
		other, _ := smallWorld(t)
		c.requireColumns(t, columns, other, now)
	})
}

// numbers returns the codes of people by number.
func numbers(c *Columns) (codes []string) {
	for _, e := range c.roster.people {
		codes = append(codes, e.Code)
	}
	return codes
}

// change draws a change and makes it in both.
func (c *company) change(t *rapid.T, columns *Columns, g *kg.Graph, points []string) {
	code := drawCode(t)
	switch rapid.IntRange(0, 4).Draw(t, "change") {
	case 0: // a whole person
		c.people[code], c.states[code] = drawEmployee(t, g, code), drawStates(t, points)
		columns.Update([]Record{c.record(code)}, nil)
	case 1: // some states of a person
		e, ok := c.people[code]
		if !ok || rapid.Bool().Draw(t, "moves") {
			e = drawEmployee(t, g, code)
			c.people[code] = e
		}
		if c.states[code] == nil {
			c.states[code] = map[string]mastery.State{}
		}
		var changed []State
		for point, s := range drawStates(t, points) {
			c.states[code][point] = s
			changed = append(changed, State{point, s})
		}
		var dropped []string
		if point := rapid.SampledFrom(points).Draw(t, "dropped"); !slices.ContainsFunc(changed, func(s State) bool { return s.Point == point }) {
			delete(c.states[code], point)
			dropped = append(dropped, point)
		}
		columns.Put(e, changed, dropped)
	case 2:
		delete(c.people, code)
		delete(c.states, code)
		columns.Update(nil, []string{code})
	case 3:
		c.units = drawUnits(t)
		columns.SetUnits(c.units)
	case 4: // the same again
		if _, ok := c.people[code]; ok {
			columns.Update([]Record{c.record(code)}, nil)
		}
	}
}
