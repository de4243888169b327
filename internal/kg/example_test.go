package kg_test

import (
	"errors"
	"fmt"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// A competency stands for its points wherever it is required. The position's own
// statement on a point is more specific than the one on its competency.
func ExampleCompile() {
	world, err := kgtest.Parse(`
		SQL { SELECT JOIN WINDOW }
		JOIN <- SELECT
		WINDOW <- JOIN
		REPORT <- SQL             # all three points of the competency
		analyst: REPORT SQL=0.5*2 JOIN=0.85!`)
	if err != nil {
		panic(err)
	}
	g, err := kg.Compile(world.Catalog)
	if err != nil {
		panic(err)
	}
	for n := range kg.Node(g.Points()) { // prerequisites first
		fmt.Println(g.Code(n), "depth", g.Depth(n))
	}
	analyst, _ := g.FindPosition("analyst")
	for _, r := range g.Requirements(analyst) {
		fmt.Printf("%s at %v, weight %v, critical %v\n", g.Code(r.Point), r.Level, r.Weight, r.Critical)
	}
	// Output:
	// SELECT depth 0
	// JOIN depth 1
	// WINDOW depth 2
	// REPORT depth 3
	// SELECT at 0.5, weight 1, critical false
	// JOIN at 0.85, weight 1, critical true
	// WINDOW at 0.5, weight 1, critical false
	// REPORT at 0.7, weight 1, critical false
}

// A catalog with a cycle is refused with a shortest one, in the order of learning.
func ExampleCompile_cycle() {
	world, err := kgtest.Parse(`
		SQL { SELECT JOIN }
		JOIN <- SELECT
		SELECT <- BASICS
		BASICS <- SQL`)
	if err != nil {
		panic(err)
	}
	_, err = kg.Compile(world.Catalog)
	var cyclic *kg.CycleError
	if errors.As(err, &cyclic) {
		for _, step := range cyclic.Cycles[0] {
			fmt.Println(step.Code)
		}
	}
	// Output:
	// BASICS
	// SELECT
	// SQL
}
