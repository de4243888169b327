package service

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// How much evidence is written, and how much may wait for that.
const (
	maxTogether = 4_000            // pieces written together
	maxPeople   = 2_000            // recordings in one, for a store may have to read all that such a person masters
	maxWaiting  = 20_000           // pieces; more are refused, so that whoever sends waits and not we
	commitTime  = 20 * time.Second // what writing them may take
)

// recorder writes the evidence of many requests together: what arrives while some is
// being written shares the next transaction. So a request by itself waits for
// nothing, and many share what a commit costs.
type recorder struct {
	store store.Store
	fold  store.Fold
	tell  func(employee string, l store.Learned) // what has followed, once it is committed

	mu      sync.Mutex
	queue   []*ticket
	waiting int  // pieces in the queue
	busy    bool // whether somebody is writing
}

// ticket is the part of one request.
type ticket struct {
	list []store.Recording // one for each person
	size int
	done chan struct{}
	got  []store.Recorded // what came of list
	err  error
}

// record makes recordings, at most one of each person, and returns when they are
// committed. Where the context ends before, they may or may not be made: sending
// them again does no harm.
func (r *recorder) record(ctx context.Context, list []store.Recording) ([]store.Recorded, error) {
	if len(list) == 0 { // everything was refused before: there is nothing to commit
		return nil, nil
	}
	t := &ticket{list: list, done: make(chan struct{})}
	for _, rec := range list {
		t.size += max(1, len(rec.Put)+len(rec.Retract))
	}
	r.mu.Lock()
	if r.waiting > 0 && r.waiting+t.size > maxWaiting {
		r.mu.Unlock()
		return nil, fault.New(fault.Unavailable, "more evidence arrives than can be written: send this again in a moment", "证据写入繁忙：请稍后重新发送")
	}
	r.queue, r.waiting = append(r.queue, t), r.waiting+t.size
	if !r.busy {
		r.busy = true
		go r.write()
	}
	r.mu.Unlock()
	select {
	case <-t.done:
		if t.err != nil {
			return nil, unavailable(t.err)
		}
		return t.got, nil
	case <-ctx.Done():
		return nil, unavailable(ctx.Err())
	}
}

// write writes until nothing waits.
func (r *recorder) write() {
	for {
		batch := r.next()
		if len(batch) == 0 {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), commitTime)
		r.commit(ctx, batch)
		cancel()
		for _, t := range batch {
			close(t.done)
		}
	}
}

// next takes what is written together, nothing where nothing waits. The same id is
// not in it twice, so that what comes of it is clear for each request.
func (r *recorder) next() []*ticket {
	r.mu.Lock()
	defer r.mu.Unlock()
	n, size, people := 0, 0, 0
	seen := map[string]bool{}
	for n < len(r.queue) {
		t := r.queue[n]
		if n > 0 && (size+t.size > maxTogether || people+len(t.list) > maxPeople || t.repeats(seen)) {
			break
		}
		size, people = size+t.size, people+len(t.list)
		t.note(seen)
		n++
	}
	batch := r.queue[:n:n]
	r.queue, r.waiting = r.queue[n:], r.waiting-size
	r.busy = n > 0
	return batch
}

func (t *ticket) repeats(seen map[string]bool) bool {
	return slices.ContainsFunc(t.list, func(rec store.Recording) bool {
		return slices.ContainsFunc(rec.Put, func(e competency.Evidence) bool { return seen[e.ID] })
	})
}

func (t *ticket) note(seen map[string]bool) {
	for _, rec := range t.list {
		for _, e := range rec.Put {
			seen[e.ID] = true
		}
	}
}

// commit makes the recordings of several requests together.
func (r *recorder) commit(ctx context.Context, batch []*ticket) {
	var together []store.Recording
	place := map[string]int{} // of a person among them
	for _, t := range batch {
		for _, rec := range t.list {
			at, known := place[rec.Employee]
			if !known {
				place[rec.Employee] = len(together)
				together = append(together, rec)
				continue
			}
			all := &together[at]
			all.Put = slices.Concat(all.Put, rec.Put)
			all.Retract = slices.Concat(all.Retract, rec.Retract)
			all.Replay = all.Replay || rec.Replay
		}
	}
	done, err := r.transact(ctx, together)
	for _, t := range batch {
		if t.err = err; err != nil {
			continue
		}
		t.got = make([]store.Recorded, len(t.list))
		for i, rec := range t.list {
			all := done[place[rec.Employee]]
			if errors.Is(all.Err, store.ErrReference) && len(batch) > 1 {
				// Perhaps for another's evidence: what is mine is tried by itself.
				again, err := r.transact(ctx, []store.Recording{rec})
				if err != nil {
					t.err = err
					break
				}
				all = again[0]
			}
			t.got[i] = mine(rec, all)
		}
	}
}

// transact makes recordings, and tells what has followed, also of those that were made
// before something failed.
func (r *recorder) transact(ctx context.Context, list []store.Recording) ([]store.Recorded, error) {
	done, err := r.store.Record(ctx, list, r.fold)
	for i, d := range done {
		r.tell(list[i].Employee, d.Learned)
	}
	return done, err
}

// mine is what came of one recording, given what came of all of that person.
func mine(rec store.Recording, all store.Recorded) store.Recorded {
	put := func(id string) bool {
		return slices.ContainsFunc(rec.Put, func(e competency.Evidence) bool { return e.ID == id })
	}
	all.Known = kept(all.Known, put)
	all.Missing = kept(all.Missing, func(id string) bool { return slices.Contains(rec.Retract, id) })
	return all
}

func kept(ids []string, keep func(string) bool) []string {
	var list []string
	for _, id := range ids {
		if keep(id) {
			list = append(list, id)
		}
	}
	return list
}

// evidenceOf groups evidence by person, in the order of their first.
func evidenceOf(list []competency.Evidence) []store.Recording {
	var people []store.Recording
	place := map[string]int{}
	for _, e := range list {
		at, known := place[e.Employee]
		if !known {
			at = len(people)
			place[e.Employee] = at
			people = append(people, store.Recording{Employee: e.Employee})
		}
		people[at].Put = append(people[at].Put, e)
	}
	return people
}
