package workforce_test

import (
	"testing"

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
