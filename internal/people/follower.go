package people

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/zhitu/zhitu/internal/workforce"
)

// Follower collects who has changed, until that is taken (a coalescing queue): one that falls
// behind misses nobody, and nobody waits for it. It is safe for concurrent use.
type Follower struct {
	feed    *changeFeed
	mu      sync.Mutex
	changes map[string]*Change // by code
	ready   chan struct{}

	forgotten bool
}

// Change is what has become of one person since a follower was asked before.
type Change struct {
	Employee string
	// Own tells that this process has committed some of it.
	Own bool
	// Known tells that recordings of this process are all of it: they have put these states,
	// and dropped those of some points. Where it is not set, the person has to be read.
	Known   bool
	States  map[string]workforce.State // by point
	Dropped map[string]bool            // points
	// Begun is a moment before the first of these recordings was committed. A copy that has read
	// the person must not take in the states unless that read had ended before Begun (see
	// Moment): else they may be older than what was read.
	Begun uint64
}

// Follow returns a follower of the people whose record, states or evidence change, are
// added or deleted, until the context ends. To keep a copy of people, follow, then read
// everybody, then read again whom Take returns: whatever is committed after Follow has returned
// is announced, so nothing is lost in between. What this process commits is announced before
// the call that commits it returns; what others commit within two seconds, and later where the
// store fails meanwhile.
// Somebody may be announced more than once, and without a change. Edits of people by hand in
// Neo4j are not announced, and somebody who is erased may only be by Forgotten.
//
// It is for code that answers from such a copy, and has to ask for the permissions of
// its viewers itself. It costs one round trip, or none where somebody follows already; from
// then on the store is asked once a second. It is UNAVAILABLE where the store does not answer.
func (p *People) Follow(ctx context.Context) (*Follower, error) {
	w := &Follower{feed: p.feed, changes: map[string]*Change{}, ready: make(chan struct{}, 1)}
	p.feed.add(w)
	if err := p.feed.join(ctx); err != nil {
		p.feed.remove(w)
		return nil, err
	}
	context.AfterFunc(ctx, func() { p.feed.remove(w) })
	return w, nil
}

// Ready returns a channel that holds a value when there is something to take. It is never
// closed. It may hold one though all has been taken.
func (w *Follower) Ready() <-chan struct{} { return w.ready }

// Take returns the codes of those who may have changed since the last call of it or of Changes,
// sorted, each once; none where there are none. Those who are not in the store any more are
// deleted.
func (w *Follower) Take() []string { return slices.Sorted(maps.Keys(w.takeChanges())) }

// Changes is Take for a copy that takes in the states which this process records, so that it
// need not read them. They are in no order.
func (w *Follower) Changes() []Change {
	taken := w.takeChanges()
	changes := make([]Change, 0, len(taken))
	for _, c := range taken {
		changes = append(changes, *c)
	}
	return changes
}

func (w *Follower) takeChanges() map[string]*Change {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.changes) == 0 {
		return nil // not the map itself, which is filled meanwhile
	}
	taken := w.changes
	w.changes = map[string]*Change{}
	return taken
}

// Moment returns the next moment of a logical clock: whatever recording is begun after it is
// called has a later one.
func (w *Follower) Moment() uint64 { return w.feed.moment() }

// Forgotten reports whether somebody has been erased since the last call who may not have
// been announced, as nothing may be left of their code: then whoever is in the copy and not in the
// store any more has to be looked for. Ready holds a value then.
func (w *Follower) Forgotten() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer func() { w.forgotten = false }()
	return w.forgotten
}

func (w *Follower) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.forgotten = true
	w.wake()
}

// add notes people who have to be read.
func (w *Follower) add(employees []string, own bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, code := range employees {
		before := w.changes[code]
		w.changes[code] = &Change{Employee: code, Own: own || before != nil && before.Own}
	}
	w.wake()
}

// addStates notes what a recording has changed. Recordings of a person come in their order.
func (w *Follower) addStates(employee string, states []workforce.State, dropped []string, begun uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.changes[employee]
	if c == nil {
		c = &Change{Employee: employee, Known: true, States: map[string]workforce.State{}, Dropped: map[string]bool{}, Begun: begun}
		w.changes[employee] = c
	}
	if c.Own = true; c.Known {
		for _, s := range states {
			c.States[s.Point] = s
			delete(c.Dropped, s.Point)
		}
		for _, point := range dropped {
			c.Dropped[point] = true
			delete(c.States, point)
		}
	}
	w.wake()
}

// wake puts a value into ready. The caller holds mu.
func (w *Follower) wake() {
	select {
	case w.ready <- struct{}{}:
	default: // it holds one already
	}
}

func (f *changeFeed) add(w *Follower) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.followers[w] = true
}

func (f *changeFeed) remove(w *Follower) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.followers, w)
}
