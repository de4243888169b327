package workforce

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
)

// measuresGraph has 200 positions, which require 500 points each, at five levels, in 40 of
// 800 competencies below 20.
func measuresGraph(tb testing.TB) *kg.Graph {
	r := rand.New(rand.NewPCG(5, 6))
	var c competency.Catalog
	add := func(code, parent string) {
		c.Competencies = append(c.Competencies, competency.Competency{Code: code, Name: code, Parent: parent})
	}
	for i := range 20 {
		add(fmt.Sprintf("R%02d", i), "")
	}
	for i := range 800 {
		add(fmt.Sprintf("C%03d", i), fmt.Sprintf("R%02d", i/40))
	}
	for i := range benchPoints {
		c.KnowledgePoints = append(c.KnowledgePoints, competency.KnowledgePoint{Code: benchPoint(i), Name: benchPoint(i), Competency: fmt.Sprintf("C%03d", i*800/benchPoints)})
	}
	for p := range 200 {
		code, base := fmt.Sprintf("P%d", p), r.IntN(benchPoints)
		c.Positions = append(c.Positions, competency.Position{Code: code, Name: code})
		for i := range 500 {
			c.Requirements = append(c.Requirements, competency.Requirement{
				Position: code, Target: benchPoint((base + i) % benchPoints), Level: new([]float64{.3, .5, .7, .85, .95}[r.IntN(5)]),
				Weight: new(float64(1 + r.IntN(10))), Critical: new(r.IntN(5) == 0),
			})
		}
	}
	g, err := kg.Compile(c)
	require.NoError(tb, err)
	return g
}

// BenchmarkMeasures asks a warm company of ZHITU_PEOPLE people.
func BenchmarkMeasures(b *testing.B) {
	g := measuresGraph(b)
	columns, err := Build(benchOrg(), benchRecords(benchPeople, spread), hour)
	require.NoError(b, err)
	firm := func(v *View) Group { return Group{Kind: WholeFirm, Members: v.Everyone()} }
	division := func(v *View) Group { return Group{Kind: Department, Code: "D07", Members: v.Department("D07")} }
	unit := func(v *View) Group { return Group{Kind: Department, Code: "U007", Members: v.Department("U007")} }
	for _, q := range []struct {
		name string
		ask  func(v *View)
	}{
		{"heat map of a unit", func(v *View) { v.HeatMap(unit(v), 0, 1, true) }},
		{"heat map of a division", func(v *View) { v.HeatMap(division(v), 0, 1, false) }},
		{"heat map of the firm", func(v *View) { v.HeatMap(firm(v), 0, 1, false) }},
		{"heat map of a unit, own positions", func(v *View) { v.HeatMap(unit(v), OwnPosition, 1, true) }},
		{"heat map of the firm, own positions", func(v *View) { v.HeatMap(firm(v), OwnPosition, 1, false) }},
		{"distribution of the firm", func(v *View) { v.Distribution(firm(v), 0) }},
		{"holders of the points of one position", func(v *View) { v.Holders(Group{Kind: Incumbents, Code: "P0", Members: v.Incumbents(0)}) }},
		{"bus factor of the firm", func(v *View) { v.BusFactor(firm(v), 0) }},
		{"holders of the firm", func(v *View) { v.Holders(firm(v)) }},
		{"risks of the firm", func(v *View) { v.Risks(firm(v)) }},
	} {
		b.Run(q.name, func(b *testing.B) {
			for b.Loop() {
				_ = columns.Read(g, time.Time{}, func(v *View) error { q.ask(v); return nil })
			}
		})
	}
}
