package workforce_test

import (
	"maps"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/plan"
	"github.com/zhitu/zhitu/internal/workforce"
)

// judge says what training plans are worth, from the words of the design: by the paths
// towards positions that require exactly the goals of a person.
type judge struct {
	naive
	group    workforce.Group
	pool     []workforce.Record
	critical map[string]float64  // point → level
	present  map[string][]string // point → who holds it now
	wanted   map[string]int      // point → holders that it shall come to have
	full     bool                // whether that is as many as asked for
	graphs   map[string]*kg.Graph
	known    map[string]attained
}

func newJudge(n naive, g workforce.Group, position kg.Position, everyone bool, asked int) *judge {
	j := &judge{naive: n, group: g, critical: map[string]float64{}, present: map[string][]string{}, wanted: map[string]int{}, full: true, graphs: map[string]*kg.Graph{}, known: map[string]attained{}}
	for _, r := range n.people(g.Members) {
		if everyone || r.Employee.Position == n.graph.Catalog().Positions[position].Code {
			j.pool = append(j.pool, r)
		}
	}
	for _, r := range n.graph.Requirements(position) {
		if !r.Critical {
			continue
		}
		code := n.graph.Code(r.Point)
		j.critical[code] = r.Level
		j.present[code] = n.codes(n.holders(g, r.Point, r.Level))
		reachable := slices.Clone(j.present[code])
		for _, p := range j.pool {
			if !slices.Contains(reachable, p.Employee.Code) {
				reachable = append(reachable, p.Employee.Code)
			}
		}
		j.wanted[code] = min(asked, len(reachable))
		j.full = j.full && len(reachable) >= asked
	}
	return j
}

// attained is what a person comes to by some goals.
type attained struct {
	minutes int
	points  []string // critical ones that the person comes to hold
}

// attain follows the path of a person towards a position that requires exactly some goals.
func (j *judge) attain(t kgtest.TB, r workforce.Record, goals []string) (a attained) {
	if len(goals) == 0 {
		return a
	}
	key := r.Employee.Code + " " + strings.Join(goals, " ")
	if a, ok := j.known[key]; ok {
		return a
	}
	g := j.graphOf(t, goals)
	same := *j.company
	same.graph = g
	path := plan.Make(g, same.statesOf(r), kgtest.Position(t, g, "judged"), plan.Limits{Modalities: r.Employee.Modalities}, j.at)
	a.minutes, a.points = path.TotalMinutes, slices.Clone(goals)
	for _, s := range path.Steps {
		code := g.Code(s.Point)
		if level, ok := j.critical[code]; ok && s.Kind == plan.Learn && competency.AtLeast(s.Target, level) && !slices.Contains(a.points, code) {
			a.points = append(a.points, code)
		}
	}
	j.known[key] = a
	return a
}

// graphOf returns the graph with a position that requires exactly some goals.
func (j *judge) graphOf(t kgtest.TB, goals []string) *kg.Graph {
	key := strings.Join(goals, " ")
	if j.graphs[key] != nil {
		return j.graphs[key]
	}
	catalog := *j.graph.Catalog()
	catalog.Positions = append(slices.Clone(catalog.Positions), competency.Position{Code: "judged", Name: "judged"})
	catalog.Requirements = slices.Clone(catalog.Requirements)
	weight, critical := 1.0, false
	for _, code := range goals {
		level := j.critical[code]
		catalog.Requirements = append(catalog.Requirements, competency.Requirement{Position: "judged", Target: code, Level: &level, Weight: &weight, Critical: &critical})
	}
	g, err := kg.Compile(catalog)
	require.NoError(t, err)
	j.graphs[key] = g
	return g
}

// open returns the critical points that a person does not meet, by code.
func (j *judge) open(r workforce.Record) (open []string) {
	for _, code := range slices.Sorted(maps.Keys(j.critical)) {
		if !slices.Contains(j.present[code], r.Employee.Code) {
			open = append(open, code)
		}
	}
	return open
}

// requireValid checks every statement of a training set.
func (j *judge) requireValid(t kgtest.TB, set *workforce.TrainingSet, most *int) {
	total, counts := 0, map[string]int{}
	for code := range j.critical {
		counts[code] = len(j.present[code])
	}
	last := ""
	for _, p := range set.Plans {
		employee := j.view.Employee(p.Person).Code
		require.Less(t, last, employee, "people are in code order, each once")
		last = employee
		i := slices.IndexFunc(j.pool, func(r workforce.Record) bool { return r.Employee.Code == employee })
		require.GreaterOrEqual(t, i, 0, "%s is in the pool", employee)
		goals := kgtest.Codes(j.graph, p.Goals)
		require.NotEmpty(t, goals)
		require.True(t, slices.IsSorted(goals))
		require.Subset(t, j.open(j.pool[i]), goals)
		a := j.attain(t, j.pool[i], goals)
		require.Equal(t, a.minutes, p.Minutes)
		if most != nil {
			require.LessOrEqual(t, p.Minutes, *most)
		}
		total += a.minutes
		for _, code := range a.points {
			if !slices.Contains(j.present[code], employee) {
				counts[code]++
			}
		}
	}
	require.Equal(t, total, set.Minutes)
	missing := map[string]int{}
	for _, m := range set.Missing {
		missing[j.graph.Code(m.Point)] = m.Count
	}
	require.True(t, slices.IsSortedFunc(set.Missing, func(a, b workforce.MissingHolders) int {
		return int(j.graph.Rank(a.Point)) - int(j.graph.Rank(b.Point))
	}))
	for code := range j.critical {
		require.Equal(t, max(0, j.wanted[code]-counts[code]), missing[code], code)
	}
	require.Equal(t, j.full && len(missing) == 0, set.Feasible)
	if len(missing) > 0 {
		require.NotNil(t, most, "only a bound on minutes leaves holders missing")
		require.Nil(t, set.Bound)
		return
	}
	require.NotNil(t, set.Bound)
	require.GreaterOrEqual(t, set.Minutes, *set.Bound)
}

// optimum returns the fewest holders that are missing at the end, and the fewest minutes for
// that, by trying all goals for everybody. It costs people · 2^goals paths.
func (j *judge) optimum(t kgtest.TB, most *int) (missing, minutes int) {
	codes := slices.Sorted(maps.Keys(j.critical))
	key := func(counts []int) string {
		b := make([]byte, len(counts))
		for i, n := range counts {
			b[i] = byte(n)
		}
		return string(b)
	}
	start := make([]int, len(codes)) // still lacking
	for i, code := range codes {
		start[i] = max(0, j.wanted[code]-len(j.present[code]))
	}
	reached := map[string]int{key(start): 0}
	for _, r := range j.pool {
		next := maps.Clone(reached)
		open := j.open(r)
		for subset := 1; subset < 1<<len(open); subset++ {
			var goals []string
			for i, code := range open {
				if subset&(1<<i) != 0 {
					goals = append(goals, code)
				}
			}
			a := j.attain(t, r, goals)
			if most != nil && a.minutes > *most {
				continue
			}
			for state, spent := range reached {
				counts := []byte(state)
				for _, code := range a.points {
					if i := slices.Index(codes, code); counts[i] > 0 && slices.Contains(open, code) {
						counts[i]--
					}
				}
				if least, ok := next[string(counts)]; !ok || spent+a.minutes < least {
					next[string(counts)] = spent + a.minutes
				}
			}
		}
		reached = next
	}
	missing = -1
	for state, spent := range reached {
		lacking := 0
		for _, n := range []byte(state) {
			lacking += int(n)
		}
		if missing < 0 || lacking < missing || lacking == missing && spent < minutes {
			missing, minutes = lacking, spent
		}
	}
	return missing, minutes
}
