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
func (b *evidenceBatch) splitParts() []*batchPart {
	total := 0
	for _, i := range b.pending {
		total += countEvidence(b.recordings[i : i+1])
	}
	parts, size := []*batchPart{{}}, 0
	partCount := max(1, min(b.partLimit, total/minPartSize))
	if partCount > 1 && hasSharedIDs(b.recordings) {
		partCount = 1
	}
	for _, i := range b.pending {
		if size >= total*len(parts)/partCount && len(parts) < partCount {
			parts = append(parts, &batchPart{})
		}
		last := parts[len(parts)-1]
		last.indexes, last.recordings = append(last.indexes, i), append(last.recordings, b.recordings[i])
		size += countEvidence(b.recordings[i : i+1])
	}
	return parts
}

func (b *evidenceBatch) do(ctx context.Context, tx transaction, finish finish) error {
	parts := b.splitParts()
	if b.partLimit = 1; len(parts) > 1 { // should it fail, it is tried again in one: the parts may have been in each other's way
		return b.recordParallel(ctx, tx, parts, finish)
	}
	p := parts[0]
	if err := b.recordPart(ctx, tx, p); err != nil {
		return err
	}
	b.keepResults(p) // should it not be committed, all of it is made again
	if !p.written {
		return errNothing
	}
	return finish(tx.commit)
}

// beside records parts in transactions of their own. It finishes when they are ready to
// be committed, or some of them are, and that lasts until the last one has been.
func (b *evidenceBatch) recordParallel(ctx context.Context, tx transaction, parts []*batchPart, finish finish) error {
	var running sync.WaitGroup
	var commitCtx context.Context // of commits
	errs := make([]error, len(parts))
	ready, announced, ended := make(chan struct{}, len(parts)), make(chan struct{}), make(chan struct{})
	partCtx, cancelParts := context.WithCancel(ctx)
	defer cancelParts()
	for i, p := range parts {
		running.Go(func() {
			errs[i] = b.store.inTransaction(partCtx, func(tx transaction) error {
				if err := b.recordPart(partCtx, tx, p); err != nil || !p.written {
					return err
				}
				ready <- struct{}{}
				select {
				case <-announced:
					return tx.commit(commitCtx)
				case <-partCtx.Done():
					return partCtx.Err()
				}
			})
		})
	}
	go func() {
		running.Wait()
		close(ended)
	}()
	if !collectReady(ready, ended, len(parts)) {
		return cmp.Or(b.collectResults(parts, errs), errNothing)
	}
	err := finish(func(ctx context.Context) error {
		commitCtx = ctx
		close(announced)
		<-ended
		for i, p := range parts {
			errs[i] = b.resolveOutcome(ctx, tx, p, errs[i])
		}
		if err := b.collectResults(parts, errs); err != nil {
			return err
		}
		_ = tx.Commit(ctx) // there is nothing in it but that it was there
		return nil
	})
	cancelParts()
	<-ended
	return err
}

// gathered waits until parts are ready, and from the first one on not long. It reports
// whether one is.
func collectReady(ready, ended <-chan struct{}, parts int) bool {
	var timeout <-chan time.Time
	for n := range parts {
		select {
		case <-ready:
			if n == 0 {
				timeout = time.After(commitWindow)
			}
		case <-timeout:
			return true
		case <-ended:
			return n > 0
		}
	}
	return true
}

// settled returns what became of a part whose commit got no answer, once that is
// known: its people are locked until then.
func (b *evidenceBatch) resolveOutcome(ctx context.Context, tx transaction, p *batchPart, err error) error {
	outcome, unknown := errors.AsType[unknownOutcome](err)
	if !unknown {
		return err
	}
	var people, newIDs []string
	for n, one := range p.recordings {
		people = append(people, one.Employee)
		for _, e := range one.Put {
			if p.results[n].Err == nil && !slices.Contains(p.results[n].Known, e.ID) {
				newIDs = append(newIDs, e.ID)
			}
		}
	}
	found, lookErr := (&evidenceTx{ctx: ctx, tx: tx, decoder: decoder{pointOrdinals: &b.store.pointOrdinals}}).Look(people, newIDs, nil)
	switch {
	case lookErr != nil || len(newIDs) == 0:
		return err
	case len(found.Evidence) > 0:
		return nil
	}
	return outcome.error // of which it is known now that nothing was made
}

// noted notes what came of the parts that did not fail, and returns what the others
// failed with.
func (b *evidenceBatch) collectResults(parts []*batchPart, errs []error) error {
	for i, p := range parts {
		if errs[i] == nil {
			b.keepResults(p)
			b.pending = slices.DeleteFunc(b.pending, func(i int) bool { return slices.Contains(p.indexes, i) })
		}
	}
	return errors.Join(errs...)
}

// make runs all statements of a part.
func (b *evidenceBatch) recordPart(ctx context.Context, tx transaction, p *batchPart) (err error) {
	t := &evidenceTx{ctx: ctx, tx: tx, decoder: decoder{pointOrdinals: &b.store.pointOrdinals}}
	p.results, err = store.Record(t, p.recordings, b.fold)
	p.written = t.written
	return err
}

// note keeps what came of a part.
func (b *evidenceBatch) keepResults(p *batchPart) {
	for n, i := range p.indexes {
		b.results[i] = p.results[n]
	}
}
