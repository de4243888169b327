package service

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// MaxSubscriptions is how many subscriptions may be open at once.
const MaxSubscriptions = 10_000

// LearnerUpdated subscribes to what becomes known of an employee through this
// service, by evidence or by assessment. An update tells on which points; what it
// tells of them is read when somebody asks it, in one round trip, and so is never
// older than the update. The channel holds one update: what comes before that is
// taken becomes part of it. The subscription ends with the context, or when the
// employee is deleted: then the channel is closed.
func (s *Service) LearnerUpdated(ctx context.Context, employee string) (<-chan LearnerUpdate, error) {
	q, err := s.somebody(ctx, employee)
	if err != nil {
		return nil, err
	}
	return s.hub.listen(ctx, q.profile.Employee.Code)
}

// hub tells whoever listens to somebody on which points something new is known.
// Nobody who tells waits for anybody who listens.
type hub struct {
	s     *Service
	most  int            // who may listen
	count func(open int) // told how many listen, whenever that changes

	mu    sync.Mutex
	boxes map[string]map[chan LearnerUpdate]bool // by employee; a box holds one update
	open  int
}

// listen returns a box that is filled until the context ends.
func (h *hub) listen(ctx context.Context, employee string) (<-chan LearnerUpdate, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open >= h.most {
		return nil, fault.New(fault.LimitExceeded, "there are %d subscriptions already, which is the most there may be", "订阅数已达上限 %d", h.most)
	}
	box := make(chan LearnerUpdate, 1)
	if h.boxes[employee] == nil {
		h.boxes[employee] = map[chan LearnerUpdate]bool{}
	}
	h.boxes[employee][box] = true
	h.open++
	h.count(h.open)
	context.AfterFunc(ctx, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.forget(employee, box)
	})
	return box, nil
}

// forget takes a box from an employee who may have it. The caller holds mu.
func (h *hub) forget(employee string, box chan LearnerUpdate) {
	if !h.boxes[employee][box] {
		return
	}
	delete(h.boxes[employee], box)
	if len(h.boxes[employee]) == 0 {
		delete(h.boxes, employee)
	}
	h.open--
	h.count(h.open)
}

// deleted ends the subscriptions to people who are no more.
func (h *hub) deleted(list []competency.Employee) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range list {
		for box := range h.boxes[e.Code] {
			h.forget(e.Code, box)
			close(box)
		}
	}
}

// learned tells of what has followed from evidence.
func (h *hub) learned(employee string, l store.Learned) {
	points := slices.Clone(l.Drop)
	for _, a := range l.Put {
		points = append(points, a.KnowledgePoint)
	}
	if len(points) > 0 {
		h.tell(employee, points)
	}
}

// assessed tells of assessments.
func (h *hub) assessed(list []competency.Assessment) {
	points := map[string][]string{}
	h.mu.Lock()
	for _, a := range list {
		if h.boxes[a.Employee] != nil {
			points[a.Employee] = append(points[a.Employee], a.KnowledgePoint)
		}
	}
	h.mu.Unlock()
	for employee, points := range points {
		h.tell(employee, points)
	}
}

// tell puts points into the boxes of an employee. Here alone updates are sent, one
// at a time, so that a box that has been emptied has room.
func (h *hub) tell(employee string, points []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	person := h.s.reading(employee) // once for all who listen, and after what it is to tell of
	for box := range h.boxes[employee] {
		u := LearnerUpdate{s: h.s, points: map[string]bool{}}
		select {
		case u = <-box: // nobody has taken it
		default:
		}
		for _, point := range points {
			u.points[point] = true
		}
		u.person = person
		box <- u
	}
}

// LearnerUpdate is somebody of whom something new is known: what that is, or else
// on which points.
type LearnerUpdate struct {
	s       *Service
	person  reading
	e       *edition
	learned store.Learned
	points  map[string]bool
}

// news returns what is new.
func (u LearnerUpdate) news(ctx context.Context) (*edition, store.Learned, error) {
	if u.points == nil {
		return u.e, u.learned, nil
	}
	q, err := u.person(ctx)
	if err != nil {
		return nil, store.Learned{}, err
	}
	var l store.Learned
	gone := maps.Clone(u.points)
	for _, a := range q.profile.States {
		if u.points[a.KnowledgePoint] {
			l.Put = append(l.Put, a)
			delete(gone, a.KnowledgePoint)
		}
	}
	l.Drop = slices.Sorted(maps.Keys(gone))
	return q.e, l, nil
}

// Employee returns whom it is about.
func (u LearnerUpdate) Employee(ctx context.Context) (*Employee, error) {
	q, err := u.person(ctx)
	if err != nil {
		return nil, err
	}
	return new(q.Employee()), nil
}

// States returns the states that have changed, by point.
func (u LearnerUpdate) States(ctx context.Context) ([]MasteryState, error) {
	e, l, err := u.news(ctx)
	if err != nil {
		return nil, err
	}
	return listed(ctx, u.s.masteryStates(e, l.Put))
}

// Unassessed returns the points of which nothing is known any more.
func (u LearnerUpdate) Unassessed(ctx context.Context) ([]KnowledgePoint, error) {
	e, l, err := u.news(ctx)
	if err != nil {
		return nil, err
	}
	points := []KnowledgePoint{}
	for _, code := range l.Drop {
		if n, ok := e.graph.Find(code); ok && e.graph.IsPoint(n) {
			points = append(points, KnowledgePoint{e, n})
		}
	}
	return listed(ctx, points)
}

// NextSteps returns what to do next on the way to a position, given what is known
// now.
func (u LearnerUpdate) NextSteps(ctx context.Context, position string, first int, options *PathOptions) ([]LearningStep, error) {
	return u.person.nextSteps(ctx, position, first, options)
}
