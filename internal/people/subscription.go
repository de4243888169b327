package people

import (
	"context"
	"maps"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// LearnerUpdated subscribes to the states of an employee that change, by evidence or by
// assessment, through whichever process: at once where it is this one, else within two seconds.
// An update names the points whose states have changed, and holds the person as read after
// that. The channel holds one update: what comes before that is taken becomes part of it. With
// current, the first update names all points that have a state now. The subscription
// ends with the context, or when the employee is deleted: then the channel is closed.
//
// It costs one round trip, one more where nobody subscribes yet, and a read of the employee for
// each change, which all subscribers to all employees share.
func (p *People) LearnerUpdated(ctx context.Context, employee string, current bool) (updates <-chan LearnerUpdate, err error) {
	if err := access.CheckScope(ctx, access.Learner); err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(ctx)
	defer func() {
		if err != nil {
			end()
		}
	}()
	employee = competency.NormalizeCode(employee)
	return p.broker.subscribe(ctx, employee, current, func() (store.Profile, error) {
		if err := p.feed.join(ctx); err != nil { // before the read, so that nothing is missed in between
			return store.Profile{}, err
		}
		return p.readProfile(ctx, access.Learner, employee)
	})
}

// sharedProfile is a person whom several subscribers ask about: read before it is pushed, or
// once, by the first who asks.
type sharedProfile struct {
	people   *People
	employee string
	profile  lazy[store.Profile]
}

// sharedProfileOf returns a person who has been read.
func (p *People) sharedProfileOf(read store.Profile) *sharedProfile {
	return &sharedProfile{people: p, employee: read.Employee.Code, profile: lazy[store.Profile]{value: &read}}
}

// load returns the person, with the snapshot of the caller's request and in its group. What
// one subscriber has read, each of the others may read or not, as they stand now.
func (s *sharedProfile) load(ctx context.Context, group *readGroup) (*Profile, error) {
	if err := access.CheckScope(ctx, access.Learner); err != nil {
		return nil, err
	}
	read, err := s.profile.load(ctx, func() (store.Profile, error) { return s.people.fetchProfile(ctx, s.employee) })
	if err != nil {
		return nil, err
	}
	if err := s.people.checkProfile(ctx, access.Learner, read, s.employee); err != nil {
		return nil, err
	}
	snapshot, err := s.people.catalog.SnapshotAt(ctx, read.Revision)
	if err != nil {
		return nil, err
	}
	return s.people.newProfile(snapshot, read, group), nil
}

// LearnerUpdate is a person whose states have changed. One that answers a recording holds
// the changes; one that is pushed to subscribers holds the points, and the person as read.
type LearnerUpdate struct {
	shared   *sharedProfile
	group    *readGroup
	points   map[string]bool // nil where changes, snapshot and who are given
	who      *access.Person
	changes  store.StateChanges
	snapshot *catalog.Snapshot
}

// ReadableUpdates returns updates that answer a recording, where the viewer may read all of
// these people.
func ReadableUpdates(ctx context.Context, list []LearnerUpdate) ([]LearnerUpdate, error) {
	if err := access.CheckScope(ctx, access.Learner); err != nil {
		return nil, err
	}
	for _, u := range list {
		if err := access.CheckPerson(ctx, access.Learner, u.who, nil); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Profile returns the person as they were when they were pushed, and as they are now in the answer
// to a recording.
func (u LearnerUpdate) Profile(ctx context.Context) (*Profile, error) {
	return u.shared.load(ctx, u.group)
}

// stateChanges returns the changes, with the snapshot that shows them and the person.
func (u LearnerUpdate) stateChanges(ctx context.Context) (*catalog.Snapshot, store.StateChanges, *person, error) {
	if u.points == nil {
		if err := checkPerson(ctx, access.Learner, readVerb, u.who, nil); err != nil {
			return nil, store.StateChanges{}, nil, err
		}
		who := &person{people: u.shared.people, group: u.group, who: u.who, profile: store.Profile{Employee: competency.Employee{Code: u.shared.employee}}}
		return u.snapshot, u.changes, who, nil
	}
	p, err := u.Profile(ctx)
	if err != nil {
		return nil, store.StateChanges{}, nil, err
	}
	var changes store.StateChanges
	gone := maps.Clone(u.points)
	for _, a := range p.person.profile.States {
		if u.points[a.KnowledgePoint] {
			changes.Put = append(changes.Put, a)
			delete(gone, a.KnowledgePoint)
		}
	}
	changes.Drop = slices.Sorted(maps.Keys(gone))
	return p.Snapshot, changes, p.person, nil
}

// Employee returns the person.
func (u LearnerUpdate) Employee(ctx context.Context) (*Employee, error) {
	p, err := u.Profile(ctx)
	if err != nil {
		return nil, err
	}
	return new(p.Employee()), nil
}

// States returns the states that have changed, by point.
func (u LearnerUpdate) States(ctx context.Context) ([]MasteryState, error) {
	s, changes, who, err := u.stateChanges(ctx)
	if err != nil {
		return nil, err
	}
	return catalog.ChargeItems(ctx, u.shared.people.masteryStates(s, who, changes.Put))
}

// Unassessed returns the points that have no state any more.
func (u LearnerUpdate) Unassessed(ctx context.Context) ([]catalog.KnowledgePoint, error) {
	s, changes, _, err := u.stateChanges(ctx)
	if err != nil {
		return nil, err
	}
	return catalog.ChargeItems(ctx, s.PointsOf(changes.Drop))
}
