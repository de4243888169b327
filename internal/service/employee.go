package service

import (
	"context"
	"errors"
	"iter"
	"strings"
	"sync"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/store"
)

// Employee is a person as one read of the store shows them.
type Employee struct {
	s *Service
	e *edition
	*person
}

// person is what has been read of somebody. A manager comes with their own
// record alone; the rest is read when it is asked for, by several fields at once.
type person struct {
	profile store.Profile // never changed
	whole   bool          // units, manager and states are there
	mu      sync.Mutex
	rest    *store.Profile // what has been read since
}

// EmployeeFilter selects employees; all that is given must hold.
type EmployeeFilter struct{ Text, OrgUnit, Position, Target, Manager *string }

// Employee returns the employee with a code, in one round trip.
func (s *Service) Employee(ctx context.Context, code string) (*Employee, error) {
	profile, e, err := s.profile(ctx, code)
	if err != nil {
		return nil, err
	}
	return &Employee{s, e, &person{profile: profile, whole: true}}, nil
}

// profile reads one person and takes the edition that answers about them.
func (s *Service) profile(ctx context.Context, code string) (store.Profile, *edition, error) {
	p, err := s.read(ctx, code)
	if err != nil {
		return p, nil, err
	}
	e, err := s.editionAt(ctx, p.Revision)
	return p, e, err
}

// read reads one person.
func (s *Service) read(ctx context.Context, code string) (store.Profile, error) {
	p, err := s.store.Profile(ctx, competency.Code(code))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return p, notFound("employee", "员工", code)
	case err != nil:
		return p, unavailable(err)
	}
	return p, nil
}

// Employees returns a page of the employees, by code, in one round trip. It
// brings their states where the caller is going to read them.
func (s *Service) Employees(ctx context.Context, first int, after *string, f *EmployeeFilter, states bool) (none Page[Employee], err error) {
	p, err := newPaging(first, after)
	if err != nil {
		return none, err
	}
	if f == nil {
		f = &EmployeeFilter{}
	}
	var units []string
	if code := competency.Code(value(f.OrgUnit)); code != "" {
		units = []string{code}
	}
	page, err := s.store.Employees(ctx, store.EmployeeQuery{
		Text: strings.TrimSpace(value(f.Text)), OrgUnits: units, Position: competency.Code(value(f.Position)),
		Target: competency.Code(value(f.Target)), Manager: competency.Code(value(f.Manager)),
		After: p.after, First: max(1, p.first), States: states,
	})
	if err != nil {
		return none, unavailable(err)
	}
	e, err := s.editionAt(ctx, page.Revision)
	if err != nil {
		return none, err
	}
	nodes := []Employee{}
	for _, profile := range page.Profiles {
		nodes = append(nodes, Employee{s, e, &person{profile: profile, whole: states}})
	}
	if p.first == 0 { // a store's 0 means all
		page.More, nodes = len(nodes) > 0, nodes[:0]
	}
	return newPage(nodes, page.Total, p.after, page.More, Employee.Code), nil
}

// value returns what a pointer points to, the zero value for nil.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// load returns all of somebody, and reads the rest where only a part has been.
func (p Employee) load(ctx context.Context) (store.Profile, error) {
	if p.whole {
		return p.profile, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rest == nil {
		profile, _, err := p.s.profile(ctx, p.Code())
		if err != nil {
			return profile, err
		}
		p.rest = &profile
	}
	return *p.rest, nil
}

// ID returns the global id.
func (p Employee) ID() string { return globalID("Employee", p.Code()) }

// Code returns the business key.
func (p Employee) Code() string { return p.profile.Employee.Code }

// Name returns the name.
func (p Employee) Name() string { return p.profile.Employee.Name }

// Position returns the position held, if any.
func (p Employee) Position() *Position {
	held, err := p.e.position(p.profile.Employee.Position)
	if err != nil {
		return nil
	}
	return held
}

// Targets returns the positions aimed at, in the person's order.
func (p Employee) Targets() []Position {
	targets := []Position{}
	for _, code := range p.profile.Employee.Targets {
		if target, err := p.e.position(code); err == nil {
			targets = append(targets, *target)
		}
	}
	return targets
}

// Modalities returns the preferred modalities, the dearest first.
func (p Employee) Modalities() []competency.Modality { return p.profile.Employee.Modalities }

// OrgUnit returns the department, if any.
func (p Employee) OrgUnit(ctx context.Context) (*OrgUnit, error) {
	if p.profile.Employee.OrgUnit == "" {
		return nil, nil
	}
	units := p.profile.Units
	if len(units) == 0 {
		profile, err := p.load(ctx)
		if err != nil {
			return nil, err
		}
		units = profile.Units
	}
	return newOrgUnit(units), nil
}

// Manager returns whom they report to, if anybody.
func (p Employee) Manager(ctx context.Context) (*Employee, error) {
	if p.profile.Employee.Manager == "" {
		return nil, nil
	}
	manager := p.profile.Manager
	if manager == nil {
		profile, err := p.load(ctx)
		if err != nil || profile.Manager == nil {
			return nil, err
		}
		manager = profile.Manager
	}
	return &Employee{p.s, p.e, &person{profile: store.Profile{Employee: *manager}}}, nil
}

// States returns what is known of the person, by point.
func (p Employee) States(ctx context.Context) ([]MasteryState, error) {
	profile, err := p.load(ctx)
	if err != nil {
		return nil, err
	}
	return listed(ctx, p.s.masteryStates(p.e, profile.States))
}

// tracks translates what a store says of a person to an edition. A point that
// the edition does not hold has come or gone since; it says nothing here.
func (e *edition) tracks(list []competency.Assessment) iter.Seq[mastery.Track] {
	return func(yield func(mastery.Track) bool) {
		for _, a := range list {
			n, ok := e.graph.Find(a.KnowledgePoint)
			if !ok || !e.graph.IsPoint(n) {
				continue
			}
			if !yield(mastery.NewTrack(mastery.State{Point: n, Mastery: a.Mastery, AssessedAt: a.AssessedAt}, a.Model)) {
				return
			}
		}
	}
}

func (e *edition) states(list []competency.Assessment) []mastery.State {
	states := make([]mastery.State, 0, len(list))
	for t := range e.tracks(list) {
		states = append(states, t.State)
	}
	return states
}

// OrgUnit is a department with those above it.
type OrgUnit struct{ chain []competency.OrgUnit }

func newOrgUnit(chain []competency.OrgUnit) *OrgUnit {
	if len(chain) == 0 {
		return nil
	}
	return &OrgUnit{chain}
}

// ID returns the global id.
func (u OrgUnit) ID() string { return globalID("OrgUnit", u.Code()) }

// Code returns the business key.
func (u OrgUnit) Code() string { return u.chain[0].Code }

// Name returns the name.
func (u OrgUnit) Name() string { return u.chain[0].Name }

// Parent returns the department above, nil at the top.
func (u OrgUnit) Parent() *OrgUnit { return newOrgUnit(u.chain[1:]) }

// OrgUnit returns the department with a code.
func (s *Service) OrgUnit(ctx context.Context, code string) (*OrgUnit, error) {
	units, err := s.orgUnits(ctx)
	if err != nil {
		return nil, err
	}
	if chain := units.above(competency.Code(code)); len(chain) > 0 {
		return newOrgUnit(chain), nil
	}
	return nil, notFound("department", "部门", code)
}

// OrgUnitPage returns a page of the departments, by code.
func (s *Service) OrgUnitPage(ctx context.Context, first int, after *string) (none Page[OrgUnit], err error) {
	p, err := newPaging(first, after)
	if err != nil {
		return none, err
	}
	units, err := s.orgUnits(ctx)
	if err != nil {
		return none, err
	}
	return paginate(units.all, p, func(u *competency.OrgUnit) string { return u.Code }, func(int) bool { return true },
		func(i int) OrgUnit { return OrgUnit{units.above(units.all[i].Code)} }, OrgUnit.Code), nil
}

type unitTree struct {
	all    []competency.OrgUnit
	byCode map[string]competency.OrgUnit
}

func (s *Service) orgUnits(ctx context.Context) (unitTree, error) {
	all, err := s.OrgUnits(ctx)
	tree := unitTree{all, make(map[string]competency.OrgUnit, len(all))}
	for _, u := range all {
		tree.byCode[u.Code] = u
	}
	return tree, err
}

// above returns a department and those above it, nearest first.
func (t unitTree) above(code string) []competency.OrgUnit {
	var chain []competency.OrgUnit
	for u, ok := t.byCode[code]; ok && len(chain) < len(t.all); u, ok = t.byCode[u.Parent] {
		chain = append(chain, u)
	}
	return chain
}
