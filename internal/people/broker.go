package people

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// MaxSubscriptions is how many subscriptions may be open at once.
const MaxSubscriptions = 10_000

// Broker notifies subscribers of the employees whose states have changed, and on which
// points (publish and subscribe). A mailbox holds one update: what comes before that is
// taken is merged into it. So the broker never waits for a subscriber. It observes the
// catalog for the assessments and deletions of people.
type Broker struct {
	store   store.People
	people  *People // reads whom an update is about
	limit   int
	counted func(open int) // called with the number of subscriptions, whenever that changes

	mu        sync.Mutex
	mailboxes map[string]map[chan LearnerUpdate]bool // by employee; whether it counts as open
	open      int
}

// NewBroker returns a broker for the people of a store. It calls counted with the
// number of open subscriptions, whenever that changes, where counted is not nil.
func NewBroker(st store.People, counted func(open int)) *Broker {
	if counted == nil {
		counted = func(int) {}
	}
	return &Broker{store: st, limit: MaxSubscriptions, counted: counted, mailboxes: map[string]map[chan LearnerUpdate]bool{}}
}

// subscribe returns a mailbox that is filled until the context ends. It is closed when
// the employee is deleted. Whether the employee exists is asked for once the mailbox is
// there, so that no deletion is missed in between; until then it does not count.
func (b *Broker) subscribe(ctx context.Context, employee string, exists func() error) (chan LearnerUpdate, error) {
	box := b.addMailbox(employee)
	err := exists()
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil && b.open >= b.limit {
		err = fault.New(fault.LimitExceeded, "there are %d subscriptions already, which is the most there may be", "订阅数已达上限 %d", b.limit)
	}
	if err != nil {
		b.removeMailbox(employee, box)
		return nil, err
	}
	if b.isOpen(employee, box) {
		b.mailboxes[employee][box] = true
		b.open++
		b.counted(b.open)
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
	box := make(chan LearnerUpdate, 1)
	if b.mailboxes[employee] == nil {
		b.mailboxes[employee] = map[chan LearnerUpdate]bool{}
	}
	b.mailboxes[employee][box] = false
	return box
}

// isOpen reports whether a mailbox is still that of an employee. The caller holds mu.
func (b *Broker) isOpen(employee string, box chan LearnerUpdate) bool {
	_, open := b.mailboxes[employee][box]
	return open
}

// removeMailbox takes a mailbox from an employee who may have it. The caller holds mu.
func (b *Broker) removeMailbox(employee string, box chan LearnerUpdate) {
	counted, open := b.mailboxes[employee][box]
	if !open {
		return
	}
	delete(b.mailboxes[employee], box)
	if len(b.mailboxes[employee]) == 0 {
		delete(b.mailboxes, employee)
	}
	if counted {
		b.open--
		b.counted(b.open)
	}
}

// BeforeApply returns what notifies subscribers of a change set once it is committed.
// It reads the states of subscribed employees who are assessed, one round trip where
// there are any, because an assessment that changes nothing is not pushed.
func (b *Broker) BeforeApply(ctx context.Context, cs competency.ChangeSet) (committed func()) {
	assessed := b.subscribedAssessments(cs.Put.Mastery)
	var before map[string][]competency.Assessment
	if len(assessed) > 0 {
		q := store.EmployeeQuery{States: true}
		for _, a := range assessed {
			q.Codes = append(q.Codes, a.Employee)
		}
		slices.Sort(q.Codes)
		q.Codes = slices.Compact(q.Codes)
		// Where the states cannot be read, every assessment is pushed: better once too often.
		if page, err := b.store.Employees(ctx, q); err == nil {
			before = map[string][]competency.Assessment{}
			for _, p := range page.Profiles {
				before[p.Employee.Code] = p.States
			}
		}
	}
	return func() {
		points := map[string][]string{}
		for _, a := range assessed {
			if before == nil || changesState(before[a.Employee], a, cs.At) {
				points[a.Employee] = append(points[a.Employee], a.KnowledgePoint)
			}
		}
		for employee, list := range points {
			b.notify(employee, list)
		}
		b.closeDeleted(cs.Delete.Employees)
		if b.people != nil {
			b.people.notifyChange(cs)
		}
	}
}

// subscribedAssessments returns the assessments of employees with subscribers.
func (b *Broker) subscribedAssessments(list []competency.Assessment) (assessed []competency.Assessment) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range list {
		if b.mailboxes[a.Employee] != nil {
			assessed = append(assessed, a)
		}
	}
	return assessed
}

// changesState reports whether an assessment in a change set of some time takes the place
// of a state, by the rule of store.Catalog.Apply: an older one does not, nor one that
// says the same.
func changesState(states []competency.Assessment, a competency.Assessment, setAt time.Time) bool {
	at, found := slices.BinarySearchFunc(states, a.KnowledgePoint, func(s competency.Assessment, point string) int {
		return strings.Compare(s.KnowledgePoint, point)
	})
	if !found {
		return true
	}
	stored, dated := states[at], !a.AssessedAt.IsZero()
	assessedAt := setAt
	if dated {
		assessedAt = a.AssessedAt.Truncate(time.Microsecond) // as a store keeps it
	}
	if stored.Mastery != a.Mastery {
		return !assessedAt.Before(stored.AssessedAt)
	}
	return dated && assessedAt.After(stored.AssessedAt)
}

// closeDeleted ends the subscriptions to employees who are deleted.
func (b *Broker) closeDeleted(list []competency.Employee) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range list {
		for box := range b.mailboxes[e.Code] {
			b.removeMailbox(e.Code, box)
			close(box)
		}
	}
}

// notifyRecorded notifies of the states that have followed from evidence.
func (b *Broker) notifyRecorded(employee string, changes store.StateChanges) {
	points := slices.Clone(changes.Drop)
	for _, a := range changes.Put {
		points = append(points, a.KnowledgePoint)
	}
	if len(points) > 0 {
		b.notify(employee, points)
	}
}

// notify puts points into the mailboxes of an employee.
func (b *Broker) notify(employee string, points []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	shared := &sharedProfile{people: b.people, employee: employee} // not read yet, so never older than the change
	for box := range b.mailboxes[employee] {
		putUpdate(box, shared, points)
	}
}

// notifyOne puts points into one mailbox, if it is still there.
func (b *Broker) notifyOne(employee string, box chan LearnerUpdate, points []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.isOpen(employee, box) {
		putUpdate(box, &sharedProfile{people: b.people, employee: employee}, points)
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
