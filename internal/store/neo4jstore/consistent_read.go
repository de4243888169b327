package neo4jstore

import (
	"context"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// How a read sees one moment.
//
// Neo4j isolates no further than committed data: a reader may find one half of a
// transaction's changes made and the other not, while the server applies its
// commit. So a writer announces its commit on the gate, a node that holds a
// number for the catalog and one for people: odd from before the commit until
// after it. A reader looks at its number before and after; where both looks show
// the same even number, no commit was under way at any time between (a sequence
// lock). Else it reads again; and after a while, as behind a writer who died
// within a commit, it takes the writers' lock, under which nothing can be
// committed.

// patience is how long a read is tried before it holds off writers.
const lockFreePeriod = 250 * time.Millisecond

// gate is one of the two numbers.
type gateCounter int

const (
	catalogGate gateCounter = iota
	peopleGate
)

// look is one attempt at a read. It returns what the gate showed before and after.
type readAttempt func(ctx context.Context, r statementRunner) (before, after int64, err error)

// moment runs a read until it has seen one moment.
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
	select { // one at a time: the others would hold connections that the writer may want
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

// between makes a look of statements that do not look at the gate themselves.
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

// hold is what the store shows to whoever has taken the lock.
type lockState struct {
	writeCount              int64  // how many writes there have been
	recentWrites            []any  // the tokens of the latest
	madeRevision            *int64 // the revision that the set of an ID made, nil where none did
	catalogGate, peopleGate int64  // on the gate
}

// lock takes the writers' lock until the end of a transaction.
func acquireWriteLock(ctx context.Context, tx transaction, id string) (h lockState, err error) {
	one, err := singleRecord(tx.run(ctx, cypher("acquire write lock"), map[string]any{"id": nullIfEmpty(id)}))
	if err != nil {
		return h, err
	}
	var ok [3]bool
	h.writeCount, ok[0] = one.Values[0].(int64)
	h.recentWrites, _ = one.Values[1].([]any)
	if made, known := one.Values[2].(int64); known {
		h.madeRevision = &made
	}
	h.catalogGate, ok[1] = one.Values[3].(int64)
	h.peopleGate, ok[2] = one.Values[4].(int64)
	if ok != [3]bool{true, true, true} {
		err = errDatabaseReplaced
	}
	return h, err
}

// locked runs f while no write can be committed, and commits.
func (s *Store) withWriteLock(ctx context.Context, f func(tx transaction, h lockState) error) error {
	return s.inTransaction(ctx, func(tx transaction) error {
		h, err := acquireWriteLock(ctx, tx, "")
		if err != nil {
			return err
		}
		if err := s.clearStaleGate(ctx, h); err != nil {
			return err
		}
		if err := f(tx, h); err != nil {
			return err
		}
		return tx.Commit(ctx)
	})
}

// quieten settles at once what one who died has announced, so that no reader waits
// for whoever has the lock now. The caller holds it.
func (s *Store) clearStaleGate(ctx context.Context, h lockState) error {
	if (h.catalogGate|h.peopleGate)%2 == 0 {
		return nil
	}
	_, err := s.writeRunner().run(ctx, cypher("clear stale gate"), nil)
	return err
}

// single returns the one record of a statement about what is always there.
func singleRecord(records []*neo4j.Record, err error) (*neo4j.Record, error) {
	if err == nil && len(records) != 1 {
		err = errDatabaseReplaced
	}
	if err != nil {
		return nil, err
	}
	return records[0], nil
}
