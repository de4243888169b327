// Package catalog holds the published catalog: it answers from snapshots, and
// publishes edits.
//
// A Snapshot is one published catalog, compiled and immutable. Readers share it
// without a lock. An edit becomes a change set, which is checked and compiled as a
// candidate before one transaction writes it; then the candidate takes the place of
// the snapshot. Several instances may share a store. Each notices the others'
// publications by the revision: at the next read of a person, and within a second
// otherwise.
package catalog

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// Config holds the optional parts of a Catalog; the zero value is useful.
type Config struct {
	Clock    func() time.Time  // time.Now where nil
	Log      *slog.Logger      // discards where nil
	Compiled func(Compilation) // called for every graph that becomes the snapshot
	// LinkSchemes are those of links besides http and https.
	LinkSchemes competency.LinkSchemes
}

// Compilation describes a graph that has become the snapshot.
type Compilation struct {
	Revision Revision
	Points   int
	Took     time.Duration
}

// PeopleChecker checks the edits of a change set against the people of the store, which
// the catalog does not hold.
type PeopleChecker interface {
	// CheckPermissions refuses the edits of people, masteries and departments that the
	// viewer of the context may not make, with a problem for each. The set is normalized.
	CheckPermissions(ctx context.Context, cs competency.ChangeSet, accounts Accounts) error
	// CheckReferences returns a problem for every reference that would dangle.
	CheckReferences(ctx context.Context, cs competency.ChangeSet) ([]fault.Problem, error)
	// ReleaseReports adds the edits that clear the manager of everyone who reports to an
	// employee whom the set deletes.
	ReleaseReports(ctx context.Context, cs *competency.ChangeSet) error
	// Companions returns the documents that are written together with a change set: those
	// that leave nothing of deleted employees. It reads nothing for a set that deletes nobody.
	Companions(ctx context.Context, cs competency.ChangeSet) ([]store.Document, error)
}

// Accounts says what edits of people and departments mean for accounts.
type Accounts interface {
	// Companions returns the documents that are written together with a change set: those
	// that disable the accounts of deleted employees, and drop the links. An error refuses
	// the edits. It reads nothing for a set that deletes nobody.
	Companions(ctx context.Context, cs competency.ChangeSet) ([]store.Document, error)
	// HasGrant reports whether the account of an employee has a grant.
	HasGrant(ctx context.Context, employee string) (bool, error)
	// GrantsOf counts the grants for a department itself, those that wait for a second yes
	// too.
	GrantsOf(ctx context.Context, orgUnit string) (int, error)
}

// noAccounts stands for accounts where there are none.
type noAccounts struct{}

func (noAccounts) Companions(context.Context, competency.ChangeSet) ([]store.Document, error) {
	return nil, nil
}
func (noAccounts) HasGrant(context.Context, string) (bool, error) { return false, nil }
func (noAccounts) GrantsOf(context.Context, string) (int, error)  { return 0, nil }

// ChangeObserver is notified of the change sets that are committed.
type ChangeObserver interface {
	// BeforeApply is called with a resolved set before it is written. The function that
	// it returns is called once the set is committed.
	BeforeApply(ctx context.Context, cs competency.ChangeSet) (committed func())
}

// Catalog is the published catalog of a store. It is safe for concurrent use.
type Catalog struct {
	store    store.Catalog
	people   PeopleChecker
	accounts Accounts
	observer ChangeObserver
	clock    func() time.Time
	log      *slog.Logger
	compiled func(Compilation)

	linkSchemes competency.LinkSchemes

	current     atomic.Pointer[Snapshot]
	started     time.Time
	lastCheck   atomic.Int64                     // when the store was last asked for its revision, since started
	rejected    atomic.Pointer[rejectedRevision] // nil where the store's newest revision is the snapshot
	publication semaphore                        // held by whoever publishes
	refreshes   refreshes
}

// New loads and compiles what a store has published.
func New(ctx context.Context, st store.Catalog, people PeopleChecker, observer ChangeObserver, cfg Config) (*Catalog, error) {
	c := &Catalog{
		store: st, people: people, accounts: noAccounts{}, observer: observer,
		clock: cfg.Clock, log: cfg.Log, compiled: cfg.Compiled, publication: newSemaphore(), linkSchemes: cfg.LinkSchemes,
	}
	if c.clock == nil {
		c.clock = time.Now
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if c.compiled == nil {
		c.compiled = func(Compilation) {}
	}
	c.started = c.clock()
	return c, c.reload(ctx)
}

// SetAccounts says what edits mean for accounts. It is called before the first edit.
func (c *Catalog) SetAccounts(a Accounts) { c.accounts = a }

// Snapshot returns the snapshot for a question that reads no person: the one in
// memory, compared with the store at most once a second.
func (c *Catalog) Snapshot(ctx context.Context) (*Snapshot, error) {
	if err := access.Check(ctx, access.Catalog); err != nil {
		return nil, err
	}
	return c.pinSnapshot(ctx, func() error { return c.checkRevision(ctx) })
}

// SnapshotForEvidence is Snapshot for whoever records evidence, who may do so without reading
// the catalog.
func (c *Catalog) SnapshotForEvidence(ctx context.Context) (*Snapshot, error) {
	if err := access.CheckScope(ctx, access.Record); err != nil {
		return nil, err
	}
	return c.pinSnapshot(ctx, func() error { return c.checkRevision(ctx) })
}

// SnapshotAt returns the snapshot for a question that has read people at a revision, and so
// has asked for the permission that it needs.
// It is never older, but for a request that has begun to answer, and where catching up
// takes long.
func (c *Catalog) SnapshotAt(ctx context.Context, revision Revision) (*Snapshot, error) {
	if _, err := access.FromContext(ctx); err != nil {
		return nil, err
	}
	return c.pinSnapshot(ctx, func() error { return c.catchUp(ctx, revision) })
}

// Current returns the snapshot in memory, without a look at the store.
func (c *Catalog) Current() *Snapshot { return c.current.Load() }

// Ready reports whether the store answers and its newest revision is the snapshot.
func (c *Catalog) Ready(ctx context.Context) error {
	revision, err := c.store.Revision(ctx)
	if err != nil {
		return StoreFault(err)
	}
	if err := c.awaitRevision(ctx, revision); err != nil {
		return err
	}
	return c.rejection()
}

// semaphore is a mutex whose waiting ends with a context.
type semaphore chan struct{}

func newSemaphore() semaphore { return make(semaphore, 1) }

// acquire waits for the semaphore, or for the end of the context.
func (s semaphore) acquire(ctx context.Context) error {
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return StoreFault(ctx.Err())
	}
}

func (s semaphore) release() { <-s }
