package workforce_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/workforce"
)

// benchFirm makes a firm over a catalog of 10,000 points with 3.1 prerequisites each, and 200
// positions. Everybody has 268 states, most of them on 600 neighbouring points.
func benchFirm(b *testing.B, people, required int) (*kg.Graph, *workforce.Columns) {
	shape := kgtest.BenchShape(10_000)
	shape.Positions, shape.Required = 200, required
	w := kgtest.RandomWorld(1, shape)
	for i := range w.Requirements {
		critical := i%10 == 0
		w.Requirements[i].Critical = &critical
	}
	g := w.Compile(b)
	r := rand.New(rand.NewPCG(1, 2))
	var records []workforce.Record
	for i := range people {
		record := workforce.Record{Employee: competency.Employee{Code: fmt.Sprintf("E%06d", i), Position: w.Positions[r.IntN(200)].Code}}
		switch {
		case i < 30:
			record.Employee.OrgUnit = "30"
		case i < 300:
			record.Employee.OrgUnit = "300"
		default:
			record.Employee.OrgUnit = "3000"
		}
		base, seen := r.IntN(10_000), map[int]bool{}
		for len(seen) < 268 {
			k := r.IntN(10_000)
			if len(seen) < 178 {
				k = (base + r.IntN(600)) % 10_000
			}
			if !seen[k] {
				seen[k] = true
				s := mastery.State{Mastery: r.Float64(), AssessedAt: kgtest.Now.AddDate(0, 0, -r.IntN(720))}
				record.States = append(record.States, workforce.State{Point: w.KnowledgePoints[k].Code, State: s})
			}
		}
		records = append(records, record)
	}
	units := []competency.OrgUnit{{Code: "30", Parent: "300"}, {Code: "300", Parent: "3000"}, {Code: "3000"}}
	columns, err := workforce.Build(units, withoutErrors(records), kgtest.Now)
	if err != nil {
		b.Fatal(err)
	}
	return g, columns
}

// BenchmarkPaths measures the questions that ask for the paths of many people.
func BenchmarkPaths(b *testing.B) {
	for _, required := range []int{40, 200, 500} {
		g, columns := benchFirm(b, 3000, required)
		_ = columns.Read(g, kgtest.Now, func(v *workforce.View) error {
			all := workforce.Group{Members: v.Everyone()}
			b.Run(fmt.Sprintf("unblocking/people=3000/required=%d", required), func(b *testing.B) {
				for b.Loop() {
					_, _ = v.Unblocking(b.Context(), all, 2)
				}
			})
			b.Run(fmt.Sprintf("shortlist/people=3000/required=%d", required), func(b *testing.B) {
				for b.Loop() {
					_, _ = v.Shortlist(b.Context(), all, 0)
				}
			})
			for _, people := range []int{30, 300, 3000} {
				some := workforce.Group{Members: v.Department(fmt.Sprint(people))}
				b.Run(fmt.Sprintf("training/people=%d/required=%d", people, required), func(b *testing.B) {
					for b.Loop() {
						pool, holders := v.TrainingPool(some, 0, true)
						set, _ := workforce.NewTrainingSet(b.Context(), g, 0, pool, holders, v.At, workforce.TrainingOptions{Holders: 2})
						b.ReportMetric(float64(set.Minutes)/float64(max(1, *set.Bound)), "minutes/bound")
						b.ReportMetric(float64(len(set.Plans)), "plans")
					}
				})
			}
			return nil
		})
		b.Run(fmt.Sprintf("distances/required=%d", required), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				workforce.PositionDistance(g, kg.Position(i%200), kg.Position(i*7%200))
			}
		})
	}
}
