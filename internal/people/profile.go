package people

import (
	"context"
	"errors"
	"iter"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
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
	return p.newProfile(s, read, newReadGroup(read.Employee.Code)), nil
}

// readProfile asks whether the viewer may read a person, and reads them.
func (p *People) readProfile(ctx context.Context, employee string) (none store.Profile, err error) {
	code := competency.NormalizeCode(employee)
	if err := access.Check(ctx, access.Learner, access.Subject{Employee: code}); err != nil {
		return none, err
	}
	read, err := p.store.Profile(ctx, code)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return none, &fault.Error{Code: fault.NotFound, Text: p.UnknownEmployee(ctx, employee, fault.Text{})}
	case err != nil:
		return none, catalog.StoreFault(err)
	}
	return read, nil
}

func (p *People) newProfile(s *catalog.Snapshot, read store.Profile, group *readGroup) *Profile {
	return &Profile{Snapshot: s, person: &person{people: p, group: group, profile: read, whole: true}, people: p}
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
// once a profile, and must not be changed.
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
			if !yield(mastery.DecodeTrack(mastery.State{Point: n, Mastery: a.Mastery, AssessedAt: a.AssessedAt}, a.Model)) {
				return
			}
		}
	}
}
