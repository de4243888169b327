package people

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/store"
)

type documentStore = store.Documents

// slowDocuments answers a read once it is let go.
type slowDocuments struct {
	documentStore
	begun   chan []string
	proceed chan struct{}
}

func (s *slowDocuments) Documents(_ context.Context, q store.DocumentQuery) (docs []store.Document, _ error) {
	s.begun <- q.IDs
	<-s.proceed
	for _, id := range q.IDs {
		docs = append(docs, store.Document{Kind: q.Kind, ID: id})
	}
	return docs, nil
}

// Who asks during a read shares the next one.
func TestDocumentsAreReadTogether(t *testing.T) {
	slow := &slowDocuments{begun: make(chan []string), proceed: make(chan struct{})}
	l := &documentLoader{store: slow}
	var wg sync.WaitGroup
	ask := func(ids ...string) {
		wg.Go(func() {
			docs, err := l.load(t.Context(), "kind", ids)
			got := make([]string, len(docs))
			for i, d := range docs {
				got[i] = d.ID
			}
			if err != nil || !slices.Equal(ids, got) {
				t.Errorf("%v: %v, %v", ids, got, err)
			}
		})
	}
	ask("a")
	require.Equal(t, []string{"a"}, <-slow.begun)
	ask("b", "c")
	ask("a", "c")
	require.Eventually(t, func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.waiting["kind"] != nil && len(l.waiting["kind"].ids) == 4
	}, time.Minute, time.Millisecond)
	slow.proceed <- struct{}{}
	require.Equal(t, []string{"a", "b", "c"}, <-slow.begun)
	slow.proceed <- struct{}{}
	wg.Wait()
}
