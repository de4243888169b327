package neo4jstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

const (
	// maxRecentWrites is how many writes the store remembers, for one that has lost
	// its connection within the commit.
	maxRecentWrites = 100
	// longTimeout bounds what may take long: reading a whole catalog, waiting for
	// another program's write.
	longTimeout = 30 * time.Second
)

// Apply writes a change in one transaction.
func (s *Store) Apply(ctx context.Context, base store.Revision, c store.Change) (store.Revision, error) {
	if err := store.CheckDocuments(c.Documents); err != nil {
		return 0, s.wrapError(ctx, "apply", err)
	}
	w := write{base: base, cs: c.ChangeSet, change: c, body: c.StartBody(), token: rand.Int64()}
	defer w.body()
	records := c.Put.Catalog.Len() + c.Put.People.Len() + c.Delete.Catalog.Len() + c.Delete.People.Len() + len(c.Documents)
	return s.write(ctx, "apply", longTimeout+time.Duration(records)*time.Millisecond, w)
}

// write is one change on its way.
type write struct {
	base    store.Revision
	cs      competency.ChangeSet
	change  store.Change                      // which the change set is of
	body    func() (store.HistoryBody, error) // of its publication
	token   int64                             // by which the store remembers it
	restore *restoration                      // which the change set is the catalog of (restore.go)
	rebuild []string                          // whose packed states are rebuilt (packed_states.go), instead of a change set
	work    transactionWork                   // evidence (evidence.go) or documents (document.go), instead of either
}

// transactionWork is what is done in the transaction that has the lock, or beside it.
// Once all is written, it commits.
type transactionWork interface {
	runInTransaction(ctx context.Context, tx transaction, commit announceAndCommit) error
}

// announceAndCommit announces a commit, and makes it.
type announceAndCommit func(commit func(context.Context) error) error

// errNothingToWrite is what work fails with that has come to nothing: there is no
// commit to announce and to wait for.
var errNothingToWrite = errors.New("there is nothing to write")

// write makes a write within a limit of time.
func (s *Store) write(ctx context.Context, op string, limit time.Duration, w write) (made store.Revision, err error) {
	select { // one at a time: the others would only hold connections while they wait
	case s.writeSlot <- struct{}{}:
		defer func() { <-s.writeSlot }()
	case <-ctx.Done():
		return 0, s.wrapError(ctx, op, ctx.Err())
	}
	err = s.callServer(ctx, op, limit, func(ctx context.Context) error {
		return retryTransient(ctx, func() (err error) {
			made, err = s.attemptWrite(ctx, w)
			return err
		})
	})
	if err != nil {
		return 0, err
	}
	return made, nil
}

// attemptWrite writes once. Where the connection is lost within the commit, it finds
// out whether that was made, and fails in a way that passes where it was not.
func (s *Store) attemptWrite(ctx context.Context, w write) (made store.Revision, err error) {
	var held lockState
	var catalog, people any // what it has announced
	err = s.inTransaction(ctx, func(tx transaction) (err error) {
		if held, err = acquireWriteLock(ctx, tx, w.cs.ID); err != nil {
			return err
		}
		if err := s.clearStaleGate(ctx, held); err != nil {
			return err
		}
		if held.madeRevision != nil {
			made = store.Revision(*held.madeRevision)
			return nil
		}
		if made, err = w.checkBase(ctx, tx); err != nil {
			return err
		}
		err = w.executeStatements(ctx, tx, func(commit func(context.Context) error) error {
			if err := w.recordCommit(ctx, tx); err != nil {
				return err
			}
			catalog, people = w.gateNumbers(held)
			if _, err := s.writeRunner().run(ctx, cypher("announce commit"), map[string]any{"catalog": catalog, "people": people}); err != nil {
				return err
			}
			if catalog != nil { // an edit by hand since checkBase was counted as ours
				if _, untouched, err := readRevision(ctx, s.writeRunner()); err != nil {
					return err
				} else if !untouched {
					return store.ErrConflict
				}
			}
			// From here on the outcome is worth more than the caller's patience.
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longTimeout)
			defer cancel()
			return commit(ctx)
		})
		if errors.Is(err, errNothingToWrite) {
			return nil
		}
		return err
	})
	if _, unknown := errors.AsType[unknownOutcome](err); !unknown {
		if catalog != nil || people != nil {
			s.finalizeCommit(ctx, catalog, people)
		}
		return made, err
	}
	// The commit may still be under way: the gate stays as it is until the
	// lock is held again.
	there, unanswered := s.resolveLostCommit(ctx, w.token, held.writeCount)
	switch {
	case unanswered != nil:
		return 0, fault.Wrap(fmt.Errorf("%w: %w", store.ErrUnavailable, errors.Join(err, unanswered)), fault.Unavailable,
			"the connection to the store was lost while the change was being committed, and whether it was made cannot be told yet: make it again, which does no harm if it was",
			"提交变更时与存储的连接中断，暂时无法确认是否已写入：请重新提交，重复提交不会造成影响")
	case there:
		return made, nil
	}
	return 0, err
}

// checkBase compares the base with the store, and returns the revision that the write
// is going to make.
func (w write) checkBase(ctx context.Context, tx transaction) (store.Revision, error) {
	if w.work != nil {
		return 0, nil
	}
	now, err := adoptExternalEdits(ctx, tx)
	switch {
	case err != nil:
		return 0, err
	case now != w.base && len(w.rebuild) == 0:
		return 0, store.ErrConflict
	case w.restore != nil:
		return w.restore.revision, nil
	case w.cs.EditsCatalog():
		return w.base + 1, nil
	}
	return w.base, nil
}

// executeStatements runs all statements of a write, and commits. Deletions come first,
// but records stay as long as they can be put again or be let go of.
func (w write) executeStatements(ctx context.Context, tx transaction, commit announceAndCommit) error {
	if w.work != nil {
		return w.work.runInTransaction(ctx, tx, commit)
	}
	if err := w.checkExpected(ctx, tx); err != nil {
		return err
	}
	states := stateChanges{}
	steps := slices.Concat(w.unlinkDeleted(states), w.putCatalog(), w.putPeople(states), w.deleteRecords(), notePeople(w.cs), putDocuments(w.change.Documents))
	for _, step := range steps {
		if err := step.execBatches(ctx, tx); err != nil {
			return err
		}
	}
	if err := states.updatePackedStates(ctx, tx); err != nil {
		return err
	}
	if err := rebuildPackedStates(ctx, tx, w.rebuild); err != nil {
		return err
	}
	return commit(tx.commit)
}

// recordCommit makes a write known as such, and as a revision where it is one.
func (w write) recordCommit(ctx context.Context, tx transaction) error {
	if _, err := tx.run(ctx, cypher("remember"), map[string]any{"token": w.token, "remembered": int64(maxRecentWrites)}); err != nil {
		return err
	}
	switch {
	case w.restore != nil:
		return w.restore.publish(ctx, tx)
	case !w.cs.EditsCatalog():
		return nil
	}
	body, err := w.body()
	if err != nil {
		return err
	}
	p := w.change.Publication(w.base + 1)
	_, err = tx.run(ctx, cypher("counts")+"\n"+cypher("publish")+"\n"+cypher("put publications", "Label", "ChangeSet"), map[string]any{
		"revision": int64(p.Revision), "rows": []row{publicationRow(p, body)},
	})
	if err != nil {
		return err
	}
	return putParts(ctx, tx, "ChangeSet", p.Revision, body.Parts)
}

// gateNumbers returns the odd numbers that a write puts on the gate, nil where it
// does not concern the catalog, or people.
func (w write) gateNumbers(h lockState) (catalog, people any) {
	if w.cs.EditsCatalog() || w.restore != nil {
		catalog = h.catalogGate + 1 + h.catalogGate%2
	}
	if w.cs.Put.People.Len()+w.cs.Delete.People.Len()+len(w.rebuild) > 0 || w.work != nil {
		people = h.peopleGate + 1 + h.peopleGate%2
	}
	return catalog, people
}

// finalizeCommit shows on the gate that a commit is over. Should that fail, a reader
// finds it out under the lock.
func (s *Store) finalizeCommit(ctx context.Context, catalog, people any) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.timeout)
	defer cancel()
	_, _ = s.writeRunner().run(ctx, cypher("finalize commit"), map[string]any{"catalog": catalog, "people": people})
}

// resolveLostCommit reports whether a write has been made whose commit got no answer. The
// lock comes free when that commit has ended, one way or the other.
func (s *Store) resolveLostCommit(ctx context.Context, token, before int64) (there bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.timeout)
	defer cancel()
	for {
		err = s.withWriteLock(ctx, func(_ transaction, h lockState) error {
			if there = slices.Contains(h.recentWrites, any(token)); !there && h.writeCount-before > maxRecentWrites {
				return errors.New("too many writes have been made since")
			}
			return nil
		})
		if err == nil || !isConnectionError(err) || !sleepContext(ctx, 50*time.Millisecond) {
			return there, err
		}
	}
}
