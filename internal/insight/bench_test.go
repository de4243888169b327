package insight_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/zhitu/zhitu/internal/insight"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
)

// BenchmarkWrongEdge prints how often the wrong edge of a hundred classes is found.
// Run it once: -benchtime 1x.
func BenchmarkWrongEdge(b *testing.B) {
	const classes = 100
	for _, people := range []int{100, 300, 1000} {
		for _, noise := range []struct{ slip, guess float64 }{{0.1, 0.1}, {0.1, 0.25}, {0.2, 0.2}} {
			b.Run(fmt.Sprintf("people=%d/slip=%v/guess=%v", people, noise.slip, noise.guess), func(b *testing.B) {
				for range b.N {
					first, listed, right, edgesInAll := 0., 0., 0., 0.
					for seed := range uint64(classes) {
						c := newSimulatedClass(b, seed, people)
						suspects := formatEdges(c.drawn, tallyOf(c.drawn, c.answers(noise.slip, noise.guess)).Suspects(5))
						right += float64(len(suspects))
						edgesInAll += float64(len(c.drawn.Catalog().Prerequisites) - 1)
						switch slices.Index(suspects, c.wrong) {
						case -1:
							continue
						case 0:
							first++
						}
						listed++
						right--
					}
					b.ReportMetric(100*first/classes, "%first")
					b.ReportMetric(100*listed/classes, "%listed")
					b.ReportMetric(100*right/edgesInAll, "%right-edges-listed")
				}
			})
		}
	}
}

// BenchmarkAdd measures one person with evidence on 300 points, in a catalog of
// 10,000.
func BenchmarkAdd(b *testing.B) {
	g := kgtest.RandomWorld(1, kgtest.BenchShape(10_000)).Compile(b)
	r := rand.New(rand.NewPCG(1, 2))
	var tracks []mastery.Track
	for _, p := range r.Perm(g.Points())[:300] {
		tracks = append(tracks, answeredTrack(kg.Node(p), func() bool { return r.Float64() < 0.6 }, 3))
	}
	tally := insight.New(g, everyPoint)
	b.ReportAllocs()
	for b.Loop() {
		tally.Add(slices.Values(tracks))
	}
}
