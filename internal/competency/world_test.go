package competency_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// randomCatalog returns a random catalog as a store holds it.
func randomCatalog(seed uint64, points int) competency.Catalog {
	cs := competency.ChangeSet{Put: competency.Records{Catalog: kgtest.RandomWorld(seed, kgtest.RichShape(points)).Catalog}}
	cs.Put.Scale = competency.DefaultScale[seed%3 : 3+seed%2]
	return competency.Catalog{}.Apply(competency.Catalog{}.Resolve(cs))
}

// publicationsBetween returns resolved sets that turn one catalog into another. All but
// the last make a random part of the difference, and delete some records that come back.
func publicationsBetween(before, after competency.Catalog, n int, r *rand.Rand) (sets []competency.ChangeSet) {
	at := before
	for i := range n {
		diff := competency.Diff(at, after)
		if i < n-1 {
			diff = competency.ChangeSet{
				Put: competency.Records{Catalog: competency.Catalog{
					Competencies: randomSubset(r, diff.Put.Competencies), KnowledgePoints: randomSubset(r, diff.Put.KnowledgePoints),
					Resources: randomSubset(r, diff.Put.Resources), Positions: randomSubset(r, diff.Put.Positions),
				}},
				Delete: competency.Records{Catalog: competency.Catalog{
					Prerequisites: randomSubset(r, diff.Delete.Prerequisites), KnowledgePoints: randomSubset(r, at.KnowledgePoints), Positions: randomSubset(r, at.Positions),
				}},
			}
			diff = at.Resolve(diff)
		}
		sets, at = append(sets, diff), at.Apply(diff)
	}
	return sets
}

func randomSubset[T any](r *rand.Rand, list []T) (chosen []T) {
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
		before, after := randomCatalog(seed, 20), randomCatalog(seed+1, 24)
		sets := publicationsBetween(before, after, rapid.IntRange(1, 5).Draw(t, "publications"), r)

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

// An undo is an edit like any other: it passes Check, and Resolve does not change it.
func TestDiffPassesThroughCheckAndResolve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		before, after := randomCatalog(seed, 20), randomCatalog(seed+1, 24)
		for i := range before.KnowledgePoints {
			before.KnowledgePoints[i].Description = "to be emptied"
		}
		diff := competency.Diff(before, after)
		edits := before.AsEdits(competency.Compose(competency.Diff(before, randomCatalog(seed+2, 30)), competency.Diff(randomCatalog(seed+2, 30), after)))
		require.Empty(t, before.Check(edits))
		require.Equal(t, diff, before.Resolve(edits))
	})
}
