package people

import (
	"context"
	"log/slog"
	"sync"
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

	mu        sync.Mutex
	users     int
	followers map[*Follower]bool
	start     *lazy[struct{}] // takes the first mark; a new one each time that the feed stops
}

func newChangeFeed(st store.People, broker *Broker, log *slog.Logger, every time.Duration) *changeFeed {
	if every == 0 {
		every = defaultFollowEvery
	}
	return &changeFeed{store: st, broker: broker, log: log, every: every, followers: map[*Follower]bool{}, start: new(lazy[struct{}])}
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
		f.announce(page.Employees)
		if page.Forgotten {
			f.announceForgotten()
		}
		if mark = page.Mark; !page.More {
			return mark, nil
		}
	}
}

// announce tells everybody who follows that people may have changed. It waits for nobody.
func (f *changeFeed) announce(employees []string) {
	if len(employees) == 0 {
		return
	}
	f.broker.markChanged(employees)
	f.mu.Lock()
	defer f.mu.Unlock()
	for follower := range f.followers {
		follower.add(employees)
	}
}

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
