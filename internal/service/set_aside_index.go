package service

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/people"
)

const (
	retryAwait     = 250 * time.Millisecond // how long an answer waits for what the edit made possible
	maxWaiting     = 100_000                // statements in the index; for more, everything is tried again
	maxEmployeesAt = 500                    // codes that one look asks for
)

// waitingFor says what a statement that is set aside waits for, as far as it is known.
// What waits for the mapping or the catalog has the zero value.
type waitingFor struct {
	employee string
	until    time.Time
}

// retries is what a server knows of the statements that are set aside: an index by what
// they wait for. It is built when all are tried again, as at the start, and kept up to
// date by what this process sets aside. So a new employee costs no more than the
// statements that wait for this employee.
type retries struct {
	mu       sync.Mutex
	running  bool
	waiting  map[string]waitingFor      // by id
	byPerson map[string]map[string]bool // ids by employee code, in lower case
	overflow bool                       // there are more than the index holds
	all      bool                       // everything is to be tried again
	long     bool                       // that is in progress, and takes more than a moment
	arrived  map[string]bool            // employees, in lower case, who are there now
	wake     chan struct{}
	settled  chan struct{} // closed once nothing is to be tried; nil where nothing is
}

func newRetries() *retries {
	r := &retries{wake: make(chan struct{}, 1), arrived: map[string]bool{}}
	r.reset()
	return r
}

func (r *retries) reset() {
	r.waiting, r.byPerson, r.overflow = map[string]waitingFor{}, map[string]map[string]bool{}, false
}

// note remembers what the statements of an intake wait for, if anything.
func (r *retries) note(in *intake) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.running {
		return
	}
	for i, f := range in.results {
		id := in.list[i].keptID()
		r.remove(id)
		if _, malformed := in.list[i].Malformed(); malformed || f.outcome != people.EvidenceRefused {
			continue
		}
		if len(r.waiting) >= maxWaiting {
			r.overflow = true
			continue
		}
		r.waiting[id] = f.waits
		if who := strings.ToLower(f.waits.employee); who != "" {
			if r.byPerson[who] == nil {
				r.byPerson[who] = map[string]bool{}
			}
			r.byPerson[who][id] = true
		}
	}
}

func (r *retries) forget(ids []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range ids {
		r.remove(id)
	}
}

// remove takes a statement out of the index. The caller holds mu.
func (r *retries) remove(id string) {
	who := strings.ToLower(r.waiting[id].employee)
	delete(r.waiting, id)
	if delete(r.byPerson[who], id); len(r.byPerson[who]) == 0 {
		delete(r.byPerson, who)
	}
}

// changed notes a change set that has been committed. It returns at once.
func (r *retries) changed(cs competency.ChangeSet) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.running || len(r.waiting) == 0 && !r.overflow {
		return
	}
	for _, e := range cs.Put.Employees {
		if who := strings.ToLower(e.Code); r.byPerson[who] != nil {
			r.arrived[who] = true
		}
	}
	r.all = r.all || cs.EditsCatalog() || r.overflow && len(cs.Put.Employees) > 0
	r.begin()
}

// begin wakes whoever retries, where there is something to do. The caller holds mu.
func (r *retries) begin() {
	if !r.all && len(r.arrived) == 0 {
		return
	}
	if r.settled == nil && (!r.long || len(r.arrived) > 0) {
		r.settled = make(chan struct{})
	}
	select {
	case r.wake <- struct{}{}:
	default: // it is awake
	}
}

// request asks for everything to be tried again.
func (r *retries) request() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = true
	r.begin()
}

// postpone has everything tried again at the next look, and not at once.
func (r *retries) postpone() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = true
}

// await waits until what has been asked for is done, for a moment at most: so whoever has
// entered an employee sees the results that waited for that.
func (r *retries) await(ctx context.Context) {
	r.mu.Lock()
	settled := r.settled
	r.mu.Unlock()
	if settled == nil {
		return
	}
	select {
	case <-settled:
	case <-time.After(retryAwait):
	case <-ctx.Done():
	}
}

// takeArrived returns the statements that wait for people who are there now, at most so
// many; nil if there are none.
func (r *retries) takeArrived(most int) (ids []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for who := range r.arrived {
		for id := range r.byPerson[who] {
			if len(ids) == most {
				return ids
			}
			ids = append(ids, id)
			r.remove(id) // what still waits is noted again
		}
		delete(r.arrived, who)
	}
	return ids
}

// takeDue returns the statements whose time has come.
func (r *retries) takeDue(now time.Time, most int) (ids []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, w := range r.waiting {
		if !w.until.IsZero() && !w.until.After(now) && len(ids) < most {
			ids = append(ids, id)
		}
	}
	for _, id := range ids {
		r.remove(id)
	}
	return ids
}

func (r *retries) takeAll() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.all
	if r.all = false; all {
		r.reset()
		clear(r.arrived)
	}
	return all
}

// finish ends the waiting of those who await, where nothing is left to do.
func (r *retries) finish() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.long = false
	if !r.all && len(r.arrived) == 0 {
		r.release()
	}
}

// release ends the waiting of those who await. The caller holds mu.
func (r *retries) release() {
	if r.settled != nil {
		close(r.settled)
		r.settled = nil
	}
}

// goOn notes that trying everything takes more than a moment: nobody awaits that.
func (r *retries) goOn() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.long = true
	r.release()
}

func (r *retries) setRunning(running bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running = running; !running {
		r.release()
	}
}

// awaited returns codes of employees that statements wait for, from one on.
func (r *retries) awaited(after string) (codes []string, last string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	people := slices.Sorted(maps.Keys(r.byPerson))
	at, _ := slices.BinarySearch(people, after+"\x00")
	people = people[at:]
	people = people[:min(len(people), maxEmployeesAt)]
	for _, who := range people {
		last = who
		for id := range r.byPerson[who] {
			codes = append(codes, r.waiting[id].employee)
		}
		codes = append(codes, who, strings.ToUpper(who)) // where it is from an address
	}
	if len(people) < maxEmployeesAt {
		last = "" // from the first on, next time
	}
	slices.Sort(codes)
	return slices.Compact(codes), last
}

func (r *retries) arrive(codes []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, code := range codes {
		r.arrived[strings.ToLower(code)] = true
	}
	r.begin()
}
