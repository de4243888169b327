package people

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/store"
)

// How the employees who are marked are read.
const (
	maxMarkedRead   = 1000                  // employees in one read
	markedReadPause = 20 * time.Millisecond // the least time between two reads; marks in between share one
	markedReadRetry = time.Second           // after a read that has failed
	markedReadLimit = 10 * time.Second
)

// readMarked reads until nobody is marked. Where the store fails, those who were to be read stay
// marked.
func (b *Broker) readMarked() {
	for failed := false; ; {
		number, batch := b.takeMarked()
		if len(batch) == 0 {
			return
		}
		found, err := b.readEmployees(slices.Sorted(maps.Keys(batch)))
		if err != nil {
			b.putBack(batch)
			if !failed {
				b.log.Warn("what subscribers are to hear cannot be read: it is tried again", "error", err)
			}
			failed = true
			time.Sleep(markedReadRetry)
			continue
		}
		failed = false
		b.push(number, batch, found)
		time.Sleep(markedReadPause)
	}
}

// takeMarked takes employees who are marked and still have subscribers, with the points that
// are pushed in any case, and numbers the read of them. Where there are none, reading ends.
func (b *Broker) takeMarked() (number uint64, batch map[string]map[string]bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	batch = map[string]map[string]bool{}
	for code, points := range b.marked {
		if len(batch) == maxMarkedRead {
			break
		}
		delete(b.marked, code)
		if w := b.watched[code]; w != nil && w.open > 0 {
			batch[code] = points
		}
	}
	if b.reading = len(batch) > 0; b.reading {
		b.lastRead++
	}
	return b.lastRead, batch
}

// putBack marks employees again whose read has failed.
func (b *Broker) putBack(batch map[string]map[string]bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for code, points := range batch {
		b.mark(code, slices.Collect(maps.Keys(points)))
	}
}

// readEmployees reads employees by code: one round trip.
func (b *Broker) readEmployees(codes []string) (map[string]store.Profile, error) {
	ctx, cancel := context.WithTimeout(context.Background(), markedReadLimit)
	defer cancel()
	page, err := b.store.Employees(ctx, store.EmployeeQuery{Codes: codes, States: true, Lines: true})
	found := make(map[string]store.Profile, len(page.Profiles))
	for _, p := range page.Profiles {
		p.Revision = page.Revision
		found[p.Employee.Code] = p
	}
	return found, err
}

// push puts what a read has brought into mailboxes, and closes those of employees who are
// not there any more. A mailbox that was opened after the read had begun may know
// something newer: its employee is marked again.
func (b *Broker) push(number uint64, batch map[string]map[string]bool, found map[string]store.Profile) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for code, points := range batch {
		w := b.watched[code]
		if w == nil {
			continue
		}
		read, there := found[code]
		changed := slices.Collect(maps.Keys(points))
		shared, again := b.people.sharedProfileOf(read), false
		switch {
		case there && len(read.Problems) > 0: // edited by other means: who asks for the person is told so
			shared = &sharedProfile{people: b.people, employee: code}
		case there:
			changed = append(changed, changedPoints(w.known, read.States)...)
			if len(changed) == 0 {
				continue
			}
			w.known = read.States
		}
		for box, state := range w.mailboxes {
			switch {
			case !state.open: // its own read is yet to come
			case state.opened >= number:
				again = true
			case there:
				putUpdate(box, shared, changed)
			default:
				b.removeMailbox(code, box)
				close(box)
			}
		}
		if again {
			b.mark(code, changed)
		}
	}
}
