package analysis

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/workforce"
)

const (
	// maxFollowWait is how long a question waits for what this process has just written.
	maxFollowWait = 2 * time.Second
	followPage    = 500    // people who are read at a time
	maxReadTimes  = 10_000 // people of whom it is kept when they were read
)

// followedColumns are columns with what becomes of people. States that this process records
// are put into them as they are. Other people who change are read from the store, those whom
// this process has changed before others.
//
// A recording and a read of the same person may overlap, and then nobody knows which of them
// is newer. So states are put only where the recording has begun after the last read of the
// person has ended. Else the person is read once more.
type followedColumns struct {
	*workforce.Columns
	keeper   *columnKeeper
	follower *people.Follower
	turn     chan struct{} // holds a value while nobody reads from the store

	mu        sync.Mutex
	own       map[string]bool   // people to read whom this process has changed
	others    map[string]bool   // all others to read
	reading   map[string]bool   // people who are being read; true for those of own
	readAt    map[string]uint64 // person → a moment after the last read has ended
	readAll   uint64            // a moment after everyone else was read
	forgotten bool              // somebody may be gone of whom nobody tells

	unitChanges   atomic.Int64 // of this process, which are taken in
	unitsOfOthers atomic.Bool  // whether others may have changed departments
}

func (k *columnKeeper) newFollowedColumns(columns *workforce.Columns, follower *people.Follower, unitChanges int64) *followedColumns {
	c := &followedColumns{
		Columns: columns, keeper: k, follower: follower, turn: make(chan struct{}, 1),
		own: map[string]bool{}, others: map[string]bool{}, reading: map[string]bool{}, readAt: map[string]uint64{}, readAll: follower.Moment(),
	}
	c.unitChanges.Store(unitChanges)
	c.turn <- struct{}{}
	return c
}

// absorb puts what is known, notes who has to be read, and reports whether this process has
// changed any of that.
func (c *followedColumns) absorb() (own bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, change := range c.follower.Changes() {
		code := change.Employee
		_, beingRead := c.reading[code]
		newer := change.Begun > max(c.readAll, c.readAt[code])
		switch {
		case change.Known && newer && !beingRead && c.put(change):
		case change.Own:
			c.own[code] = true
		default:
			c.others[code] = true
		}
	}
	c.forgotten = c.follower.Forgotten() || c.forgotten
	if len(c.own) > 0 || c.keeper.unitChanges.Load() != c.unitChanges.Load() {
		return true
	}
	for _, own := range c.reading {
		if own {
			return true
		}
	}
	return false
}

// put takes in known states. It returns false where the person is not known.
func (c *followedColumns) put(change people.Change) bool {
	return c.PutStates(change.Employee, slices.Collect(maps.Values(change.States)), slices.Collect(maps.Keys(change.Dropped)))
}

// awaitOwn takes in what this process has changed. Whoever asks after a write of this process
// waits for that, but not long: where the store fails, what is in memory counts. What others
// have changed is not waited for.
func (c *followedColumns) awaitOwn(ctx context.Context) {
	if !c.absorb() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, maxFollowWait)
	defer cancel()
	for c.absorb() {
		if _, err := c.takeIn(ctx, true); err != nil {
			c.warn(ctx, err)
			return
		}
	}
}

// takeInAll takes in all changes.
func (c *followedColumns) takeInAll(ctx context.Context) {
	for more := true; more && ctx.Err() == nil; {
		var err error
		within, cancel := context.WithTimeout(ctx, maxReadTime)
		if more, err = c.takeIn(within, false); err != nil {
			c.warn(ctx, err)
			more = false
		}
		cancel()
	}
}

// maxReadTime bounds one read of people in the background.
const maxReadTime = 30 * time.Second

func (c *followedColumns) warn(ctx context.Context, err error) {
	if ctx.Err() == nil && !errors.Is(err, context.Canceled) {
		c.keeper.cfg.Log.Warn("who has changed could not be read: it is tried again", "error", err)
	}
}

// takeIn reads departments where these may have changed, and a page of people, and reports
// whether there may be more. Reads take turns, so that none brings what is older than
// another has brought.
func (c *followedColumns) takeIn(ctx context.Context, ownOnly bool) (more bool, err error) {
	select {
	case <-c.turn:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	defer func() { c.turn <- struct{}{} }()
	c.absorb()
	if err := c.readUnits(ctx, ownOnly); err != nil {
		return false, err
	}
	if !ownOnly {
		if err := c.findForgotten(ctx); err != nil {
			return false, err
		}
	}
	codes := c.nextPage(ownOnly)
	if len(codes) == 0 {
		return false, nil
	}
	records, gone, err := c.keeper.people.EveryoneOf(ctx, codes)
	if err == nil {
		c.Update(records, gone)
	}
	c.endPage(gone, err)
	return err == nil, err
}

// nextPage takes people to read, those of own before others.
func (c *followedColumns) nextPage(ownOnly bool) (codes []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	take := func(from map[string]bool, own bool) {
		for code := range from {
			if len(codes) == followPage {
				return
			}
			delete(from, code)
			if _, twice := c.reading[code]; !twice {
				c.reading[code] = own
				codes = append(codes, code)
			}
		}
	}
	take(c.own, true)
	if !ownOnly {
		take(c.others, false)
	}
	return codes
}

// endPage notes that people have been read, or have to be read again.
func (c *followedColumns) endPage(gone []string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.follower.Moment()
	for code, own := range c.reading {
		switch {
		case err == nil:
			c.readAt[code] = now
		case own:
			c.own[code] = true
		default:
			c.others[code] = true
		}
	}
	clear(c.reading)
	if len(gone) > 0 || len(c.readAt) > maxReadTimes { // nothing is kept of whoever is gone
		c.readAll = now
		clear(c.readAt)
	}
}

// readUnits reads the departments, where they may have changed.
func (c *followedColumns) readUnits(ctx context.Context, ownOnly bool) error {
	changes := c.keeper.unitChanges.Load()
	others := !ownOnly && c.unitsOfOthers.Swap(false)
	if !others && changes == c.unitChanges.Load() {
		return nil
	}
	units, err := c.keeper.people.EveryOrgUnit(ctx)
	if err != nil {
		c.unitsOfOthers.Store(c.unitsOfOthers.Load() || others)
		return err
	}
	c.SetUnits(units)
	c.unitChanges.Store(changes)
	return nil
}

// findForgotten has everybody read who is in the columns and not in the store any more, where
// somebody was erased of whom the store does not tell.
func (c *followedColumns) findForgotten(ctx context.Context) error {
	c.mu.Lock()
	forgotten := c.forgotten
	c.forgotten = false
	c.mu.Unlock()
	if !forgotten {
		return nil
	}
	kept := c.Codes()
	present, err := c.keeper.people.EveryCode(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.forgotten = true
		return err
	}
	slices.Sort(present)
	for _, code := range kept {
		if _, found := slices.BinarySearch(present, code); !found {
			c.others[code] = true
		}
	}
	return nil
}
