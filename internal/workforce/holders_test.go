package workforce_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/workforce"
)

func TestWorkedHolders(t *testing.T) {
	eachCompany(t, func(t *testing.T, c *company, v *workforce.View) {
		c.requireAnswers(t, "holders", "|", func(key ...string) any {
			g, rows := groupOf(v, key[0]), [][]any{}
			for _, h := range v.Holders(g) {
				holders := codesOf(v, v.InCodeOrder(v.HoldersOf(h.Point, h.Level, g.Members)))
				rows = append(rows, []any{c.graph.Code(h.Point), h.Level, holders, h.Class})
			}
			return rows
		})
	})
}

func TestWorkedRisks(t *testing.T) {
	eachCompany(t, func(t *testing.T, c *company, v *workforce.View) {
		c.requireAnswers(t, "risks", "|", func(key ...string) any {
			rows := [][]any{}
			for _, r := range v.Risks(groupOf(v, key[0])) {
				rows = append(rows, []any{c.graph.Code(r.Point), r.Level, r.Class, r.Affected})
			}
			return rows
		})
	})
}

func TestWorkedBusFactors(t *testing.T) {
	eachCompany(t, func(t *testing.T, c *company, v *workforce.View) {
		c.requireAnswers(t, "bus", "|", func(key ...string) any {
			if n, ok := v.BusFactor(groupOf(v, key[0]), positionOf(t, c.graph, key[1])); ok {
				return n
			}
			return nil
		})
	})
}

func TestHoldersEqualNaive(t *testing.T) {
	checkRandomCompanies(t, func(t *rapid.T, v *workforce.View, n naive, g workforce.Group) {
		want := n.holdings(g)
		require.Equal(t, want, v.Holders(g))
		for _, h := range want {
			require.Equal(t, h, v.Holding(g, h.Point, h.Level))
			require.Equal(t, n.codes(n.holders(g, h.Point, h.Level)), codesOf(v, v.InCodeOrder(v.HoldersOf(h.Point, h.Level, g.Members))))
		}
	})
}

func TestRisksEqualNaive(t *testing.T) {
	checkRandomCompanies(t, func(t *rapid.T, v *workforce.View, n naive, g workforce.Group) {
		want := n.risks(g)
		require.Equal(t, want, v.Risks(g))
		for _, r := range want {
			require.Equal(t, n.codes(n.affected(g, r.Point, r.Level)), codesOf(v, v.InCodeOrder(v.AffectedBy(r.Point, r.Level, g.Members))))
		}
	})
}

func TestBusFactorEqualsNaive(t *testing.T) {
	checkRandomCompanies(t, func(t *rapid.T, v *workforce.View, n naive, g workforce.Group) {
		position := n.randomPosition(t)
		var counts []int
		for _, r := range n.graph.Requirements(position) {
			if r.Critical {
				counts = append(counts, len(n.holders(g, r.Point, r.Level)))
			}
		}
		got, ok := v.BusFactor(g, position)
		require.Equal(t, len(counts) > 0, ok)
		if ok {
			require.Equal(t, slices.Min(counts), got)
		}
	})
}
