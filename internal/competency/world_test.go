package competency_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// world returns a random catalog as a store holds it.
func world(seed uint64, points int) competency.Catalog {
	cs := competency.ChangeSet{Put: competency.Records{Catalog: kgtest.Random(seed, kgtest.Rich(points)).Catalog}}
	return competency.Catalog{}.Apply(competency.Catalog{}.Resolve(cs))
}

// publications turn one random world into another, part by part: each takes along
// some of what is left of the way. In between, records come and go.
func publications(before, after competency.Catalog, n int, r *rand.Rand) (sets []competency.ChangeSet) {
	at := before
	for i := range n {
		way := competency.Diff(at, after)
		if i < n-1 {
			way = competency.ChangeSet{
				Put: competency.Records{Catalog: competency.Catalog{
					Competencies: some(r, way.Put.Competencies), KnowledgePoints: some(r, way.Put.KnowledgePoints),
					Resources: some(r, way.Put.Resources), Positions: some(r, way.Put.Positions),
				}},
				Delete: competency.Records{Catalog: competency.Catalog{
					Prerequisites: some(r, way.Delete.Prerequisites), KnowledgePoints: some(r, at.KnowledgePoints), Positions: some(r, at.Positions),
				}},
			}
			way = at.Resolve(way)
		}
		sets, at = append(sets, way), at.Apply(way)
	}
	return sets
}

func some[T any](r *rand.Rand, list []T) (chosen []T) {
	for _, v := range list {
		if r.IntN(3) == 0 {
			chosen = append(chosen, v)
		}
	}
	return chosen
}

func TestHistoryOfRandomWorlds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		r := rand.New(rand.NewPCG(seed, 14))
		before, after := world(seed, 20), world(seed+1, 24)
		sets := publications(before, after, rapid.IntRange(1, 5).Draw(t, "publications"), r)

		at, inverses := before, []competency.ChangeSet{}
		for _, cs := range sets {
			inverse := competency.Inverse(at, cs)
			next := at.Apply(cs)
			require.Equal(t, at, next.Apply(inverse))
			at, inverses = next, append([]competency.ChangeSet{inverse}, inverses...)
		}
		require.Equal(t, after, at)
		all := competency.Compose(sets...)
		require.Equal(t, after, before.Apply(all))
		require.Equal(t, before, after.Apply(competency.Compose(inverses...)))
		require.Equal(t, competency.Diff(after, before), competency.Inverse(before, all))
	})
}

// What one catalog has and another has not is a set of edits that Check accepts and
// that Resolve does not change: an undo is an edit like any other.
func TestDiffPassesThroughCheckAndResolve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		before, after := world(seed, 20), world(seed+1, 24)
		for i := range before.KnowledgePoints {
			before.KnowledgePoints[i].Description = "to be emptied"
		}
		diff := competency.Diff(before, after)
		edits := before.AsEdits(competency.Compose(competency.Diff(before, world(seed+2, 30)), competency.Diff(world(seed+2, 30), after)))
		require.Empty(t, before.Check(edits))
		require.Equal(t, diff, before.Resolve(edits))
	})
}
