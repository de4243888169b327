package workforce_test

import (
	"testing"

	"github.com/zhitu/zhitu/internal/kg"
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
