package audit_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// slowAppends is a store whose appends take the time of a commit, are counted, and fail on
// demand.
type slowAppends struct {
	store.Store
	mu      sync.Mutex
	appends int
	failing bool
}

const commitTime = 300 * time.Microsecond

func (s *slowAppends) AppendJournal(ctx context.Context, chain string, list []store.JournalEntry, seal string) error {
	time.Sleep(commitTime)
	s.mu.Lock()
	s.appends++
	failing := s.failing
	s.mu.Unlock()
	if failing {
		return errFlaky
	}
	return s.Store.AppendJournal(ctx, chain, list, seal)
}

// take returns how many appends there were since the last call, and says whether later ones
// fail.
func (s *slowAppends) take(failing bool) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.appends
	s.appends, s.failing = 0, failing
	return n
}

// readAtOnce has clients read one after the other: each takes a moment to find the answer,
// and the more of them there are, the longer. It returns how many were answered.
func readAtOnce(t *testing.T, l *audit.Log, clients, reads int) (answered int) {
	var mu sync.Mutex
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			for i := range reads {
				time.Sleep(time.Duration(clients)*150*time.Microsecond + time.Duration((c*7+i*3)%11)*20*time.Microsecond)
				ctx := request(hr)
				audit.Note(ctx, read(fmt.Sprint("e", c)))
				err := l.Commit(ctx)
				mu.Lock()
				if err == nil {
					answered++
				} else {
					assert.Equal(t, fault.Unavailable, fault.CodeOf(err))
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return answered
}

func TestRequestsOfACrowdShareCommits(t *testing.T) {
	for _, c := range []struct{ clients, reads, most int }{
		{1, 40, 40},   // each has its own
		{8, 40, 80},   // four share one
		{64, 20, 160}, // eight do
	} {
		t.Run(fmt.Sprint(c.clients), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				st := &slowAppends{Store: openMemory(t)}
				l := newLog(t, st)
				readAtOnce(t, l, c.clients, 5) // people get their ids
				st.take(false)
				require.Equal(t, c.clients*c.reads, readAtOnce(t, l, c.clients, c.reads))
				require.LessOrEqual(t, st.take(false), c.most)
				require.Len(t, written(t, l, audit.Filter{}), c.clients*(c.reads+5))
				requireSound(t, l)
			})
		})
	}
}

// Whoever comes alone after a crowd waits for nobody but the commit.
func TestWhoComesAloneWaitsForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := &slowAppends{Store: openMemory(t)}
		l := newLog(t, st)
		readAtOnce(t, l, 64, 5)
		readAtOnce(t, l, 1, 20)
		began := time.Now() // of the clock of the test
		commit(t, l, hr, read("e0"))
		require.Equal(t, commitTime, time.Since(began))
	})
}

// A commit that fails refuses every answer that waited for it. What was noted is written
// later, once each, and the chain goes on.
func TestAFailedCommitRefusesAllWhoWaitForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := &slowAppends{Store: openMemory(t)}
		l := newLog(t, st)
		require.NoError(t, l.Start(t.Context()))
		require.Equal(t, 80, readAtOnce(t, l, 16, 5))
		st.take(true)
		require.Zero(t, readAtOnce(t, l, 16, 3))
		require.Less(t, st.take(false), 48, "several wait for the same commit")
		require.Equal(t, 16, readAtOnce(t, l, 16, 1))
		require.Len(t, written(t, l, audit.Filter{}), 80+48+16)
		require.NoError(t, l.Close(t.Context()))
		requireSound(t, l)
	})
}
