package graph_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/graph"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// publishingStore is a store to which another instance publishes before each read of a
// person.
type publishingStore struct {
	store.Store
	publish func()
}

func (s publishingStore) Profile(ctx context.Context, code string) (store.Profile, error) {
	s.publish()
	return s.Store.Profile(ctx, code)
}

func TestOneRevisionAnswersARequest(t *testing.T) {
	t.Parallel()
	var inner store.Store
	published, mu := 0, sync.Mutex{}
	a := newAPI(t, smallWorld(t), func(s store.Store) store.Store {
		inner = s
		return publishingStore{s, func() {
			mu.Lock()
			defer mu.Unlock()
			revision, err := s.Revision(context.Background())
			require.NoError(t, err)
			published++
			var cs competency.ChangeSet
			cs.Put.Positions = []competency.Position{{Code: "P", Name: strings.Repeat("改", published)}}
			_, err = s.Apply(context.Background(), revision, store.Change{ChangeSet: cs})
			require.NoError(t, err)
		}}
	}, graph.Config{})
	for range 20 {
		got := a.execute(t, `{
			before: position(code: "P") { name }
			gapAnalysis(employee: "E1", position: "P") { revision position { name } }
			learningPath(employee: "E1", position: "P") { revision position { name } }
			nextSteps(employee: "E1", position: "P") { knowledgePoint { requiredBy { position { name } } } }
			after: position(code: "P") { name } }`, nil)
		require.Empty(t, got.Errors)
		var data struct {
			Before, After struct{ Name string }
			GapAnalysis   struct {
				Revision int
				Position struct{ Name string }
			}
			LearningPath struct {
				Revision int
				Position struct{ Name string }
			}
		}
		require.NoError(t, json.Unmarshal(got.Data, &data))
		require.Equal(t, data.Before.Name, data.After.Name)
		require.Equal(t, data.Before.Name, data.GapAnalysis.Position.Name)
		require.Equal(t, data.Before.Name, data.LearningPath.Position.Name)
		require.Equal(t, data.GapAnalysis.Revision, data.LearningPath.Revision)
		require.NotNil(t, got.Extensions.Revision)
		require.Equal(t, data.GapAnalysis.Revision, *got.Extensions.Revision)
	}
	revision, err := inner.Revision(t.Context())
	require.NoError(t, err)
	got := a.execute(t, `{ gapAnalysis(employee: "E1", position: "P") { revision position { name } } }`, nil)
	require.Greater(t, *got.Extensions.Revision, int(revision), "a read of a person is answered from what that read found")
}

func TestResponseNamesRevision(t *testing.T) {
	t.Parallel()
	a := newAPI(t, smallWorld(t), nil, graph.Config{})
	for _, c := range []struct {
		query string
		want  *int
	}{
		{`{ position(code: "P") { name } }`, new(1)},
		{`{ position(code: "NONE") { name } }`, new(1)},
		{`{ employee(code: "E1") { name } }`, new(1)},
		{`{ __typename }`, nil},
		{`{ nonsense }`, nil},
		{`mutation { upsertPosition(input: { code: "P", name: "改" }) { revision } }`, new(2)},
		{`mutation { setMastery(input: { employee: "E1", knowledgePoint: "B", mastery: 0.1 }) { revision } }`, new(2)},
		{`mutation { setMastery(input: { employee: "E1", knowledgePoint: "B", mastery: 7 }) { revision } }`, new(2)},
		{`{ position(code: "P") { name } }`, new(2)},
	} {
		require.Equal(t, c.want, a.execute(t, c.query, nil).Extensions.Revision, c.query)
	}
}
