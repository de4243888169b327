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
	maxParts     = 4
	minPartSize  = 400 // of a part at least, which takes a commit of its own
	commitWindow = 100 * time.Millisecond
)

// Record keeps evidence of several people and the states that follow from it.
func (s *Store) Record(ctx context.Context, list []store.Recording, fold store.Fold) ([]store.Recorded, error) {
	r := &evidenceBatch{store: s, recordings: list, fold: fold, results: make([]store.Recorded, len(list)), partLimit: maxParts}
	for i := range list {
		r.pending = append(r.pending, i)
	}
	limit := lengthy + time.Duration(countEvidence(list))*time.Millisecond
	_, err := s.write(ctx, "record", limit, write{record: r, token: rand.Int64()})
	if err != nil {
		for _, i := range r.pending {
			r.results[i] = store.Recorded{}
		}
	}
	return r.results, err
}

func countEvidence(list []store.Recording) (n int) {
	for _, one := range list {
		n += len(one.Put) + len(one.Retract)
	}
	return n
}

// twice reports whether an id is in two recordings. The first one has it, so they
// must be made in their order.
func hasSharedIDs(list []store.Recording) bool {
	owners := make(map[string]int, countEvidence(list))
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
type evidenceBatch struct {
	store      *Store
	recordings []store.Recording
	fold       store.Fold

	results   []store.Recorded // what came of list
	pending   []int            // what of list has not been committed
	partLimit int              // parts
}

// part is what one transaction records.
type batchPart struct {
	indexes    []int // in the list of the recording
	recordings []store.Recording
	results    []store.Recorded
	written    bool
}

// parts divides what is left, into one where it is little.
func (r *evidenceBatch) splitParts() []*batchPart {
	total := 0
	for _, i := range r.pending {
		total += countEvidence(r.recordings[i : i+1])
	}
	parts, size := []*batchPart{{}}, 0
	most := max(1, min(r.partLimit, total/minPartSize))
	if most > 1 && hasSharedIDs(r.recordings) {
		most = 1
	}
	for _, i := range r.pending {
		if size >= total*len(parts)/most && len(parts) < most {
			parts = append(parts, &batchPart{})
		}
		last := parts[len(parts)-1]
		last.indexes, last.recordings = append(last.indexes, i), append(last.recordings, r.recordings[i])
		size += countEvidence(r.recordings[i : i+1])
	}
	return parts
}

func (r *evidenceBatch) do(ctx context.Context, tx transaction, finish finish) error {
	parts := r.splitParts()
	if r.partLimit = 1; len(parts) > 1 { // should it fail, it is tried again in one: the parts may have been in each other's way
		return r.recordParallel(ctx, tx, parts, finish)
	}
	p := parts[0]
	if err := r.recordPart(ctx, tx, p); err != nil {
		return err
	}
	r.keepResults(p) // should it not be committed, all of it is made again
	if !p.written {
		return errNothing
	}
	return finish(tx.commit)
}

// beside records parts in transactions of their own. It finishes when they are ready to
// be committed, or some of them are, and that lasts until the last one has been.
func (r *evidenceBatch) recordParallel(ctx context.Context, tx transaction, parts []*batchPart, finish finish) error {
	var all sync.WaitGroup
	var within context.Context // of commits
	errs := make([]error, len(parts))
	ready, announced, ended := make(chan struct{}, len(parts)), make(chan struct{}), make(chan struct{})
	making, dismiss := context.WithCancel(ctx)
	defer dismiss()
	for i, p := range parts {
		all.Go(func() {
			errs[i] = r.store.inTransaction(making, func(tx transaction) error {
				if err := r.recordPart(making, tx, p); err != nil || !p.written {
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
	if !collectReady(ready, ended, len(parts)) {
		return cmp.Or(r.collectResults(parts, errs), errNothing)
	}
	err := finish(func(ctx context.Context) error {
		within = ctx
		close(announced)
		<-ended
		for i, p := range parts {
			errs[i] = r.resolveOutcome(ctx, tx, p, errs[i])
		}
		if err := r.collectResults(parts, errs); err != nil {
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
func collectReady(ready, ended <-chan struct{}, parts int) bool {
	var late <-chan time.Time
	for n := range parts {
		select {
		case <-ready:
			if n == 0 {
				late = time.After(commitWindow)
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
func (r *evidenceBatch) resolveOutcome(ctx context.Context, tx transaction, p *batchPart, err error) error {
	unanswered, unknown := errors.AsType[unknownOutcome](err)
	if !unknown {
		return err
	}
	var people, fresh []string
	for n, one := range p.recordings {
		people = append(people, one.Employee)
		for _, e := range one.Put {
			if p.results[n].Err == nil && !slices.Contains(p.results[n].Known, e.ID) {
				fresh = append(fresh, e.ID)
			}
		}
	}
	found, failed := (&evidenceTx{ctx: ctx, tx: tx, decoder: decoder{pointOrdinals: &r.store.pointOrdinals}}).Look(people, fresh, nil)
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
func (r *evidenceBatch) collectResults(parts []*batchPart, errs []error) error {
	for i, p := range parts {
		if errs[i] == nil {
			r.keepResults(p)
			r.pending = slices.DeleteFunc(r.pending, func(i int) bool { return slices.Contains(p.indexes, i) })
		}
	}
	return errors.Join(errs...)
}

// make runs all statements of a part.
func (r *evidenceBatch) recordPart(ctx context.Context, tx transaction, p *batchPart) (err error) {
	l := &evidenceTx{ctx: ctx, tx: tx, decoder: decoder{pointOrdinals: &r.store.pointOrdinals}}
	p.results, err = store.Record(l, p.recordings, r.fold)
	p.written = l.written
	return err
}

// note keeps what came of a part.
func (r *evidenceBatch) keepResults(p *batchPart) {
	for n, i := range p.indexes {
		r.results[i] = p.results[n]
	}
}
