package people

import (
	"cmp"
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
	action   access.Action // that it was read for
}

// LoadProfile reads one person for an action that the viewer may do about them, which is
// Card, Learner or Place: one round trip.
func (p *People) LoadProfile(ctx context.Context, a access.Action, employee string) (*Profile, error) {
	read, err := p.readProfile(ctx, a, employee)
	if err != nil {
		return nil, err
	}
	s, err := p.catalog.SnapshotAt(ctx, read.Revision)
	if err != nil {
		return nil, err
	}
	profile := p.newProfile(s, read, newReadGroup(newSubject(read.Employee.Code, read.Lines)))
	profile.action = a
	return profile, nil
}

// readProfile reads a person, and asks whether the viewer may do something about them.
func (p *People) readProfile(ctx context.Context, a access.Action, employee string) (none store.Profile, err error) {
	if err := access.CheckScope(ctx, a); err != nil {
		return none, err
	}
	read, err := p.fetchProfile(ctx, employee)
	switch {
	case err == nil:
		err = p.checkProfile(ctx, a, read, employee)
	case fault.CodeOf(err) == fault.NotFound:
		err = access.CheckPerson(ctx, a, nil, err)
	case len(fault.ProblemsOf(err)) > 0: // only who may see the person is told what cannot be read
		err = cmp.Or(p.checkUnread(ctx, a, employee), err)
	}
	if fault.CodeOf(err) == fault.NotFound { // the same for whom the viewer may not see
		err = &fault.Error{Code: fault.NotFound, Text: p.UnknownEmployee(ctx, employee, fault.Text{})}
	}
	if err != nil {
		return none, err
	}
	return read, nil
}

// fetchProfile reads a person, whoever asks.
func (p *People) fetchProfile(ctx context.Context, employee string) (store.Profile, error) {
	read, err := p.store.Profile(ctx, competency.NormalizeCode(employee))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return read, unknownEmployee(employee)
	case err != nil:
		return read, catalog.StoreFault(err)
	}
	return read, nil
}

// checkProfile asks whether the viewer may do something about a person who has been read.
func (p *People) checkProfile(ctx context.Context, a access.Action, read store.Profile, employee string) error {
	who := newSubject(read.Employee.Code, read.Lines)
	if a == access.Card { // no entry of the audit
		return access.CheckPerson(ctx, a, who, unknownEmployee(employee))
	}
	return checkPerson(ctx, a, readVerb, who, unknownEmployee(employee))
}

// checkUnread asks whether the viewer may do something about a person whose data cannot be
// read.
func (p *People) checkUnread(ctx context.Context, a access.Action, employee string) error {
	v, err := access.FromContext(ctx)
	if err != nil {
		return err
	}
	who, err := p.readSubject(ctx, v, competency.NormalizeCode(employee))
	if err != nil {
		return err
	}
	return access.CheckPerson(ctx, a, who, unknownEmployee(employee))
}

func (p *People) newProfile(s *catalog.Snapshot, read store.Profile, group *readGroup) *Profile {
	return &Profile{Snapshot: s, person: newPerson(p, group, read, true), people: p, action: access.Learner}
}

// Code returns the code of the employee.
func (p *Profile) Code() string { return p.person.profile.Employee.Code }

// Record returns the record of the employee. It must not be changed.
func (p *Profile) Record() *competency.Employee { return &p.person.profile.Employee }

// Modalities returns the preferred modalities, the most preferred first.
func (p *Profile) Modalities() []competency.Modality { return p.person.profile.Employee.Modalities }

// Employee returns the view of the employee.
func (p *Profile) Employee() Employee { return Employee{p.people, p.Snapshot, p.person} }

// VisibleEmployee returns the view of the employee where the viewer may see who that is.
func (p *Profile) VisibleEmployee(ctx context.Context) (Employee, error) {
	return p.Employee(), access.CheckPerson(ctx, access.Card, p.person.who, nil)
}

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
	return p.person.evidence(ctx, p.action)
}

// Start returns the track that the evidence on the point of a track was folded from: of the
// mastery that was entered, and of evidence that was dropped.
func (p *Profile) Start(ctx context.Context, t mastery.Track) (mastery.Track, error) {
	evidence, err := p.Evidence(ctx)
	if err != nil {
		return t, err
	}
	return p.person.startOf(ctx, p.Snapshot, t, evidence)
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
