package gap_test

import (
	"fmt"

	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// A mastery below the level counts in part; one that has faded below it needs a
// review. No mastery is not the same as a mastery of zero.
func ExampleAnalyze() {
	world, err := kgtest.Parse(`
		analyst: SELECT JOIN*2! WINDOW REPORT
		@ SELECT=0.9 JOIN=0.35 WINDOW=0.7/400d`)
	if err != nil {
		panic(err)
	}
	g, err := kg.Compile(world.Catalog)
	if err != nil {
		panic(err)
	}
	analyst, _ := g.FindPosition("analyst")
	report := gap.Analyze(g, world.States(g), analyst, kgtest.Now)
	fmt.Printf("coverage %.2f, ready %v\n", report.Coverage, report.Ready)
	for _, r := range report.Gaps { // critical first, then by lacking coverage
		fmt.Printf("%s %s, shortfall %.2f\n", g.Code(r.Point), r.Status, r.Shortfall())
	}
	// Output:
	// coverage 0.56, ready false
	// JOIN BELOW, shortfall 0.35
	// REPORT UNASSESSED, shortfall 0.70
	// WINDOW DECAYED, shortfall 0.13
	// SELECT MET, shortfall 0.00
}
