package people

import (
	"context"
	"log/slog"
	"sync"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// MaxSubscriptions is how many subscriptions may be open at once.
const MaxSubscriptions = 10_000

// Broker notifies subscribers of the employees whose states have changed, and on which
// points (publish and subscribe). Whoever hears that a subscribed person may have changed
// marks them. One goroutine reads all who are marked, compares their states with what it
// knew, and puts the points that differ into mailboxes. So the read that shows a change is
// the one that subscribers are shown, reads are in order, and no writer waits. A mailbox
// holds one update: what comes before that is taken is merged into it.
//
// It observes the catalog for the assessments and deletions of people.
type Broker struct {
	store   store.People
	people  *People // answers from what was read of the people; nil until there is one
	log     *slog.Logger
	limit   int
	counted func(open int) // called with the number of subscriptions, whenever that changes

	mu       sync.Mutex
	watched  map[string]*watchedEmployee // by code
	marked   map[string]map[string]bool  // whom to read, and the points that are pushed whatever the read brings
	reading  bool                        // whether a goroutine reads the marked
	lastRead uint64                      // the number of the latest read that has begun
	open     int
}

// watchedEmployee is an employee with mailboxes.
type watchedEmployee struct {
	mailboxes map[chan LearnerUpdate]*mailboxState
	open      int                     // how many of them are
	known     []competency.Assessment // as last read; meaningful where a mailbox is open
}

// mailboxState is that of one mailbox.
type mailboxState struct {
	open   bool   // whether the person has been read for it; it is given nothing before
	opened uint64 // the number of the latest read that had begun before
	missed bool   // whether the person was marked before it was open
}

// NewBroker returns a broker for the people of a store. It calls counted with the
// number of open subscriptions, whenever that changes, where counted is not nil.
func NewBroker(st store.People, counted func(open int)) *Broker {
	if counted == nil {
		counted = func(int) {}
	}
	return &Broker{
		store: st, log: slog.New(slog.DiscardHandler), limit: MaxSubscriptions, counted: counted,
		watched: map[string]*watchedEmployee{}, marked: map[string]map[string]bool{},
	}
}

// subscribe returns a mailbox that is filled until the context ends. It is closed when
// the employee is deleted. The employee is read once the mailbox is there, so that no
// change is missed in between; until then it does not count. With current it
// begins with an update that names all points with a state.
func (b *Broker) subscribe(ctx context.Context, employee string, current bool, read func() (store.Profile, error)) (chan LearnerUpdate, error) {
	box := b.addMailbox(employee)
	profile, err := read()
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil && b.open >= b.limit {
		err = fault.New(fault.LimitExceeded, "there are %d subscriptions already, which is the most there may be", "订阅数已达上限 %d", b.limit)
	}
	if err != nil {
		b.removeMailbox(employee, box)
		return nil, err
	}
	b.openMailbox(employee, box, profile)
	if current {
		putUpdate(box, b.people.sharedProfileOf(profile), pointsOf(profile.States))
	}
	context.AfterFunc(ctx, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.removeMailbox(employee, box)
	})
	return box, nil
}

func (b *Broker) addMailbox(employee string) chan LearnerUpdate {
	b.mu.Lock()
	defer b.mu.Unlock()
	w := b.watched[employee]
	if w == nil {
		w = &watchedEmployee{mailboxes: map[chan LearnerUpdate]*mailboxState{}}
		b.watched[employee] = w
	}
	box := make(chan LearnerUpdate, 1)
	w.mailboxes[box] = &mailboxState{}
	return box
}

// openMailbox opens a mailbox to whose subscriber the person is known as read. The caller
// holds mu.
func (b *Broker) openMailbox(employee string, box chan LearnerUpdate, read store.Profile) {
	w := b.watched[employee]
	state := w.mailboxes[box]
	state.open, state.opened = true, b.lastRead
	var points []string
	if w.open++; w.open == 1 {
		w.known = read.States
	} else { // the others may know something older or newer
		points = changedPoints(w.known, read.States)
	}
	if state.missed || len(points) > 0 {
		b.mark(employee, points)
	}
	b.open++
	b.counted(b.open)
}

// removeMailbox takes a mailbox from an employee who may have it. The caller holds mu.
func (b *Broker) removeMailbox(employee string, box chan LearnerUpdate) {
	w := b.watched[employee]
	if w == nil || w.mailboxes[box] == nil {
		return
	}
	wasOpen := w.mailboxes[box].open
	delete(w.mailboxes, box)
	if len(w.mailboxes) == 0 {
		delete(b.watched, employee)
	}
	if wasOpen {
		w.open--
		b.open--
		b.counted(b.open)
	}
}

// BeforeApply returns what announces the people of a change set once it is committed.
func (b *Broker) BeforeApply(_ context.Context, cs competency.ChangeSet) (committed func()) {
	return func() {
		if b.people != nil {
			b.people.notifyChange(cs)
		}
	}
}

// markChanged notes that employees may have changed.
func (b *Broker) markChanged(employees []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, code := range employees {
		b.mark(code, nil)
	}
}

// markAll notes that any employee may have changed.
func (b *Broker) markAll() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for code := range b.watched {
		b.mark(code, nil)
	}
}

// markPoints notes that states of an employee have changed. These are pushed even where a
// later change has taken them back before they are read, as a client may have seen them.
func (b *Broker) markPoints(employee string, points []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mark(employee, points)
}

// mark notes that an employee is to be read, where anybody subscribes to them. The caller holds mu.
func (b *Broker) mark(employee string, points []string) {
	w := b.watched[employee]
	if w == nil {
		return
	}
	if w.open < len(w.mailboxes) {
		for _, box := range w.mailboxes {
			box.missed = box.missed || !box.open
		}
	}
	if w.open == 0 {
		return
	}
	if b.marked[employee] == nil {
		b.marked[employee] = map[string]bool{}
	}
	for _, point := range points {
		b.marked[employee][point] = true
	}
	if !b.reading {
		b.reading = true
		go b.readMarked()
	}
}

// putUpdate puts points into a mailbox, with those that have not been taken yet. The
// caller holds mu: updates are sent here alone, so a mailbox that is emptied has room.
func putUpdate(box chan LearnerUpdate, shared *sharedProfile, points []string) {
	u := LearnerUpdate{points: map[string]bool{}}
	select {
	case u = <-box:
	default:
	}
	for _, point := range points {
		u.points[point] = true
	}
	u.shared, u.group = shared, newReadGroup(&access.Person{Code: shared.employee})
	box <- u
}
