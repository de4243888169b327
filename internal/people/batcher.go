package people

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// How much evidence one commit holds, and how much may wait for the next.
const (
	maxBatchPieces   = 4_000
	maxBatchPeople   = 2_000            // a store may have to read all that such a person masters
	maxWaitingPieces = 20_000           // more are refused: back-pressure on the sender
	commitTimeout    = 20 * time.Second // of one batch
)

// batcher commits evidence in groups (group commit): what arrives during a commit
// shares the next transaction. So a request by itself waits for nothing, and many
// share what a commit costs.
type batcher struct {
	store  store.Evidence
	fold   store.Fold
	begin  func() uint64                                                       // returns a moment of the change feed; nil for none
	notify func(employee string, recorded store.RecordingResult, begun uint64) // called for what has followed, once it is committed

	mu      sync.Mutex
	queue   []*batchItem
	waiting int  // pieces in the queue
	writing bool // whether a goroutine is committing
}

// batchItem is the part of one request.
type batchItem struct {
	recordings []store.Recording // one for each person
	size       int
	done       chan struct{}
	recorded   []store.RecordingResult // what became of recordings
	err        error
}

// record makes recordings, at most one of each person, and returns when they are
// committed. Where the context ends before, they may or may not be made: sending them
// again does no harm. It is UNAVAILABLE where too much waits already.
func (b *batcher) record(ctx context.Context, list []store.Recording) ([]store.RecordingResult, error) {
	if len(list) == 0 { // everything was refused before: there is nothing to commit
		return nil, nil
	}
	item := &batchItem{recordings: list, done: make(chan struct{})}
	for _, rec := range list {
		item.size += max(1, len(rec.Put)+len(rec.Retract))
	}
	b.mu.Lock()
	if b.waiting > 0 && b.waiting+item.size > maxWaitingPieces {
		b.mu.Unlock()
		return nil, fault.New(fault.Unavailable, "more evidence arrives than can be written: send this again in a moment", "证据写入繁忙：请稍后重新发送")
	}
	b.queue, b.waiting = append(b.queue, item), b.waiting+item.size
	if !b.writing {
		b.writing = true
		go b.writeQueue()
	}
	b.mu.Unlock()
	select {
	case <-item.done:
		if item.err != nil {
			return nil, catalog.StoreFault(item.err)
		}
		return item.recorded, nil
	case <-ctx.Done():
		return nil, catalog.StoreFault(ctx.Err())
	}
}

// writeQueue commits until nothing waits.
func (b *batcher) writeQueue() {
	for {
		batch := b.nextBatch()
		if len(batch) == 0 {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
		b.commit(ctx, batch)
		cancel()
		for _, item := range batch {
			close(item.done)
		}
	}
}

// nextBatch takes what is committed together, nothing where nothing waits. The same id
// is not in it twice, so that its outcome is clear for each request.
func (b *batcher) nextBatch() []*batchItem {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, size, people := 0, 0, 0
	seen := map[string]bool{}
	for n < len(b.queue) {
		item := b.queue[n]
		if n > 0 && (size+item.size > maxBatchPieces || people+len(item.recordings) > maxBatchPeople || item.sharesID(seen)) {
			break
		}
		size, people = size+item.size, people+len(item.recordings)
		item.addIDs(seen)
		n++
	}
	batch := b.queue[:n:n]
	b.queue, b.waiting = b.queue[n:], b.waiting-size
	b.writing = n > 0
	return batch
}

func (item *batchItem) sharesID(seen map[string]bool) bool {
	return slices.ContainsFunc(item.recordings, func(rec store.Recording) bool {
		return slices.ContainsFunc(rec.Put, func(e competency.Evidence) bool { return seen[e.ID] })
	})
}

func (item *batchItem) addIDs(seen map[string]bool) {
	for _, rec := range item.recordings {
		for _, e := range rec.Put {
			seen[e.ID] = true
		}
	}
}

// commit makes the recordings of several requests together.
func (b *batcher) commit(ctx context.Context, batch []*batchItem) {
	var merged []store.Recording
	place := map[string]int{} // of a person in merged
	for _, item := range batch {
		for _, rec := range item.recordings {
			at, known := place[rec.Employee]
			if !known {
				place[rec.Employee] = len(merged)
				merged = append(merged, rec)
				continue
			}
			all := &merged[at]
			all.Put = slices.Concat(all.Put, rec.Put)
			all.Retract = slices.Concat(all.Retract, rec.Retract)
			all.Unassess = slices.Concat(all.Unassess, rec.Unassess)
			all.Replay = all.Replay || rec.Replay
			if rec.DropBefore.After(all.DropBefore) {
				all.DropBefore = rec.DropBefore
			}
		}
	}
	done, err := b.transact(ctx, merged)
	for _, item := range batch {
		if item.err = err; err != nil {
			continue
		}
		item.recorded = make([]store.RecordingResult, len(item.recordings))
		for i, rec := range item.recordings {
			all := done[place[rec.Employee]]
			if (errors.Is(all.Err, store.ErrReference) || errors.Is(all.Err, errFold)) && len(batch) > 1 {
				// Perhaps for the evidence of another request: this one is tried by itself.
				alone, err := b.transact(ctx, []store.Recording{rec})
				if err != nil {
					item.err = err
					break
				}
				all = alone[0]
			}
			if errors.Is(all.Err, errFold) { // the other people's recordings are made
				item.err = all.Err
			}
			item.recorded[i] = resultFor(rec, all)
		}
	}
}

// transact makes recordings, and notifies of what has followed, also of those that were
// made before something failed. A fold that fails, or data of a person that cannot be read,
// fails its transaction: then each half of the list is made by itself, until the one person
// whom it is about fails alone, by the error in the result.
func (b *batcher) transact(ctx context.Context, list []store.Recording) ([]store.RecordingResult, error) {
	var begun uint64
	if b.begin != nil {
		begun = b.begin()
	}
	done, err := b.store.Record(ctx, list, b.fold)
	for i, d := range done {
		b.notify(list[i].Employee, d, begun)
	}
	switch {
	case !isOfOnePerson(err):
		return done, err
	case len(list) == 1:
		return []store.RecordingResult{{Err: err}}, nil
	}
	half := len(list) / 2
	first, err := b.transact(ctx, list[:half])
	if err != nil {
		return nil, err
	}
	second, err := b.transact(ctx, list[half:])
	results := slices.Concat(first, second)
	for i := range min(len(done), len(results)) {
		if done[i].StateChanges.Any() { // made at first, in a transaction that did not fail
			results[i] = done[i]
		}
	}
	return results, err
}

// isOfOnePerson reports whether an error of a transaction is about the data of one person,
// so that the recordings of the others can be made.
func isOfOnePerson(err error) bool {
	return errors.Is(err, errFold) || len(fault.ProblemsOf(err)) > 0
}

// resultFor is what became of one recording, given what became of all of that person.
func resultFor(rec store.Recording, all store.RecordingResult) store.RecordingResult {
	known := all.Known
	all.Known = nil
	for _, e := range rec.Put {
		if stored, ok := known[e.ID]; ok {
			if all.Known == nil {
				all.Known = map[string]competency.Evidence{}
			}
			all.Known[e.ID] = stored
		}
	}
	var missing []string
	for _, id := range all.Missing {
		if slices.Contains(rec.Retract, id) {
			missing = append(missing, id)
		}
	}
	all.Missing = missing
	return all
}

// groupByEmployee makes a recording for each person, in the order of their first piece.
// Add puts a piece into the recording.
func groupByEmployee(list []competency.Evidence, add func(*store.Recording, competency.Evidence)) []store.Recording {
	var recordings []store.Recording
	place := map[string]int{}
	for _, e := range list {
		at, known := place[e.Employee]
		if !known {
			at = len(recordings)
			place[e.Employee] = at
			recordings = append(recordings, store.Recording{Employee: e.Employee})
		}
		add(&recordings[at], e)
	}
	return recordings
}

func addPut(r *store.Recording, e competency.Evidence) { r.Put = append(r.Put, e) }

func addRetraction(r *store.Recording, e competency.Evidence) { r.Retract = append(r.Retract, e.ID) }
