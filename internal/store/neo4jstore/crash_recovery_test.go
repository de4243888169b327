package neo4jstore_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
	"github.com/zhitu/zhitu/internal/store/storetest"
)

// ledger is who was acknowledged.
type acknowledgements struct {
	mu           sync.Mutex
	acknowledged map[string]bool
}

func (l *acknowledgements) addCode(code string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acknowledged[code] = true
}

func (l *acknowledgements) allCodes() (list []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for code := range l.acknowledged {
		list = append(list, code)
	}
	return list
}

// hire adds people, one after the other, until told to stop, and enters each who
// was acknowledged.
func writeEmployees(t *testing.T, s store.Store, l *acknowledgements, name string, stop <-chan struct{}) {
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		default:
		}
		code := fmt.Sprintf("%s-%05d", name, i)
		revision, err := s.Revision(t.Context())
		if err == nil {
			_, err = s.Apply(t.Context(), revision, competency.ChangeSet{Put: employeeRecord(code, code)})
		}
		switch {
		case err == nil:
			l.addCode(code)
		case errors.Is(err, store.ErrConflict): // the large one came first
		case assert.ErrorIs(t, err, store.ErrUnavailable):
			time.Sleep(50 * time.Millisecond)
		default:
			return
		}
	}
}

// Six times the server is killed within the write of a large set, at any moment of
// it, while others write small ones.
func TestKillKeepsAcknowledgedWritesAtomic(t *testing.T) {
	const kills, points = 6, 1500
	server := neo4jtest.New(t, neo4jtest.Options{})
	warmUp(t, server.URI(), noAuth)
	var handles []*neo4jstore.Store
	for range 3 {
		handles = append(handles, openStore(t, server.URI()))
	}
	s, l := handles[0], &acknowledgements{acknowledged: map[string]bool{}}

	world := func(round int) competency.ChangeSet {
		cs := storetest.World(points)
		cs.ID, cs.At = fmt.Sprint("world ", round), noon
		for i := range cs.Put.KnowledgePoints {
			cs.Put.KnowledgePoints[i].Name = fmt.Sprint(round)
		}
		for i := range cs.Put.Prerequisites {
			cs.Put.Prerequisites[i].Reason = fmt.Sprint(round)
		}
		return cs
	}
	// requireWorld wants everything to be of one round.
	requireWorld := func(round store.Revision) {
		t.Helper()
		c, revision, err := s.Load(t.Context())
		require.NoError(t, err)
		require.Equal(t, round, revision)
		want := competency.Catalog{}.Apply(world(int(round)))
		want.Sort()
		require.Equal(t, want, c)
		list, err := s.History(t.Context(), 0, 100)
		require.NoError(t, err)
		require.Len(t, list, int(round))
	}
	began := time.Now()
	_, err := s.Apply(t.Context(), 0, world(1))
	require.NoError(t, err)
	long := time.Since(began) // about what a large one takes
	requireWorld(1)

	made := 0
	for round := range kills {
		base, stop := store.Revision(round+1), make(chan struct{})
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() { writeEmployees(t, handles[1+i%2], l, fmt.Sprintf("e%d-%d", round, i), stop) })
		}
		all.Go(func() {
			_, err := s.Apply(t.Context(), base, world(round+2))
			if err != nil {
				assert.ErrorIs(t, err, store.ErrUnavailable)
			}
		})
		moment := rand.N(long * 3 / 2)
		t.Log("killed after", moment)
		time.Sleep(moment)
		require.NoError(t, server.Kill())
		require.NoError(t, server.Restart(t.Context()))
		warmUp(t, server.URI(), noAuth)
		require.Eventually(t, func() bool { return s.Ping(t.Context()) == nil }, time.Minute, 100*time.Millisecond)
		time.Sleep(time.Second) // some write again, to the one that is back
		close(stop)
		all.Wait()

		now := revisionOf(t, s)
		require.Contains(t, []store.Revision{base, base + 1}, now)
		if now > base {
			made++
		}
		requireWorld(now)
		again, err := s.Apply(t.Context(), base, world(round+2))
		require.NoError(t, err)
		require.Equal(t, base+1, again)
		requireWorld(base + 1)

		acks := l.allCodes()
		page, err := s.Employees(t.Context(), store.EmployeeQuery{Codes: acks})
		require.NoError(t, err)
		require.Equal(t, len(acks), page.Total, "somebody who was acknowledged is not there")
	}
	require.NotEmpty(t, l.allCodes())
	t.Logf("%d of %d large ones were made in spite of it; %d small ones were acknowledged", made, kills, len(l.allCodes()))
}
