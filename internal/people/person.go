package people

import (
	"context"
	"slices"
	"sync"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// person is what has been read of one employee. A manager comes with their own record
// alone. What is missing is read when it is asked for, by several fields at once.
type person struct {
	people  *People
	group   *readGroup
	profile store.Profile // never changed
	whole   bool          // whether units, manager and states are in it

	mu   sync.Mutex
	rest *store.Profile // what has been read since
}

// load returns all of a person, and reads the rest where only a part has been.
func (p *person) load(ctx context.Context) (store.Profile, error) {
	if p.whole {
		return p.profile, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rest == nil {
		read, err := p.people.readProfile(ctx, p.profile.Employee.Code)
		if err != nil {
			return read, err
		}
		p.rest = &read
	}
	return *p.rest, nil
}

// evidence returns all evidence of the person that counts, the latest first.
func (p *person) evidence(ctx context.Context) ([]competency.Evidence, error) {
	return p.group.evidenceOf(ctx, p.people, p.profile.Employee.Code)
}

// readGroup is a batch loader for the people of one answer. It reads the evidence of
// all of them at once, when that of one is first asked for; likewise that of their
// managers. It holds each manager once, so that their record is read once.
type readGroup struct {
	employees []string // the people of the answer
	managers  []string // of them, where known

	peopleMu sync.Mutex
	people   map[string]*person // by code: who may be asked for as a manager

	evidenceMu sync.Mutex
	evidence   map[string][]competency.Evidence // by employee, of those who have been read
}

func newReadGroup(employees ...string) *readGroup { return &readGroup{employees: employees} }

// newReadGroupOf returns the people of a page as one group.
func (p *People) newReadGroupOf(profiles []store.Profile, whole bool) []*person {
	group := &readGroup{people: map[string]*person{}}
	list := make([]*person, len(profiles))
	for i, profile := range profiles {
		list[i] = &person{people: p, group: group, profile: profile, whole: whole}
		group.employees = append(group.employees, profile.Employee.Code)
		group.people[profile.Employee.Code] = list[i]
		if manager := profile.Employee.Manager; manager != "" {
			group.managers = append(group.managers, manager)
		}
	}
	slices.Sort(group.managers)
	group.managers = slices.Compact(group.managers)
	return list
}

// manager returns the person of a manager's record, the same for all who report to them.
func (g *readGroup) manager(p *People, record competency.Employee) *person {
	g.peopleMu.Lock()
	defer g.peopleMu.Unlock()
	if g.people == nil {
		g.people = map[string]*person{}
	}
	known := g.people[record.Code]
	if known == nil {
		known = &person{people: p, group: g, profile: store.Profile{Employee: record}}
		g.people[record.Code] = known
	}
	return known
}

// evidenceOf returns the evidence of one person, and reads that of the others in the
// group with it. Others whom the viewer may not read are left out.
func (g *readGroup) evidenceOf(ctx context.Context, p *People, employee string) ([]competency.Evidence, error) {
	if err := access.Check(ctx, access.Learner, access.Subject{Employee: employee}); err != nil {
		return nil, err
	}
	g.evidenceMu.Lock()
	defer g.evidenceMu.Unlock()
	if list, read := g.evidence[employee]; read {
		return slices.Clone(list), nil
	}
	codes := []string{employee}
	for _, together := range [][]string{g.employees, g.managers} {
		if slices.Contains(together, employee) {
			codes = slices.Clone(together)
			break
		}
	}
	codes = slices.DeleteFunc(codes, func(code string) bool {
		_, read := g.evidence[code]
		return read || access.Check(ctx, access.Learner, access.Subject{Employee: code}) != nil
	})
	list, err := p.store.Evidence(ctx, store.EvidenceQuery{Employees: codes})
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	if g.evidence == nil {
		g.evidence = map[string][]competency.Evidence{}
	}
	for _, code := range codes {
		g.evidence[code] = nil
	}
	for _, e := range list {
		if !e.Retracted {
			g.evidence[e.Employee] = append(g.evidence[e.Employee], e)
		}
	}
	return slices.Clone(g.evidence[employee]), nil
}
