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

// Parallel commit. One transaction keeps only one processor of the server busy. So a
// large batch of evidence is written in several parallel transactions, each with its
// own people. One more transaction holds the writers' lock meanwhile, so that no
// other writer runs. A transaction that is ready waits at most the commit window for the
// others, because another may need a point that it has locked.
//
// If the connection that holds the lock is lost, the next writer waits for the people:
// each transaction locks them before it reads their packed states. A reader may then
// see a part of the batch.
const (
	maxParts     = 4
	minPartSize  = 400 // pieces of evidence that are worth a commit of their own
	commitWindow = 100 * time.Millisecond
)

// Record keeps evidence of several people and the states that follow from it.
func (s *Store) Record(ctx context.Context, list []store.Recording, fold store.Fold) ([]store.RecordingResult, error) {
	r := &evidenceBatch{store: s, recordings: list, fold: fold, results: make([]store.RecordingResult, len(list)), partLimit: maxParts}
	for i := range list {
		r.pending = append(r.pending, i)
	}
	limit := longTimeout + time.Duration(countEvidence(list))*time.Millisecond
	_, err := s.write(ctx, "record", limit, write{work: r, token: rand.Int64()})
	if err != nil {
		for _, i := range r.pending {
			r.results[i] = store.RecordingResult{}
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

// hasSharedIDs reports whether one evidence id is in two recordings. The first
// recording gets it, so they must be written in order.
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

// evidenceBatch is the recordings of one call of Record, and what became of them.
type evidenceBatch struct {
	store      *Store
	recordings []store.Recording
	fold       store.Fold

	results   []store.RecordingResult // one for each recording
	pending   []int                   // indexes of recordings that are not committed yet
	partLimit int                     // how many transactions the next attempt may use
}

// batchPart is the share of one transaction.
type batchPart struct {
	indexes    []int // in the batch
	recordings []store.Recording
	results    []store.RecordingResult
	written    bool
}

// splitParts divides the pending recordings by size, into one part where they are few.
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

func (b *evidenceBatch) runInTransaction(ctx context.Context, tx transaction, commit announceAndCommit) error {
	parts := b.splitParts()
	if b.partLimit = 1; len(parts) > 1 { // a retry uses one transaction: the parts may have deadlocked
		return b.recordParallel(ctx, tx, parts, commit)
	}
	p := parts[0]
	if err := b.recordPart(ctx, tx, p); err != nil {
		return err
	}
	b.keepResults(p) // if the commit fails, a retry replaces them
	if !p.written {
		return errNothingToWrite
	}
	return commit(tx.commit)
}

// recordParallel writes each part in a transaction of its own. It announces the commit
// when parts are ready, and returns after the last of them has ended.
func (b *evidenceBatch) recordParallel(ctx context.Context, tx transaction, parts []*batchPart, commit announceAndCommit) error {
	var running sync.WaitGroup
	var commitCtx context.Context // set before announced is closed
	errs := make([]error, len(parts))
	ready, announced, allEnded := make(chan struct{}, len(parts)), make(chan struct{}), make(chan struct{})
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
		close(allEnded)
	}()
	if !collectReady(ready, allEnded, len(parts)) {
		return cmp.Or(b.collectResults(parts, errs), errNothingToWrite)
	}
	err := commit(func(ctx context.Context) error {
		commitCtx = ctx
		close(announced)
		<-allEnded
		for i, p := range parts {
			errs[i] = b.resolveOutcome(ctx, tx, p, errs[i])
		}
		if err := b.collectResults(parts, errs); err != nil {
			return err
		}
		_ = tx.Commit(ctx) // it holds only the record of this write; the parts are committed
		return nil
	})
	cancelParts()
	<-allEnded
	return err
}

// collectReady waits until all parts are ready, or the commit window after the first
// one has passed. It reports whether any part is ready.
func collectReady(ready, allEnded <-chan struct{}, parts int) bool {
	var timeout <-chan time.Time
	for n := range parts {
		select {
		case <-ready:
			if n == 0 {
				timeout = time.After(commitWindow)
			}
		case <-timeout:
			return true
		case <-allEnded:
			return n > 0
		}
	}
	return true
}

// resolveOutcome finds out whether a commit without an answer succeeded, by looking
// for its evidence. The people stay locked until that commit has ended.
func (b *evidenceBatch) resolveOutcome(ctx context.Context, tx transaction, p *batchPart, err error) error {
	outcome, unknown := errors.AsType[unknownOutcome](err)
	if !unknown {
		return err
	}
	var people, newIDs []string
	for n, one := range p.recordings {
		people = append(people, one.Employee)
		for _, e := range one.Put {
			if _, known := p.results[n].Known[e.ID]; p.results[n].Err == nil && !known {
				newIDs = append(newIDs, e.ID)
			}
		}
	}
	found, lookErr := (&evidenceTx{ctx: ctx, tx: tx, decoder: decoder{pointOrdinals: &b.store.pointOrdinals}}).Lookup(people, newIDs, nil)
	switch {
	case lookErr != nil || len(newIDs) == 0:
		return err
	case len(found.Evidence) > 0:
		return nil
	}
	return outcome.error // no longer unknown: nothing was committed
}

// collectResults keeps the results of the committed parts, and joins the errors of the
// others.
func (b *evidenceBatch) collectResults(parts []*batchPart, errs []error) error {
	for i, p := range parts {
		if errs[i] == nil {
			b.keepResults(p)
			b.pending = slices.DeleteFunc(b.pending, func(i int) bool { return slices.Contains(p.indexes, i) })
		}
	}
	return errors.Join(errs...)
}

// recordPart runs all statements of a part.
func (b *evidenceBatch) recordPart(ctx context.Context, tx transaction, p *batchPart) (err error) {
	t := &evidenceTx{ctx: ctx, tx: tx, decoder: decoder{pointOrdinals: &b.store.pointOrdinals}}
	p.results, err = store.Record(t, p.recordings, b.fold)
	p.written = t.written
	return err
}

// keepResults copies the results of a part into the batch.
func (b *evidenceBatch) keepResults(p *batchPart) {
	for n, i := range p.indexes {
		b.results[i] = p.results[n]
	}
}
