package people

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/store"
)

// How often the store is asked who has changed.
const (
	defaultFollowEvery = time.Second
	maxFollowBackOff   = 8 // times as long, while the store fails
	followTimeout      = 10 * time.Second
)

// changeFeed tells followers which people have changed, through whichever process (polling of
// a change feed). It asks the store while anybody follows: once in an interval, and for
// each further page where more than store.MaxMoved people have changed. A question that
// fails is asked again from the same mark, so nothing is lost.
type changeFeed struct {
	store  store.People
	broker *Broker
	log    *slog.Logger
	every  time.Duration

	moments atomic.Uint64 // a logical clock

	mu        sync.Mutex
	users     int
	followers map[*Follower]bool
	told      map[int64]bool  // numbers of writes of which the followers know all
	start     *lazy[struct{}] // takes the first mark; a new one each time that the feed stops
}

func newChangeFeed(st store.People, broker *Broker, log *slog.Logger, every time.Duration) *changeFeed {
	if every == 0 {
		every = defaultFollowEvery
	}
	return &changeFeed{store: st, broker: broker, log: log, every: every, followers: map[*Follower]bool{}, told: map[int64]bool{}, start: new(lazy[struct{}])}
}

// join keeps the feed running until a context ends. What is committed after join has
// returned is announced. It costs one round trip where the feed does not run yet.
func (f *changeFeed) join(ctx context.Context) error {
	f.mu.Lock()
	f.users++
	start := f.start
	f.mu.Unlock()
	_, err := start.load(ctx, func() (none struct{}, err error) {
		page, err := f.store.Moved(ctx, "")
		if err != nil {
			return none, catalog.StoreFault(err)
		}
		go f.run(page.Mark)
		return none, nil
	})
	if err != nil {
		f.leave()
		return err
	}
	context.AfterFunc(ctx, f.leave)
	return nil
}

func (f *changeFeed) leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.users--
}

// stopUnused reports whether nobody uses the feed any more: then the next who does starts it.
func (f *changeFeed) stopUnused() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.users > 0 {
		return false
	}
	f.start = new(lazy[struct{}])
	return true
}

// run polls until nobody uses the feed. It stops after an interval only, so that those who
// come and go do not make it ask more often.
func (f *changeFeed) run(mark string) {
	for failures := 0; ; {
		time.Sleep(f.every * time.Duration(min(1<<min(failures, 8), maxFollowBackOff)))
		if f.stopUnused() {
			return
		}
		var err error
		switch mark, err = f.poll(mark); {
		case err == nil && failures > 0:
			f.log.Info("what other instances change is followed again")
			failures = 0
		case err == nil:
		default:
			if failures++; failures == 1 {
				f.log.Warn("the store does not tell who has changed: it is asked again", "error", err)
			}
		}
	}
}

// poll announces who has changed since a mark, and returns the next one.
func (f *changeFeed) poll(mark string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), followTimeout)
	defer cancel()
	for {
		page, err := f.store.Moved(ctx, mark)
		if err != nil {
			return mark, err
		}
		f.announcePage(page)
		if page.Forgotten {
			f.announceForgotten()
		}
		if mark = page.Mark; !page.More {
			return mark, nil
		}
	}
}

// announce tells everybody who follows that people may have changed, through this process or
// others. It waits for nobody.
func (f *changeFeed) announce(employees []string, own bool) {
	if len(employees) == 0 {
		return
	}
	f.broker.markChanged(employees)
	f.mu.Lock()
	defer f.mu.Unlock()
	for follower := range f.followers {
		follower.add(employees, own)
	}
}

// announcePage announces people whom the store has told of. Followers are not told again of
// those whom only writes have changed of which they know all.
func (f *changeFeed) announcePage(page store.MovedPage) {
	f.broker.markChanged(page.Employees)
	f.mu.Lock()
	defer f.mu.Unlock()
	others := slices.DeleteFunc(slices.Clone(page.Employees), func(code string) bool {
		writes := page.Writes[code]
		return len(writes) > 0 && !slices.ContainsFunc(writes, func(n int64) bool { return !f.told[n] })
	})
	for _, writes := range page.Writes {
		for _, n := range writes {
			delete(f.told, n) // no page names it again
		}
	}
	if len(others) == 0 {
		return
	}
	for follower := range f.followers {
		follower.add(others, false)
	}
}

// maxTold bounds the writes that wait until the store tells of them. Some never are, because
// the store no longer knows: then people are read who need not be.
const maxTold = 1 << 16

// announceRecording tells everybody who follows which states a recording of this process has
// changed.
func (f *changeFeed) announceRecording(employee string, recorded store.RecordingResult, begun uint64) {
	f.broker.markChanged([]string{employee})
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.followers) == 0 {
		return
	}
	if recorded.Write != 0 {
		if len(f.told) >= maxTold {
			clear(f.told)
		}
		f.told[recorded.Write] = true
	}
	states := statesOf(recorded.StateChanges.Put)
	for follower := range f.followers {
		follower.addStates(employee, states, recorded.StateChanges.Drop, begun)
	}
}

// moment returns the next moment of the logical clock.
func (f *changeFeed) moment() uint64 { return f.moments.Add(1) }

// announceForgotten tells everybody who follows that somebody was erased, whose code may never be
// announced.
func (f *changeFeed) announceForgotten() {
	f.broker.markAll()
	f.mu.Lock()
	defer f.mu.Unlock()
	for follower := range f.followers {
		follower.forget()
	}
}
