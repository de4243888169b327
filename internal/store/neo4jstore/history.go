package neo4jstore

import (
	"context"
	"errors"
	"time"

	"github.com/zhitu/zhitu/internal/store"
)

// Revision returns the number of the published catalog. Where somebody has edited
// the catalog by other means, so that there is more or less of it than was
// published, that becomes a revision of its own, without a change set.
func (s *Store) Revision(ctx context.Context) (revision store.Revision, err error) {
	err = s.callServer(ctx, "revision", s.timeout, func(ctx context.Context) (err error) {
		revision, err = s.revision(ctx)
		return err
	})
	return revision, err
}

// checkEvery is how often, at most, a read of people looks for edits of the catalog
// by other means.
const checkEvery = time.Second

// adoptNowAndThen notices edits by other means where nobody asks but about people.
func (s *Store) adoptNowAndThen(ctx context.Context) error {
	if last := s.lastEditCheck.Load(); last != nil && time.Since(*last) < checkEvery {
		return nil
	}
	within, cancel := context.WithTimeout(ctx, lockFreePeriod)
	defer cancel()
	if _, err := s.revision(within); err != nil && (ctx.Err() != nil || within.Err() == nil) {
		return err
	}
	return nil // or else a commit is being applied, and who asks next looks again
}

func (s *Store) revision(ctx context.Context) (store.Revision, error) {
	s.lastEditCheck.Store(new(time.Now()))
	revision, untouched, err := revisionIn(ctx, s.readRunner())
	if err != nil || untouched {
		return revision, err
	}
	// Or else a commit is just being made.
	err = retryTransient(ctx, func() error {
		return s.withWriteLock(ctx, func(tx transaction, _ lockState) (err error) {
			revision, err = adopt(ctx, tx)
			return err
		})
	})
	return revision, err
}

func revisionIn(ctx context.Context, r statementRunner) (_ store.Revision, untouched bool, err error) {
	one, err := singleRecord(r.run(ctx, cypher("counts")+"\n"+cypher("revision"), nil))
	if err != nil {
		return 0, false, err
	}
	revision, ok := one.Values[0].(int64)
	untouched, _ = one.Values[1].(bool)
	if !ok {
		err = errDatabaseReplaced
	}
	return store.Revision(revision), untouched, err
}

// adopt makes a revision of edits by other means, where there are any. The caller
// holds the lock.
func adopt(ctx context.Context, tx transaction) (store.Revision, error) {
	revision, untouched, err := revisionIn(ctx, tx)
	if err != nil || untouched {
		return revision, err
	}
	if err := assignMissingOrdinals(ctx, tx); err != nil {
		return 0, err
	}
	_, err = tx.run(ctx, cypher("counts")+"\n"+cypher("adopt"), nil)
	return revision + 1, err
}

// History returns the edits of the catalog after a revision, oldest first.
func (s *Store) History(ctx context.Context, after store.Revision, most int) (list []store.Publication, err error) {
	err = s.callServer(ctx, "history", lengthy, func(ctx context.Context) error {
		return s.consistentRead(ctx, withGateCheck(catalogGate, func(ctx context.Context, r statementRunner) error {
			records, err := r.run(ctx, cypher("history"), map[string]any{"after": int64(after), "most": int64(max(most, 0))})
			if err != nil {
				return err
			}
			list = nil
			for _, record := range records {
				p, err := publication(record.Values)
				if err != nil {
					return err
				}
				list = append(list, p)
			}
			return nil
		}))
	})
	return list, err
}

func publication(values []any) (store.Publication, error) {
	revision, numbered := values[0].(int64)
	at, timed := values[2].(time.Time)
	if !numbered || !timed {
		return store.Publication{}, errors.New("a :ChangeSet has no revision or time: remove it")
	}
	id, _ := values[1].(string)
	body, _ := values[3].(string)
	return store.Publication{Revision: store.Revision(revision), ID: id, At: at.UTC()}.Replayed(body)
}
