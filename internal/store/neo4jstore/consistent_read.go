package neo4jstore

import (
	"context"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// Consistent read (sequence lock).
//
// Neo4j isolates reads as READ COMMITTED: while the server applies a commit, a reader
// may see half of its changes. So a writer announces its commit on the gate, a node
// with one counter for the catalog and one for people. A counter is odd from before the
// commit until after it. A reader reads its counter before and after. If both values
// are the same even number, no commit was in progress between them. Otherwise it reads
// again. After a while it takes the writers' lock, under which nothing can be
// committed: a writer may have died within its commit.

// lockFreePeriod is how long a read retries before it takes the writers' lock.
const lockFreePeriod = 250 * time.Millisecond

// gateCounter names one of the two counters on the gate.
type gateCounter int

const (
	catalogGate gateCounter = iota
	peopleGate
)

// readAttempt is one attempt at a read. It returns the gate's counter before and after.
type readAttempt func(ctx context.Context, r statementRunner) (before, after int64, err error)

// consistentRead repeats a read until it has seen one committed state.
func (s *Store) consistentRead(ctx context.Context, read readAttempt) error {
	pause, end := time.Millisecond, time.Now().Add(lockFreePeriod)
	for {
		before, after, err := read(ctx, s.readRunner())
		if err != nil || before == after && before%2 == 0 {
			return err
		}
		if time.Now().After(end) {
			break
		}
		if !sleepContext(ctx, pause) {
			return ctx.Err()
		}
		pause = min(2*pause, 20*time.Millisecond)
	}
	select { // one at a time: more would hold connections that the writer may need
	case s.lockedReadSlot <- struct{}{}:
		defer func() { <-s.lockedReadSlot }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return retryTransient(ctx, func() error {
		return s.withWriteLock(ctx, func(tx transaction, _ lockState) error {
			_, _, err := read(ctx, tx)
			return err
		})
	})
}

// withGateCheck makes a readAttempt of statements that do not read the gate themselves.
func withGateCheck(which gateCounter, read func(ctx context.Context, r statementRunner) error) readAttempt {
	return func(ctx context.Context, r statementRunner) (before, after int64, err error) {
		if before, err = readGate(ctx, r, which); err != nil || before%2 == 1 {
			return before, 0, err
		}
		if err = read(ctx, r); err == nil {
			after, err = readGate(ctx, r, which)
		}
		return before, after, err
	}
}

func readGate(ctx context.Context, r statementRunner, which gateCounter) (int64, error) {
	one, err := singleRecord(r.run(ctx, cypher("read gate"), nil))
	if err != nil {
		return 0, err
	}
	n, ok := one.Values[which].(int64)
	if !ok {
		return 0, errDatabaseReplaced
	}
	return n, nil
}

// lockState is what the holder of the writers' lock reads with it.
type lockState struct {
	writeCount              int64  // writes since the database was created
	recentWrites            []any  // their tokens, the latest first
	madeRevision            *int64 // the revision that a change set with this id has made; nil for none
	catalogGate, peopleGate int64  // the gate's counters
}

// acquireWriteLock takes the writers' lock until the transaction ends.
func acquireWriteLock(ctx context.Context, tx transaction, id string) (state lockState, err error) {
	one, err := singleRecord(tx.run(ctx, cypher("acquire write lock"), map[string]any{"id": nullIfEmpty(id)}))
	if err != nil {
		return state, err
	}
	var ok [3]bool
	state.writeCount, ok[0] = one.Values[0].(int64)
	state.recentWrites, _ = one.Values[1].([]any)
	if revision, known := one.Values[2].(int64); known {
		state.madeRevision = &revision
	}
	state.catalogGate, ok[1] = one.Values[3].(int64)
	state.peopleGate, ok[2] = one.Values[4].(int64)
	if ok != [3]bool{true, true, true} {
		err = errDatabaseReplaced
	}
	return state, err
}

// withWriteLock runs f while nothing else can be committed, and commits.
func (s *Store) withWriteLock(ctx context.Context, f func(tx transaction, state lockState) error) error {
	return s.inTransaction(ctx, func(tx transaction) error {
		state, err := acquireWriteLock(ctx, tx, "")
		if err != nil {
			return err
		}
		if err := s.clearStaleGate(ctx, state); err != nil {
			return err
		}
		if err := f(tx, state); err != nil {
			return err
		}
		return tx.Commit(ctx)
	})
}

// clearStaleGate clears the announcement of a writer that died, so that no reader waits
// for the present holder of the lock. The caller holds it.
func (s *Store) clearStaleGate(ctx context.Context, state lockState) error {
	if (state.catalogGate|state.peopleGate)%2 == 0 {
		return nil
	}
	_, err := s.writeRunner().run(ctx, cypher("clear stale gate"), map[string]any{"written": state.writeCount})
	return err
}

// singleRecord returns the record of a statement that always returns exactly one.
func singleRecord(records []*neo4j.Record, err error) (*neo4j.Record, error) {
	if err == nil && len(records) != 1 {
		err = errDatabaseReplaced
	}
	if err != nil {
		return nil, err
	}
	return records[0], nil
}
