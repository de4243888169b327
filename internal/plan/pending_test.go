package plan_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/plan"
)

// question is one person who asks for one position.
type question struct {
	w      kgtest.World
	g      *kg.Graph
	report *gap.Report
}

// drawQuestion draws a world with much to choose, and a question about it.
func drawQuestion(t *rapid.T) question {
	shape := kgtest.RichShape(rapid.IntRange(1, 36).Draw(t, "points"))
	shape.Alternatives = rapid.SampledFrom([]float64{0.2, 0.6, 0.95}).Draw(t, "alternatives")
	shape.Mastered = rapid.SampledFrom([]float64{0, 0.3, 0.7}).Draw(t, "mastered")
	shape.Junctions = rapid.SampledFrom([]float64{0.1, 0.5}).Draw(t, "junctions")
	shape.PerPoint = rapid.SampledFrom([]float64{1.5, 3}).Draw(t, "per point")
	shape.Required = rapid.IntRange(0, 8).Draw(t, "required")
	w := kgtest.RandomWorld(rapid.Uint64().Draw(t, "seed"), shape)
	g := w.Compile(t)
	return question{w, g, gap.Analyze(g, w.States(g), 0, kgtest.Now)}
}

// The engine and the reference agree on everything about the pending set, for random
// catalogs.
func TestPendingEqualsReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for range 5 {
			requirePendingOfReference(t, drawQuestion(t))
		}
	})
}

func requirePendingOfReference(t *rapid.T, q question) {
	r := newReference(q.w)
	r.findPending(q.g, q.report)
	p := plan.NewPendingSet(q.g, q.w.States(q.g), q.report, nil, nil)

	resting, unlocks, chains := r.dependents(), p.Unlocks(), p.Chains()
	neededFor, ok := p.NeededFor(math.MaxInt)
	require.True(t, ok)
	total := 0
	for _, list := range neededFor {
		total += len(list)
	}
	_, ok = p.NeededFor(total)
	require.True(t, ok)
	_, ok = p.NeededFor(total - 1)
	require.False(t, ok, "as many as there are, and no fewer")
	require.Equal(t, len(r.allPending()), p.Len(), "%s", q.w.Format())
	required, wanted := map[string]bool{}, []string{}
	for _, x := range q.report.Gaps {
		code := q.g.Code(x.Point)
		required[code] = true
		if x.Status == gap.Below || x.Status == gap.Unassessed {
			wanted = append(wanted, code)
		}
	}
	distances := r.distances(wanted)
	path := &plan.Path{Pending: p}
	for i := range p.Len() {
		code := q.g.Code(p.Point(i))
		require.True(t, r.pending(code), "%s is pending\n%s", code, q.w.Format())
		require.InDelta(t, r.need[code], p.Need(i), 0, "need of %s\n%s", code, q.w.Format())
		have, known := p.Mastery(i)
		require.InDelta(t, r.mastery[code], have, 0)
		require.Equal(t, slices.ContainsFunc(q.w.States(q.g), func(s mastery.State) bool { return s.Point == p.Point(i) }), known)
		require.Equal(t, required[code], p.Required(i))
		require.Equal(t, r.waitsFor(code), kgtest.Codes(q.g, p.WaitsFor(i)), "%s waits for\n%s", code, q.w.Format())
		require.Equal(t, len(resting[code]), unlocks[i], "%s unlocks %v\n%s", code, resting[code], q.w.Format())
		needed := slices.DeleteFunc(slices.Clone(resting[code]), func(c string) bool { return !required[c] })
		if required[code] {
			needed = nil // of foundations alone
		}
		require.Equal(t, append([]string{}, needed...), kgtest.Codes(q.g, neededFor[i]), "%s is needed for", code)

		chain := kgtest.Codes(q.g, path.Chain(chains, i))
		require.Len(t, chain, distances[code]+1, "a shortest chain to %s: %v\n%s", code, chain, q.w.Format())
		require.Contains(t, wanted, chain[0], "it starts at a requirement that is not mastered")
		require.Equal(t, code, chain[len(chain)-1])
		for j := range len(chain) - 1 {
			require.Contains(t, r.waitsFor(chain[j]), chain[j+1], "and follows what was chosen")
		}
	}
}
