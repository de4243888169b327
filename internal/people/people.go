// Package people holds what is known of people: employees, departments, mastery states,
// evidence, and statements that could not be mapped to evidence.
//
// Every method asks access first. A read of one person is one round trip to the store,
// which brings the revision at the same moment; the snapshot of that revision answers.
// Evidence of many requests is written in groups (see batcher). Subscribers to a person are
// notified of what follows from it (see Broker), and of what other processes change (see
// changeFeed).
package people

import (
	"context"
	"log/slog"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/store"
)

// Store is what People needs of a store.
type Store interface {
	store.People
	store.Evidence
	store.Documents
}

// Config holds the optional parts of People; the zero value is useful.
type Config struct {
	Clock func() time.Time   // time.Now where nil
	Log   *slog.Logger       // discards where nil
	Model mastery.Parameters // what is known of items
	// Senders returns the viewer of an account, by its id, with the rights that it has now:
	// statements that it sent are retried with these. NOT_FOUND or UNAUTHENTICATED where there
	// is none any more. Where nil, the system stands for every account.
	Senders func(ctx context.Context, account string) (*access.Viewer, error)
	// FollowEvery is how often the store is asked what other processes have changed, while
	// anybody follows people; once a second where 0.
	FollowEvery time.Duration
}

// People answers questions about people and records what becomes known of them. It is
// safe for concurrent use.
type People struct {
	store      Store
	catalog    *catalog.Catalog
	broker     *Broker
	feed       *changeFeed
	clock      func() time.Time
	model      mastery.Parameters
	batcher    batcher
	codes      codeIndex
	loader     documentLoader
	headCounts headCounts
	senders    func(ctx context.Context, account string) (*access.Viewer, error) // may be nil
	changed    []func(competency.ChangeSet)                                      // called for every change set that is committed
}

// OnChange has a function called for every change set that this process commits. It must
// return at once. It is set before the first of them; there may be several.
func (p *People) OnChange(changed func(competency.ChangeSet)) {
	p.changed = append(p.changed, changed)
}

// notifyChange tells of a change set that is committed.
func (p *People) notifyChange(cs competency.ChangeSet) {
	p.codes.change(cs)
	present, deleted := store.ChangedPeople(cs)
	p.feed.announce(append(present, deleted...), true)
	for _, changed := range p.changed {
		changed(cs)
	}
}

// notifyRecorded tells of a recording that is committed, and had begun at a moment of the feed.
func (p *People) notifyRecorded(employee string, recorded store.RecordingResult, begun uint64) {
	if changes := recorded.StateChanges; changes.Any() {
		p.broker.markPoints(employee, append(pointsOf(changes.Put), changes.Drop...))
	}
	p.feed.announceRecording(employee, recorded, begun)
}

// New returns the people of a store, whose catalog is given. The broker is the one that
// observes the catalog.
func New(st Store, c *catalog.Catalog, broker *Broker, cfg Config) *People {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	p := &People{store: st, catalog: c, broker: broker, clock: cfg.Clock, model: cfg.Model, senders: cfg.Senders}
	p.loader.store = st
	p.feed = newChangeFeed(st, broker, cfg.Log, cfg.FollowEvery)
	broker.people, broker.log = p, cfg.Log
	p.batcher = batcher{store: st, fold: guardFold(cfg.Log, p.fold), begin: p.feed.moment, notify: p.notifyRecorded}
	return p
}
