package neo4jstore_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
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

// acknowledgements are the codes whose writes were acknowledged.
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

// writeEmployees adds employees one after the other until it is stopped, and keeps the
// codes of the acknowledged ones.
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
			_, err = s.Apply(t.Context(), revision, store.Change{ChangeSet: competency.ChangeSet{Put: employeeRecord(code, code)}})
		}
		switch {
		case err == nil:
			l.addCode(code)
		case errors.Is(err, store.ErrConflict): // the large write came first
		case assert.ErrorIs(t, err, store.ErrUnavailable):
			time.Sleep(50 * time.Millisecond)
		default:
			return
		}
	}
}

// seedVariable repeats a test with the seed that it has logged.
const seedVariable = "ZHITU_TEST_SEED"

// newRandom returns a random generator, and logs its seed.
func newRandom(t *testing.T) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	if text := os.Getenv(seedVariable); text != "" {
		var err error
		seed, err = strconv.ParseUint(text, 10, 64)
		require.NoError(t, err)
	}
	t.Logf("repeat with %s=%d", seedVariable, seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// The server is killed six times at a random moment within the write of a large set,
// while other stores write small ones.
func TestKillKeepsAcknowledgedWritesAtomic(t *testing.T) {
	t.Parallel()
	const kills, points = 6, 1500
	random := newRandom(t)
	server := neo4jtest.New(t, neo4jtest.Options{})
	warmUp(t, server.URI(), noAuth)
	var handles []*neo4jstore.Store
	for range 3 {
		handles = append(handles, openStore(t, server.URI()))
	}
	s, l := handles[0], &acknowledgements{acknowledged: map[string]bool{}}

	world := func(round int) competency.ChangeSet {
		cs := storetest.SampleCatalog(points)
		cs.ID, cs.At = fmt.Sprint("world ", round), noon
		for i := range cs.Put.KnowledgePoints {
			cs.Put.KnowledgePoints[i].Name = fmt.Sprint(round)
		}
		for i := range cs.Put.Prerequisites {
			cs.Put.Prerequisites[i].Reason = fmt.Sprint(round)
		}
		return cs
	}
	// requireRound requires that everything is of one round.
	requireRound := func(round store.Revision) {
		t.Helper()
		c, revision, err := s.Load(t.Context())
		require.NoError(t, err)
		require.Equal(t, round, revision)
		want := competency.Catalog{}.Apply(world(int(round)))
		want.Sort()
		require.Equal(t, want, c)
		list, err := publications(t, s, 0)
		require.NoError(t, err)
		require.Len(t, list, int(round))
	}
	began := time.Now()
	_, err := s.Apply(t.Context(), 0, store.Change{ChangeSet: world(1)})
	require.NoError(t, err)
	largeWrite := time.Since(began) // scales the random moments of the kills
	requireRound(1)

	made := 0
	for round := range kills {
		base, stop := store.Revision(round+1), make(chan struct{})
		var all sync.WaitGroup
		var committedIn time.Duration
		for i := range 4 {
			all.Go(func() { writeEmployees(t, handles[1+i%2], l, fmt.Sprintf("e%d-%d", round, i), stop) })
		}
		all.Go(func() {
			began := time.Now()
			_, err := s.Apply(t.Context(), base, store.Change{ChangeSet: world(round + 2)})
			if err != nil {
				assert.ErrorIs(t, err, store.ErrUnavailable)
			} else {
				committedIn = time.Since(began)
			}
		})
		killAfter := time.Duration(random.Int64N(int64(largeWrite * 3 / 2)))
		t.Log("killed after", killAfter)
		time.Sleep(killAfter)
		require.NoError(t, server.Kill())
		require.NoError(t, server.Restart(t.Context()))
		warmUp(t, server.URI(), noAuth)
		requireEventually(t, func() bool { return s.Ping(t.Context()) == nil })
		before := len(l.allCodes())
		requireEventually(t, func() bool { return len(l.allCodes()) > before }, "no write is acknowledged after the restart")
		close(stop)
		all.Wait()
		if committedIn > 0 && committedIn < largeWrite {
			largeWrite = committedIn // the first one was slow, in a cold JVM
		}

		now := revisionOf(t, s)
		require.Contains(t, []store.Revision{base, base + 1}, now)
		if now > base {
			made++
		}
		requireRound(now)
		again, err := s.Apply(t.Context(), base, store.Change{ChangeSet: world(round + 2)})
		require.NoError(t, err)
		require.Equal(t, base+1, again)
		requireRound(base + 1)

		acks := l.allCodes()
		page, err := s.Employees(t.Context(), store.EmployeeQuery{Codes: acks})
		require.NoError(t, err)
		require.Equal(t, len(acks), page.Total, "an acknowledged employee is missing")
	}
	require.NotEmpty(t, l.allCodes())
	t.Logf("%d of %d large writes were committed before the kill; %d small ones were acknowledged", made, kills, len(l.allCodes()))
}
