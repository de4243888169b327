package workforce_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/workforce"
)

func TestWorkedCandidates(t *testing.T) {
	eachCompany(t, func(t *testing.T, c *company, v *workforce.View) {
		c.requireAnswers(t, "candidates", "|", func(key ...string) any {
			list, err := v.Shortlist(t.Context(), groupOf(v, key[0]), positionOf(t, c.graph, key[1]))
			require.NoError(t, err)
			require.Zero(t, list.Others)
			rows := [][]any{}
			for _, x := range list.Candidates {
				rows = append(rows, append([]any{v.Employee(x.Person).Code}, readinessRow(x.Readiness)...))
			}
			return rows
		})
	})
}

func TestWorkedPositions(t *testing.T) {
	eachCompany(t, func(t *testing.T, c *company, v *workforce.View) {
		states := map[string]workforce.Record{}
		for _, r := range c.records {
			states[r.Employee.Code] = r
		}
		c.requireAnswers(t, "positions", "|", func(key ...string) any {
			rows, r := [][]any{}, states[key[0]]
			for _, x := range workforce.PositionsFor(c.graph, &r.Employee, c.statesOf(r), kgtest.Now) {
				rows = append(rows, append([]any{c.graph.Catalog().Positions[x.Position].Code}, readinessRow(x)...))
			}
			return rows
		})
	})
}

// readinessRow is readiness as worked answers write it, without who or what it is of.
func readinessRow(r workforce.Readiness) []any {
	return []any{r.Held, r.Class, r.Ready, r.CriticalReady, r.Coverage, r.Minutes, r.Unassessed}
}

func TestWorkedDistances(t *testing.T) {
	eachCompany(t, func(t *testing.T, c *company, v *workforce.View) {
		c.requireAnswers(t, "distance", ">", func(key ...string) any {
			from, to := positionOf(t, c.graph, key[0]), positionOf(t, c.graph, key[1])
			d := workforce.PositionDistance(c.graph, from, to)
			return []any{d.Minutes, d.Similarity}
		})
	})
}

func TestWorkedUnblocking(t *testing.T) {
	eachCompany(t, func(t *testing.T, c *company, v *workforce.View) {
		c.requireAnswers(t, "unblocking", "|", func(key ...string) any {
			list, err := v.Unblocking(t.Context(), groupOf(v, key[0]), 2)
			require.NoError(t, err)
			rows := [][]any{}
			for _, u := range list[:min(10, len(list))] { // the first ten are written
				rows = append(rows, []any{c.graph.Code(u.Point), u.Value, u.Minutes, codesOf(v, v.InCodeOrder(u.People))})
			}
			return rows
		})
	})
}
