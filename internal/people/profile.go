package people

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/store"
)

// Profile is one person as a question needs them: who they are and what they master,
// read at one moment, with the snapshot of that moment's revision.
type Profile struct {
	Snapshot *catalog.Snapshot
	person   *person
	people   *People
}

// LoadProfile reads one person: one round trip.
func (p *People) LoadProfile(ctx context.Context, employee string) (*Profile, error) {
	read, err := p.readProfile(ctx, employee)
	if err != nil {
		return nil, err
	}
	s, err := p.catalog.SnapshotAt(ctx, read.Revision)
	if err != nil {
		return nil, err
	}
	return p.newProfile(s, read), nil
}

// readProfile asks whether the viewer may read a person, and reads them.
func (p *People) readProfile(ctx context.Context, employee string) (none store.Profile, err error) {
	code := competency.Code(employee)
	if err := access.Check(ctx, access.Learner, access.Subject{Employee: code}); err != nil {
		return none, err
	}
	read, err := p.store.Profile(ctx, code)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return none, catalog.NotFound("employee", "员工", employee)
	case err != nil:
		return none, catalog.StoreFault(err)
	}
	return read, nil
}

func (p *People) newProfile(s *catalog.Snapshot, read store.Profile) *Profile {
	return &Profile{Snapshot: s, person: newPerson(p, read, true), people: p}
}

// Code returns the code of the employee.
func (p *Profile) Code() string { return p.person.profile.Employee.Code }

// Modalities returns the preferred modalities, the most preferred first.
func (p *Profile) Modalities() []competency.Modality { return p.person.profile.Employee.Modalities }

// Employee returns the view of the employee.
func (p *Profile) Employee() Employee { return Employee{p.people, p.Snapshot, p.person} }

// States returns what the person masters, by point.
func (p *Profile) States() []mastery.State {
	states := make([]mastery.State, 0, len(p.person.profile.States))
	for t := range p.Tracks() {
		states = append(states, t.State)
	}
	return states
}

// Tracks returns what the model keeps of the person, by point.
func (p *Profile) Tracks() iter.Seq[mastery.Track] {
	return tracksIn(p.Snapshot, p.person.profile.States)
}

// Evidence returns all evidence of the person that counts, the latest first. It is read
// once a profile.
func (p *Profile) Evidence(ctx context.Context) ([]competency.Evidence, error) {
	return p.person.evidence(ctx)
}

// tracksIn translates what a store says of a person to a snapshot. A point that the
// snapshot does not hold has come or gone since; it says nothing here.
func tracksIn(s *catalog.Snapshot, list []competency.Assessment) iter.Seq[mastery.Track] {
	graph := s.Graph()
	return func(yield func(mastery.Track) bool) {
		for _, a := range list {
			n, ok := graph.Find(a.KnowledgePoint)
			if !ok || !graph.IsPoint(n) {
				continue
			}
			if !yield(mastery.NewTrack(mastery.State{Point: n, Mastery: a.Mastery, AssessedAt: a.AssessedAt}, a.Model)) {
				return
			}
		}
	}
}

// person is what has been read of one employee. A manager comes with their own record
// alone. What is missing is read when it is asked for, by several fields at once.
type person struct {
	people  *People
	profile store.Profile // never changed
	whole   bool          // whether units, manager and states are in it
	group   *evidenceGroup
	rest    lazy[store.Profile] // what has been read since
}

func newPerson(p *People, profile store.Profile, whole bool) *person {
	return &person{people: p, profile: profile, whole: whole, group: &evidenceGroup{employees: []string{profile.Employee.Code}}}
}

// load returns all of a person, and reads the rest where only a part has been.
func (p *person) load(ctx context.Context) (store.Profile, error) {
	if p.whole {
		return p.profile, nil
	}
	return p.rest.load(ctx, func() (store.Profile, error) { return p.people.readProfile(ctx, p.profile.Employee.Code) })
}

// evidence returns all evidence of the person that counts, the latest first.
func (p *person) evidence(ctx context.Context) ([]competency.Evidence, error) {
	return p.group.evidenceOf(ctx, p.people, p.profile.Employee.Code)
}

// evidenceGroup are people whose evidence is read together, once, when it is first
// asked for: those of one page of a list, so that a page costs one round trip.
type evidenceGroup struct {
	employees  []string
	byEmployee lazy[map[string][]competency.Evidence] // that counts, the latest first
}

// evidenceOf returns the evidence of one of the group that counts.
func (g *evidenceGroup) evidenceOf(ctx context.Context, p *People, employee string) ([]competency.Evidence, error) {
	if err := access.Check(ctx, access.Learner, access.Subject{Employee: employee}); err != nil {
		return nil, err
	}
	all, err := g.byEmployee.load(ctx, func() (map[string][]competency.Evidence, error) { return g.read(ctx, p) })
	if err != nil {
		return nil, err
	}
	return slices.Clone(all[employee]), nil
}

// read reads the evidence of those of the group whom the viewer may read.
func (g *evidenceGroup) read(ctx context.Context, p *People) (map[string][]competency.Evidence, error) {
	var readable []string // at least the one who has been asked about
	for _, code := range g.employees {
		if access.Check(ctx, access.Learner, access.Subject{Employee: code}) == nil {
			readable = append(readable, code)
		}
	}
	list, err := p.store.Evidence(ctx, store.EvidenceQuery{Employees: readable})
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	byEmployee := map[string][]competency.Evidence{}
	for _, e := range list {
		if !e.Retracted {
			byEmployee[e.Employee] = append(byEmployee[e.Employee], e)
		}
	}
	return byEmployee, nil
}
