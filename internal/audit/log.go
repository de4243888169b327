package audit

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

const (
	maxBatch      = 2_000            // entries of one commit
	maxWaiting    = 20_000           // more are refused: back-pressure
	commitTimeout = 20 * time.Second // of one batch
)

// Store is what the audit needs of a store.
type Store interface {
	store.Journal
	store.Documents
}

// Config are the optional parts of a log; the zero value is useful.
type Config struct {
	// Names returns the names of accounts by their ids, as far as they are known.
	Names func(ctx context.Context, accounts []string) (map[string]string, error)
	// Retention is how long entries are kept at least; 0 for ever.
	Retention time.Duration
	Log       *slog.Logger     // nil for none
	Now       func() time.Time // time.Now where nil
}

// Log writes and reads the audit of a store. It commits in groups (group commit): entries
// of requests that arrive during a commit share the next one.
type Log struct {
	store    Store
	key      Key
	cfg      Config
	subjects subjects

	mu      sync.Mutex
	queue   []*commit
	waiting int // entries in queue and unwritten
	writing bool

	chains    sync.Mutex // held by whoever writes a chain
	own       *chain     // of this instance; the shared one until Start
	shared    *chain
	unwritten []draft // of a commit that failed; they come first in the next
}

// commit is what one request has to write.
type commit struct {
	drafts []draft
	done   chan struct{}
	err    error
}

// New returns the log of a store. Until Start it writes the chain that commands share.
func New(st Store, key Key, cfg Config) *Log {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	l := &Log{store: st, key: key, cfg: cfg, subjects: subjects{store: st}, shared: sharedChain(key)}
	l.own = l.shared
	return l
}

// Commit writes what the request of a context has noted, and returns when it is written.
// It is UNAVAILABLE where it cannot be: the answer of the request must not leave then.
// Without anything noted it costs nothing.
func (l *Log) Commit(ctx context.Context) error {
	r, ok := ctx.Value(recorderKey{}).(*recorder)
	if !ok {
		return nil
	}
	list := r.take()
	if len(list) == 0 {
		return nil
	}
	c := &commit{drafts: make([]draft, len(list)), done: make(chan struct{})}
	now := l.cfg.Now()
	for i, p := range list {
		c.drafts[i] = draftOf(r.request, p, now)
	}
	l.mu.Lock()
	full := l.waiting > 0 && l.waiting+len(c.drafts) > maxWaiting
	if !full {
		l.queue, l.waiting = append(l.queue, c), l.waiting+len(c.drafts)
	}
	if !l.writing { // also where it is full: what waits may be what could not be written before
		l.writing = true
		go l.writeQueue()
	}
	l.mu.Unlock()
	if full {
		return unavailable(errors.New("too many entries wait"))
	}
	select {
	case <-c.done:
		return c.err
	case <-ctx.Done():
		return unavailable(ctx.Err())
	}
}

func unavailable(err error) error {
	return fault.Wrap(err, fault.Unavailable, "the audit cannot be written, so there is no answer: try again in a moment",
		"无法写入审计记录，因此不予答复：请稍后重试")
}

// writeQueue commits until nothing waits. What could not be written before it tries once.
func (l *Log) writeQueue() {
	for first := true; ; first = false {
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
		err := l.write(batch)
		for _, c := range batch {
			c.err = err
			close(c.done)
		}
	}
}

func (l *Log) write(batch []*commit) error {
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()
	l.chains.Lock()
	defer l.chains.Unlock()
	for _, c := range batch {
		l.unwritten = append(l.unwritten, c.drafts...)
	}
	return l.flush(ctx)
}

// flush writes what is unwritten. What cannot be written stays, because an edit that was
// made must not be missing from the audit: it is written with the next commit.
func (l *Log) flush(ctx context.Context) error {
	if len(l.unwritten) == 0 {
		return nil
	}
	people := map[string]bool{}
	for _, d := range l.unwritten {
		for _, code := range d.people {
			people[code] = true
		}
	}
	ids, err := l.subjects.ids(ctx, people, l.cfg.Now())
	if err == nil {
		err = l.own.append(ctx, l.store, l.key, l.unwritten, ids)
	}
	if errors.Is(err, errBroken) {
		l.cfg.Log.Error("the chain of the audit was altered: a new one is begun; run zhitu audit verify", "chain", l.own.id)
		if err = l.begin(ctx); err == nil {
			err = l.own.append(ctx, l.store, l.key, l.unwritten, ids)
		}
	}
	if err != nil {
		l.cfg.Log.Error("the audit cannot be written", "error", err)
		return unavailable(err)
	}
	l.mu.Lock()
	l.waiting -= len(l.unwritten)
	l.mu.Unlock()
	l.unwritten = nil
	return nil
}
