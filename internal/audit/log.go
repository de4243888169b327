package audit

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

const (
	maxBatch      = 2_000            // entries of one commit
	maxWaiting    = 20_000           // more are refused: back-pressure
	commitTimeout = 20 * time.Second // of one batch
	retryDelay    = time.Second      // after subject ids could not be made
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
// of requests that arrive during a commit share the next one. Where many come at once, a
// commit waits a moment for more of them: see gather.
type Log struct {
	store    Store
	key      Key
	cfg      Config
	subjects subjects

	mu      sync.Mutex
	queue   []*commit
	waiting int // entries in queue, unnamed and unwritten
	writing bool
	crowd   int           // requests that commit at about the same time, of late
	enough  chan struct{} // has an element when enough of them wait

	unnamed []*commit // about people who have no subject id yet
	naming  bool

	failing atomic.Bool
	closing sync.Once
	closed  chan struct{}

	chains    sync.Mutex // held by whoever writes a chain
	own       *chain     // of this instance; the shared one until Start
	shared    *chain
	unwritten []draft // of a commit that failed; they come first in the next
}

// commit is what one request has to write.
type commit struct {
	drafts []draft
	once   sync.Once
	done   chan struct{}
	err    error
}

// answer ends the waiting of the request. The first answer counts.
func (c *commit) answer(err error) {
	c.once.Do(func() {
		c.err = err
		close(c.done)
	})
}

// New returns the log of a store. Until Start it writes the chain that commands share.
func New(st Store, key Key, cfg Config) *Log {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	l := &Log{
		store: st, key: key, cfg: cfg, enough: make(chan struct{}, 1), closed: make(chan struct{}),
		subjects: subjects{store: st}, shared: sharedChain(key),
	}
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
	l.wake() // also where it is full: what waits may be what could not be written before
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

func (c *commit) resolve(ids map[string]string) bool {
	for i := range c.drafts {
		if !c.drafts[i].resolve(ids) {
			return false
		}
	}
	return true
}

func peopleOf(list []*commit) map[string]bool {
	people := map[string]bool{}
	for _, c := range list {
		for _, d := range c.drafts {
			for _, code := range d.people {
				people[code] = true
			}
		}
	}
	return people
}

// name has subject ids made for the people of commits, which are queued again then.
func (l *Log) name(list []*commit) {
	if len(list) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unnamed = append(l.unnamed, list...)
	if !l.naming {
		l.naming = true
		go l.makeSubjects()
	}
}

// makeSubjects makes subject ids until nobody lacks one. Where that fails, the requests are
// answered, and it tries again: an edit that was made must not be missing from the audit.
func (l *Log) makeSubjects() {
	var list []*commit
	for {
		l.mu.Lock()
		list = append(list, l.unnamed...)
		if l.unnamed = nil; len(list) == 0 {
			l.naming = false
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
		err := l.subjects.make(ctx, peopleOf(list), l.cfg.Now())
		cancel()
		if err == nil {
			l.mu.Lock()
			l.queue = append(l.queue, list...)
			l.wake()
			l.mu.Unlock()
			list = nil
			continue
		}
		for _, c := range list {
			c.answer(l.failed(err))
		}
		select {
		case <-time.After(retryDelay):
		case <-l.closed:
			return
		}
	}
}

// flush writes what is unwritten. What cannot be written stays, because an edit that was
// made must not be missing from the audit: it is written with the next commit. The caller
// holds chains.
func (l *Log) flush(ctx context.Context) error {
	if len(l.unwritten) == 0 {
		return nil
	}
	err := l.own.append(ctx, l.store, l.key, l.unwritten)
	if errors.Is(err, errBroken) {
		l.cfg.Log.Error("the chain of the audit was altered: a new one is begun; run zhitu audit verify", "chain", l.own.id)
		if err = l.begin(ctx); err == nil {
			err = l.own.append(ctx, l.store, l.key, l.unwritten)
		}
	}
	if err != nil {
		return l.failed(err)
	}
	l.mu.Lock()
	l.waiting -= len(l.unwritten)
	l.mu.Unlock()
	l.unwritten = nil
	if l.failing.Swap(false) {
		l.cfg.Log.Info("the audit can be written again")
	}
	return nil
}

// failed logs once why the audit cannot be written, until it can be again, and returns what
// requests are answered.
func (l *Log) failed(err error) error {
	if !l.failing.Swap(true) {
		l.cfg.Log.Error("the audit cannot be written", "error", err)
	}
	return unavailable(err)
}
