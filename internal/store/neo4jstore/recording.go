package neo4jstore

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/store"
)

// One transaction keeps one processor of the server busy. So what is much is written
// in several side by side, each with its own people, while the first has the writers'
// lock, so that nobody else writes. None waits longer than unison for the others before
// it is committed, because another may wait for a point that it has locked.
//
// Should the lock be lost with its connection meanwhile, then whoever has it next waits
// for the people, whom each transaction has locked before it has read their copies. A
// reader may see a half of such a commit.
const (
	mostParts   = 4
	piecesApart = 400 // of a part at least, which takes a commit of its own
	unison      = 100 * time.Millisecond
)

// Record keeps evidence of several people and the states that follow from it.
func (s *Store) Record(ctx context.Context, list []store.Recording, fold store.Fold) ([]store.Recorded, error) {
	r := &recording{store: s, list: list, fold: fold, done: make([]store.Recorded, len(list)), most: mostParts}
	for i := range list {
		r.left = append(r.left, i)
	}
	limit := lengthy + time.Duration(pieces(list))*time.Millisecond
	_, err := s.write(ctx, "record", limit, write{record: r, token: rand.Int64()})
	if err != nil {
		for _, i := range r.left {
			r.done[i] = store.Recorded{}
		}
	}
	return r.done, err
}

func pieces(list []store.Recording) (n int) {
	for _, one := range list {
		n += len(one.Put) + len(one.Retract)
	}
	return n
}

// twice reports whether an id is in two recordings. The first one has it, so they
// must be made in their order.
func twice(list []store.Recording) bool {
	owners := make(map[string]int, pieces(list))
	for i, one := range list {
		for _, e := range one.Put {
			if owner, there := owners[e.ID]; there && owner != i {
				return true
			}
			owners[e.ID] = i
		}
	}
	return false
}

// recording is what is recorded together.
type recording struct {
	store *Store
	list  []store.Recording
	fold  store.Fold

	done []store.Recorded // what came of list
	left []int            // what of list has not been committed
	most int              // parts
}

// part is what one transaction records.
type part struct {
	at      []int // in the list of the recording
	list    []store.Recording
	done    []store.Recorded
	written bool
}

// parts divides what is left, into one where it is little.
func (r *recording) parts() []*part {
	total := 0
	for _, i := range r.left {
		total += pieces(r.list[i : i+1])
	}
	parts, size := []*part{{}}, 0
	most := max(1, min(r.most, total/piecesApart))
	if most > 1 && twice(r.list) {
		most = 1
	}
	for _, i := range r.left {
		if size >= total*len(parts)/most && len(parts) < most {
			parts = append(parts, &part{})
		}
		last := parts[len(parts)-1]
		last.at, last.list = append(last.at, i), append(last.list, r.list[i])
		size += pieces(r.list[i : i+1])
	}
	return parts
}

func (r *recording) do(ctx context.Context, tx transaction, finish finish) error {
	parts := r.parts()
	if r.most = 1; len(parts) > 1 { // should it fail, it is tried again in one: the parts may have been in each other's way
		return r.beside(ctx, tx, parts, finish)
	}
	p := parts[0]
	if err := r.make(ctx, tx, p); err != nil {
		return err
	}
	r.note(p) // should it not be committed, all of it is made again
	if !p.written {
		return errNothing
	}
	return finish(tx.commit)
}

// beside records parts in transactions of their own. It finishes when they are ready to
// be committed, or some of them are, and that lasts until the last one has been.
func (r *recording) beside(ctx context.Context, tx transaction, parts []*part, finish finish) error {
	var all sync.WaitGroup
	var within context.Context // of commits
	errs := make([]error, len(parts))
	ready, announced, ended := make(chan struct{}, len(parts)), make(chan struct{}), make(chan struct{})
	making, dismiss := context.WithCancel(ctx)
	defer dismiss()
	for i, p := range parts {
		all.Go(func() {
			errs[i] = r.store.transact(making, func(tx transaction) error {
				if err := r.make(making, tx, p); err != nil || !p.written {
					return err
				}
				ready <- struct{}{}
				select {
				case <-announced:
					return tx.commit(within)
				case <-making.Done():
					return making.Err()
				}
			})
		})
	}
	go func() {
		all.Wait()
		close(ended)
	}()
	if !gathered(ready, ended, len(parts)) {
		return cmp.Or(r.noted(parts, errs), errNothing)
	}
	err := finish(func(ctx context.Context) error {
		within = ctx
		close(announced)
		<-ended
		for i, p := range parts {
			errs[i] = r.settled(ctx, tx, p, errs[i])
		}
		if err := r.noted(parts, errs); err != nil {
			return err
		}
		_ = tx.Commit(ctx) // there is nothing in it but that it was there
		return nil
	})
	dismiss()
	<-ended
	return err
}

// gathered waits until parts are ready, and from the first one on not long. It reports
// whether one is.
func gathered(ready, ended <-chan struct{}, parts int) bool {
	var late <-chan time.Time
	for n := range parts {
		select {
		case <-ready:
			if n == 0 {
				late = time.After(unison)
			}
		case <-late:
			return true
		case <-ended:
			return n > 0
		}
	}
	return true
}

// settled returns what became of a part whose commit got no answer, once that is
// known: its people are locked until then.
func (r *recording) settled(ctx context.Context, tx transaction, p *part, err error) error {
	unanswered, unknown := errors.AsType[lost](err)
	if !unknown {
		return err
	}
	var people, fresh []string
	for n, one := range p.list {
		people = append(people, one.Employee)
		for _, e := range one.Put {
			if p.done[n].Err == nil && !slices.Contains(p.done[n].Known, e.ID) {
				fresh = append(fresh, e.ID)
			}
		}
	}
	found, failed := (&ledger{ctx: ctx, tx: tx, stored: stored{points: &r.store.points}}).Look(people, fresh, nil)
	switch {
	case failed != nil || len(fresh) == 0:
		return err
	case len(found.Evidence) > 0:
		return nil
	}
	return unanswered.error // of which it is known now that nothing was made
}

// noted notes what came of the parts that did not fail, and returns what the others
// failed with.
func (r *recording) noted(parts []*part, errs []error) error {
	for i, p := range parts {
		if errs[i] == nil {
			r.note(p)
			r.left = slices.DeleteFunc(r.left, func(i int) bool { return slices.Contains(p.at, i) })
		}
	}
	return errors.Join(errs...)
}

// make runs all statements of a part.
func (r *recording) make(ctx context.Context, tx transaction, p *part) (err error) {
	l := &ledger{ctx: ctx, tx: tx, stored: stored{points: &r.store.points}}
	p.done, err = store.Record(l, p.list, r.fold)
	p.written = l.written
	return err
}

// note keeps what came of a part.
func (r *recording) note(p *part) {
	for n, i := range p.at {
		r.done[i] = p.done[n]
	}
}
