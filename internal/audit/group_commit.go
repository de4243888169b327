package audit

import (
	"context"
	"time"
)

// gatherTime is how long at most a commit waits for requests that are about to come. Mostly
// they come sooner, in the time that their reads take.
const gatherTime = 5 * time.Millisecond

// wake has the queue written. The caller holds mu.
func (l *Log) wake() {
	if !l.writing {
		l.writing = true
		go l.writeQueue()
	}
	if l.enoughWait() {
		select {
		case l.enough <- struct{}{}:
		default:
		}
	}
}

// enoughWait reports whether a commit is worth its cost: three quarters of the crowd wait,
// and the others have something to do while it lasts. The caller holds mu.
func (l *Log) enoughWait() bool { return len(l.queue) >= l.crowd*3/4 }

// gather waits a moment for more requests (in PostgreSQL: commit_delay, commit_siblings). A
// commit costs about as much for many as for one. A crowd that keeps the processors busy is
// answered later for each commit more. Whoever comes alone does not wait.
func (l *Log) gather() {
	l.mu.Lock()
	select {
	case <-l.enough: // of an earlier commit
	default:
	}
	ready := len(l.queue) == 0 || l.enoughWait()
	l.mu.Unlock()
	if ready {
		return
	}
	select {
	case <-l.enough:
	case <-time.After(gatherTime):
	}
}

// writeQueue commits until nothing waits. What could not be written before it tries once.
func (l *Log) writeQueue() {
	for first := true; ; first = false {
		l.gather()
		l.mu.Lock()
		n, entries := 0, 0
		for n < len(l.queue) && (n == 0 || entries+len(l.queue[n].drafts) <= maxBatch) {
			entries += len(l.queue[n].drafts)
			n++
		}
		batch := l.queue[:n:n]
		l.queue = l.queue[n:]
		if n == 0 && !first {
			l.queue, l.writing = nil, false
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		l.write(batch)
		l.mu.Lock()
		l.crowd = max(n+len(l.queue), l.crowd*3/4) // it shrinks soon where fewer come
		l.mu.Unlock()
	}
}

// write writes a batch, but for commits about people who have no subject id: to make one
// may wait for a long write of others, and nobody else shall.
func (l *Log) write(batch []*commit) {
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()
	ids, err := l.subjects.known(ctx, peopleOf(batch), l.cfg.Now())
	ready := batch[:0:0]
	var unnamed []*commit
	for _, c := range batch {
		if err != nil {
			c.answer(l.failed(err))
		}
		if err == nil && c.resolve(ids) {
			ready = append(ready, c)
		} else {
			unnamed = append(unnamed, c)
		}
	}
	l.name(unnamed)
	l.chains.Lock()
	defer l.chains.Unlock()
	for _, c := range ready {
		l.unwritten = append(l.unwritten, c.drafts...)
	}
	err = l.flush(ctx)
	for _, c := range ready {
		c.answer(err)
	}
}
