package plan_test

import (
	"fmt"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/plan"
)

// REPORT needs one of two tools; the cheaper one is chosen. A mastered point needs no
// step, half a mastery saves half of the minutes, and a faded one is reviewed.
func ExampleMake() {
	world, err := kgtest.Parse(`
		EXCEL 60m  PYTHON 90m  JOIN 40m  REPORT 45m  CHARTS 50m
		JOIN <- SELECT
		REPORT <- JOIN
		REPORT <- tool: EXCEL | PYTHON
		analyst: REPORT CHARTS
		@ SELECT=0.9 JOIN=0.35 CHARTS=0.7/400d`)
	if err != nil {
		panic(err)
	}
	g, err := kg.Compile(world.Catalog)
	if err != nil {
		panic(err)
	}
	analyst, _ := g.FindPosition("analyst")
	path := plan.Make(g, world.States(g), analyst, plan.Limits{}, kgtest.Now)
	chains := path.Pending.Chains()
	for _, s := range path.Steps {
		fmt.Print(s.Cumulative, " min: ", s.Kind, " ", g.Code(s.Point))
		if s.Kind == plan.Learn {
			fmt.Print(", because of ", kgtest.Codes(g, path.Chain(chains, s.Pending)))
		}
		fmt.Println()
	}
	// Output:
	// 10 min: REVIEW CHARTS
	// 30 min: LEARN JOIN, because of [REPORT JOIN]
	// 90 min: LEARN EXCEL, because of [REPORT EXCEL]
	// 135 min: LEARN REPORT, because of [REPORT]
}
