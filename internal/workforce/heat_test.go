package workforce_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/workforce"
)

func TestWorkedHeatMaps(t *testing.T) {
	eachCompany(t, func(t *testing.T, c *company, v *workforce.View) {
		c.requireAnswers(t, "heat", "|", func(key ...string) any {
			return writeHeatMap(v, v.HeatMap(groupOf(v, key[0]), positionOf(t, c.graph, key[1]), 1, true))
		})
	})
}

// writeHeatMap is a heat map as worked answers have it.
func writeHeatMap(v *workforce.View, m *workforce.HeatMap) any {
	column := func(i int) string {
		if m.Columns[i] == kg.None {
			return "elsewhere"
		}
		return v.Graph.Code(m.Columns[i])
	}
	groupCells := func(cells []workforce.GroupCell) map[string]any {
		out := map[string]any{}
		for i, c := range cells {
			out[column(i)] = []any{c.People, c.Coverage, c.Unmet, c.Required, c.Unassessed}
			if c.People == 0 {
				out[column(i)] = []any{0, nil, nil, nil, nil}
			}
		}
		return out
	}
	people, units := [][]any{}, [][]any{}
	for _, p := range m.People {
		cells := map[string]any{}
		for i, c := range p.Cells {
			if c.Required > 0 {
				cells[column(i)] = []any{c.Coverage, c.Unmet, c.Required, c.Unassessed}
			}
		}
		people = append(people, []any{v.Employee(p.Person).Code, cells})
	}
	for _, u := range m.Units {
		if u.Code == "" {
			u.Code = "itself"
		}
		units = append(units, []any{u.Code, groupCells(u.Cells)})
	}
	return map[string]any{"people": people, "units": units, "total": groupCells(m.Total), "without": m.Without}
}

// A heat map is what gap.Analyze says of each person, and the means of that.
func TestHeatMapEqualsNaive(t *testing.T) {
	checkRandomCompanies(t, func(t *rapid.T, v *workforce.View, n naive, g workforce.Group) {
		position := workforce.OwnPosition
		if rapid.Bool().Draw(t, "of one position") {
			position = n.randomPosition(t)
		}
		tier := rapid.IntRange(0, 3).Draw(t, "tier")
		want, got := n.heatMap(g, position, tier), v.HeatMap(g, position, tier, true)
		require.Equal(t, want.Columns, got.Columns)
		require.Len(t, got.People, len(want.People))
		for i, p := range want.People {
			for j := range p.Cells {
				requireNear(t, &p.Cells[j].Unassessed, &got.People[i].Cells[j].Unassessed)
			}
		}
		require.Len(t, got.Units, len(want.Units))
		for i, u := range want.Units {
			requireNearMeans(t, u.Cells, got.Units[i].Cells)
		}
		requireNearMeans(t, want.Total, got.Total)
		require.Equal(t, want, got, "all but the shares unassessed to the last bit")

		got = v.HeatMap(g, position, tier, false)
		require.Empty(t, got.People)
		requireNearMeans(t, want.Total, got.Total)
		require.Equal(t, want.Total, got.Total)
	})
}

// A column is the competency gap of each person's gapAnalysis, to the last bit.
func TestHeatMapEqualsCompetencyGaps(t *testing.T) {
	checkRandomCompanies(t, func(t *rapid.T, v *workforce.View, n naive, g workforce.Group) {
		position := n.randomPosition(t)
		for tier := range 3 {
			m := v.HeatMap(g, position, tier, true)
			for i, r := range n.people(g.Members) {
				for _, group := range n.report(r, position).Groups(n.graph) {
					if column := slices.Index(m.Columns, group.Competency); column >= 0 {
						cell := m.People[i].Cells[column]
						cell.Unassessed = 0
						require.Equal(t, workforce.Cell{Coverage: group.Coverage, Unmet: group.Unmet, Required: group.Required}, cell)
					}
				}
			}
		}
	})
}

// The rows of departments are what is told of each alone, also where several goroutines work
// on a firm.
func TestLargeFirmEqualsItsDepartments(t *testing.T) {
	w := kgtest.RandomWorld(1, kgtest.RichShape(30))
	c := &company{graph: w.Compile(t)}
	for i := range 5 {
		c.units = append(c.units, competency.OrgUnit{Code: fmt.Sprint("D", i)})
	}
	for i := range 9000 {
		e := competency.Employee{Code: fmt.Sprint("E", i), OrgUnit: fmt.Sprint("D", i%5), Position: w.Positions[i%len(w.Positions)].Code}
		r := workforce.Record{Employee: e}
		for k := i % 3; k < c.graph.Points(); k += 1 + i%7 {
			s := mastery.State{Mastery: float64(i%11) / 10, AssessedAt: kgtest.Now}
			r.States = append(r.States, workforce.State{Point: c.graph.Code(c.graph.PointAt(k)), State: s})
		}
		c.records = append(c.records, r)
	}
	c.read(t, func(v *workforce.View) {
		firm := v.HeatMap(groupOf(v, "*"), workforce.OwnPosition, 0, false)
		require.Len(t, firm.Units, 5)
		holders := v.Holders(groupOf(v, "*"))
		for i := range holders {
			require.NotZero(t, holders[i].Holders, "something to count")
		}
		for _, u := range firm.Units {
			department := v.HeatMap(groupOf(v, u.Code), workforce.OwnPosition, 0, false)
			require.Equal(t, firm.Columns, department.Columns)
			require.Equal(t, department.Total, u.Cells)
			for i, h := range v.Holders(groupOf(v, u.Code)) {
				holders[i].Holders -= h.Holders
			}
		}
		for _, h := range holders {
			require.Zero(t, h.Holders, "each is counted in one department")
		}
	})
}

// requireNear compares two numbers but for rounding, and then makes them equal.
func requireNear(t kgtest.TB, want, got *float64) {
	require.InDelta(t, *want, *got, 1e-12)
	*got = *want
}

func requireNearMeans(t kgtest.TB, want, got []workforce.GroupCell) {
	require.Len(t, got, len(want))
	for i := range want {
		requireNear(t, &want[i].Unassessed, &got[i].Unassessed)
	}
}
