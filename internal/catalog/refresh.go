package catalog

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/store"
)

const (
	// checkInterval bounds how long a read that needs no store may lag behind.
	checkInterval = time.Second
	// maxReplay is how many publications are replayed; beyond it loading everything is
	// quicker.
	maxReplay = 100
	// maxReplayRecords is how many records of the catalog one of them may have.
	maxReplayRecords = 10_000
	// rejectedRetry is how long a catalog that cannot be used is left alone before it is
	// loaded again.
	rejectedRetry = 10 * time.Second
	// maxCatchUpWait is how long a reader waits for a newer snapshot.
	maxCatchUpWait = 5 * time.Second
	// refreshTimeout is what one attempt to catch up may take.
	refreshTimeout = 2 * time.Minute
)

// rejectedRevision is a revision of the store that breaks the rules, and why.
type rejectedRevision struct {
	revision Revision
	found    time.Duration // since the start
	err      error
}

// uptime returns how long the catalog has been open. Unlike the time of day it never
// jumps.
func (c *Catalog) uptime() time.Duration { return c.clock().Sub(c.started) }

// rejection returns why the store's newest revision is not the snapshot, nil where it
// is.
func (c *Catalog) rejection() error {
	if r := c.rejected.Load(); r != nil {
		return r.err
	}
	return nil
}

// checkRevision asks the store for its revision, unless that was done within the last
// second, and catches up.
func (c *Catalog) checkRevision(ctx context.Context) error {
	now, last := c.uptime(), c.lastCheck.Load()
	if now-time.Duration(last) <= checkInterval || !c.lastCheck.CompareAndSwap(last, int64(now)) {
		return nil
	}
	revision, err := c.store.Revision(ctx)
	switch {
	case ctx.Err() != nil:
		return StoreFault(ctx.Err())
	case err != nil: // what is in memory counts until the store says otherwise
		c.log.WarnContext(ctx, "the store does not tell its revision", "error", err)
		return nil
	default:
		return c.catchUp(ctx, revision)
	}
}

// catchUp replaces the snapshot where the store has a newer revision. A reader waits for
// that, but no longer than half of the time it has left, and at most maxCatchUpWait:
// then it answers from the snapshot that there is. A publication holds no reader up.
func (c *Catalog) catchUp(ctx context.Context, revision Revision) error {
	if c.current.Load().revision >= revision {
		return nil
	}
	wait := maxCatchUpWait
	if deadline, ok := ctx.Deadline(); ok {
		wait = min(wait, time.Until(deadline)/2)
	}
	within, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	err := c.awaitRevision(within, revision)
	if err != nil && within.Err() != nil && ctx.Err() == nil {
		c.log.WarnContext(ctx, "catching up takes long: answering from an older revision", "revision", c.current.Load().revision, "newest", revision)
		return nil
	}
	return err
}

// awaitRevision waits until the snapshot is of a revision, or of none that is older. It
// returns nil as well where that revision is rejected (see rejection).
func (c *Catalog) awaitRevision(ctx context.Context, revision Revision) error {
	for c.current.Load().revision < revision {
		if r := c.rejected.Load(); r != nil && r.revision >= revision && c.uptime()-r.found < rejectedRetry {
			return nil // to look again costs a whole Load
		}
		r := c.refreshes.start(func() error {
			// Apart from the context of who began it: others wait for it too.
			detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTimeout)
			defer cancel()
			return c.refreshTo(detached, revision)
		})
		select {
		case <-r.done:
			if r.err != nil {
				return r.err
			}
		case <-ctx.Done():
			return StoreFault(ctx.Err())
		}
	}
	return nil
}

// refreshes are attempts to catch up, one at a time (single flight): whoever needs a
// newer snapshot meanwhile waits for the same one.
type refreshes struct {
	mu      sync.Mutex
	running *refresh
}

// refresh is one attempt to catch up.
type refresh struct {
	done chan struct{}
	err  error
}

// start returns the attempt that is running, or begins one.
func (f *refreshes) start(do func() error) *refresh {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.running != nil {
		return f.running
	}
	r := &refresh{done: make(chan struct{})}
	f.running = r
	go func() {
		defer func() {
			if cause := recover(); cause != nil { // it ends this attempt, not the process
				r.err = fault.Wrap(fmt.Errorf("panic: %v\n%s", cause, debug.Stack()), fault.Internal, "internal error", "内部错误")
			}
			f.mu.Lock()
			f.running = nil
			f.mu.Unlock()
			close(r.done)
		}()
		r.err = do()
	}()
	return r
}

// refreshTo makes a revision of the store the snapshot. A catalog that breaks our rules,
// edited by other means, is reported by Ready, and the last good snapshot stays.
func (c *Catalog) refreshTo(ctx context.Context, revision Revision) error {
	current := c.current.Load()
	if current.revision >= revision {
		return nil
	}
	next, at, err := c.replay(ctx, current)
	switch {
	case err != nil:
	case at < revision:
		err = c.reload(ctx)
	default:
		err = c.compile(next, at)
	}
	if err != nil && fault.CodeOf(err) != fault.Unavailable {
		c.log.ErrorContext(ctx, "the store's newest catalog cannot be used", "revision", revision, "error", err)
		c.rejected.Store(&rejectedRevision{revision, c.uptime(), fault.Wrap(err, fault.Unavailable,
			"revision %d of the catalog, edited by other means, breaks the rules and has to be corrected there",
			"目录版本 %d 由其他途径编辑，不符合规则，须在原处修复", revision)})
		return nil
	}
	return err
}

// replay returns the catalog after the publications that follow a snapshot, and the
// revision that it has come to. The publications are composed, and applied once. Where
// one of them cannot be replayed, for whatever reason, the revision stays behind: to
// load everything will tell.
func (c *Catalog) replay(ctx context.Context, from *Snapshot) (competency.Catalog, Revision, error) {
	base, at := from.graph.Catalog(), from.revision
	var sets []competency.ChangeSet
	for p, err := range c.store.History(ctx, store.HistoryQuery{After: at, First: maxReplay, MaxRecords: maxReplayRecords}) {
		if err != nil {
			return competency.Catalog{}, 0, StoreFault(err)
		}
		if p.Changes == nil || p.Revision != at+1 {
			break
		}
		sets, at = append(sets, *p.Changes), p.Revision
	}
	edits := base.AsEdits(competency.Compose(sets...))
	if len(base.Check(edits)) > 0 {
		return competency.Catalog{}, from.revision, nil
	}
	return base.Apply(base.Resolve(edits)), at, nil
}

// reload makes what the store has published the snapshot.
func (c *Catalog) reload(ctx context.Context) error {
	catalog, revision, err := c.store.Load(ctx)
	if err != nil {
		return StoreFault(err)
	}
	var empty competency.Catalog
	all := competency.ChangeSet{Put: competency.Records{Catalog: catalog}}
	if err := fault.FromProblems(empty.Check(all)); err != nil {
		return err
	}
	// Other means may have left out what our own edits always fill in.
	return c.compile(empty.Apply(empty.Resolve(all)), revision)
}

// compile makes a catalog the snapshot.
func (c *Catalog) compile(catalog competency.Catalog, revision Revision) error {
	start := time.Now()
	graph, err := kg.Compile(catalog)
	if problems := CycleProblems(err, competency.ChangeSet{}); len(problems) > 0 {
		return fault.FromProblems(problems)
	}
	if err != nil {
		return err
	}
	c.swap(graph, revision, time.Since(start))
	return nil
}

// swap puts a graph in place of the snapshot, unless that is as new already, and returns
// the newest.
func (c *Catalog) swap(graph *kg.Graph, revision Revision, took time.Duration) *Snapshot {
	next := &Snapshot{graph: graph, revision: revision, linkSchemes: c.linkSchemes}
	for {
		current := c.current.Load()
		if current != nil && current.revision >= revision {
			return current
		}
		live := next.keepSearchIndex(current)
		if c.current.CompareAndSwap(current, next) {
			live()
			break
		}
	}
	c.lastCheck.Store(int64(c.uptime()))
	c.rejected.Store(nil)
	c.log.Info("the catalog is live", "revision", revision, "points", graph.Points(), "compile_ms", float64(took.Microseconds())/1000)
	c.compiled(Compilation{Revision: revision, Points: graph.Points(), Took: took})
	return next
}
