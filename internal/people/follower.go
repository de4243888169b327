package people

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// Follower collects who has changed, until that is taken (a coalescing queue): one that falls
// behind misses nobody, and nobody waits for it. It is safe for concurrent use.
type Follower struct {
	mu    sync.Mutex
	codes map[string]bool
	ready chan struct{}

	forgotten bool
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
	w := &Follower{codes: map[string]bool{}, ready: make(chan struct{}, 1)}
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

// Take returns the codes of those who may have changed since the last call, sorted, each
// once; none where there are none. Those who are not in the store any more are deleted.
func (w *Follower) Take() []string {
	w.mu.Lock()
	taken := w.codes
	w.codes = map[string]bool{}
	w.mu.Unlock()
	return slices.Sorted(maps.Keys(taken))
}

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

func (w *Follower) add(employees []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, code := range employees {
		w.codes[code] = true
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
