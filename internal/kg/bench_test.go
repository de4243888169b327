package kg_test

import (
	"fmt"
	"testing"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// BenchmarkCompile is a catalog with four edges for each point.
func BenchmarkCompile(b *testing.B) {
	for _, points := range []int{1_000, 10_000, 100_000} {
		shape := kgtest.BenchShape(points)
		shape.PerPoint, shape.Alternatives, shape.Soft, shape.Junctions = 4, 0.1, 0.1, 0.02
		w := kgtest.RandomWorld(1, shape)
		b.Run(fmt.Sprint(points), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := kg.Compile(w.Catalog); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(w.Prerequisites)), "edges")
		})
	}
}
