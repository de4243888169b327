package people

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/store"
)

// person is what has been read of one employee. A manager comes with their own record
// alone. What is missing is read when it is asked for, by several fields at once.
type person struct {
	people  *People
	group   *readGroup
	who     *access.Person      // as decisions need to know them
	profile store.Profile       // never changed
	whole   bool                // whether units, manager and states are in it
	rest    lazy[store.Profile] // what has been read since
}

func newPerson(p *People, group *readGroup, read store.Profile, whole bool) *person {
	return &person{people: p, group: group, who: newSubject(read.Employee.Code, read.Lines), profile: read, whole: whole}
}

// check returns an error where a field of the person's record cannot be read, because it was
// edited by other means.
func (p *person) check(field string) error {
	var wrong []fault.Problem
	for _, w := range p.profile.Problems {
		if w.Record == competency.Employees && w.Key == p.profile.Employee.Code && w.Field == field {
			wrong = append(wrong, w)
		}
	}
	return store.UnreadableError(wrong)
}

// checkStates returns an error where a state of a person cannot be read, because it was
// edited by other means. What is known of them is then not all there is.
func checkStates(of store.Profile) error {
	var wrong []fault.Problem
	for _, w := range of.Problems {
		if w.Record == competency.MasteryStates {
			wrong = append(wrong, w)
		}
	}
	return store.UnreadableError(wrong)
}

// load returns all of a person, and reads the rest where only a part has been.
func (p *person) load(ctx context.Context) (store.Profile, error) {
	if p.whole {
		return p.profile, nil
	}
	return p.rest.load(ctx, func() (store.Profile, error) {
		if read, err := p.group.profileOf(ctx, p); read != nil || err != nil {
			return optional.Value(read), err
		}
		return p.people.readProfile(ctx, access.Card, p.profile.Employee.Code)
	})
}

// evidence returns all evidence of the person that counts, the latest first, for an action
// that the viewer may do about them.
func (p *person) evidence(ctx context.Context, a access.Action) ([]competency.Evidence, error) {
	if err := checkPerson(ctx, a, readVerb, p.who, nil); err != nil {
		return nil, err
	}
	return p.group.evidenceOf(ctx, p.people, p.who.Code)
}

// startOf returns the track that the evidence on a point was folded from: of the mastery that
// was entered, and of evidence that was dropped. Evidence is all that the person has on any
// point. Where some was dropped, it costs one read for all people of the answer.
func (p *person) startOf(ctx context.Context, s *catalog.Snapshot, t mastery.Track, evidence []competency.Evidence) (mastery.Track, error) {
	point, left := s.Point(t.Point).Code(), 0
	for _, e := range evidence {
		if slices.Contains(e.KnowledgePoints, point) && !t.Supersedes(e.At) {
			left++
		}
	}
	if t.Results <= left {
		return t.Restart(), nil
	}
	checkpoint, err := p.group.checkpointOf(ctx, p.people, p.who.Code)
	if err != nil {
		return t, err
	}
	start := checkpoint.Restart(point, t.Entered)
	start.Point = t.Point
	return start, nil
}

// readGroup is a batch loader for the people of one answer. It reads the evidence of
// all of them at once, when that of one is first asked for; likewise that of their
// managers. It holds each manager once, so that their record is read once.
type readGroup struct {
	employees evidenceBatch // the people of the answer
	managers  evidenceBatch // of them, where known
	// profiles are those of employees, read together where the group began without their
	// states: nil where it is of one person, or has begun with them.
	profiles *lazy[map[string]store.Profile]

	mu     sync.Mutex
	people map[string]*person        // by code: who may be asked for as a manager
	others map[string]*evidenceBatch // managers of managers, each alone
}

// evidenceBatch are people whose evidence is read together, once.
type evidenceBatch struct {
	members    []*access.Person
	byEmployee lazy[map[string][]competency.Evidence] // that counts, the latest first
	objections lazy[map[string][]Objection]           // the earliest first
	readiness  lazy[map[string][]ReadinessRecord]     // the earliest first
	// checkpoints are what dropped evidence gave. They are read where a state has counted more
	// than there is.
	checkpoints lazy[map[string]string]
}

func newReadGroup(employees ...*access.Person) *readGroup {
	return &readGroup{employees: evidenceBatch{members: employees}}
}

// newReadGroupOf returns the people of a page as one group.
func (p *People) newReadGroupOf(profiles []store.Profile, whole bool) []*person {
	group := &readGroup{people: map[string]*person{}}
	if !whole {
		group.profiles = new(lazy[map[string]store.Profile])
	}
	list := make([]*person, len(profiles))
	for i, profile := range profiles {
		list[i] = newPerson(p, group, profile, whole)
		group.employees.members = append(group.employees.members, list[i].who)
		group.people[profile.Employee.Code] = list[i]
		if manager := profile.Employee.Manager; manager != "" {
			group.managers.members = append(group.managers.members, newSubject(manager, profile.ManagerLines))
		}
	}
	slices.SortFunc(group.managers.members, func(a, b *access.Person) int { return strings.Compare(a.Code, b.Code) })
	group.managers.members = slices.CompactFunc(group.managers.members, func(a, b *access.Person) bool { return a.Code == b.Code })
	return list
}

// manager returns the person of a manager's record, the same for all who report to them.
// Problems of that record come with those who do.
func (g *readGroup) manager(p *People, record competency.Employee, lines store.Lines, problems []fault.Problem) *person {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.people == nil {
		g.people = map[string]*person{}
	}
	known := g.people[record.Code]
	if known == nil {
		known = newPerson(p, g, store.Profile{Employee: record, Lines: lines, Problems: problems}, false)
		g.people[record.Code] = known
	}
	return known
}

// profileOf returns all of one of the employees of the group, and reads the others with them:
// in one round trip. It returns nil for whoever is not one of them.
func (g *readGroup) profileOf(ctx context.Context, who *person) (*store.Profile, error) {
	if g == nil || g.profiles == nil || !slices.Contains(g.employees.members, who.who) {
		return nil, nil
	}
	all, err := g.profiles.load(ctx, func() (map[string]store.Profile, error) {
		q := store.EmployeeQuery{States: true, Lines: true}
		for _, member := range g.employees.members {
			q.Codes = append(q.Codes, member.Code)
		}
		page, err := who.people.store.Employees(ctx, q)
		if err != nil {
			return nil, catalog.StoreFault(err)
		}
		byCode := make(map[string]store.Profile, len(page.Profiles))
		for _, read := range page.Profiles {
			byCode[read.Employee.Code] = read
		}
		return byCode, nil
	})
	if err != nil {
		return nil, err
	}
	read, found := all[who.who.Code]
	if !found {
		return nil, unknownEmployee(who.who.Code)
	}
	if err := access.CheckPerson(ctx, access.Card, newSubject(read.Employee.Code, read.Lines), unknownEmployee(who.who.Code)); err != nil {
		return nil, err
	}
	return &read, nil
}

// evidenceOf returns the evidence of one person, whom the caller has asked about, and reads
// that of the others in the same batch with it. The list is shared, and must not be changed.
func (g *readGroup) evidenceOf(ctx context.Context, p *People, employee string) ([]competency.Evidence, error) {
	batch := g.batchOf(employee)
	all, err := batch.byEmployee.load(ctx, func() (map[string][]competency.Evidence, error) { return batch.read(ctx, p, employee) })
	if err != nil {
		return nil, err
	}
	return all[employee], nil
}

// objectionsOf returns the objections of one person, whom the caller has asked about, and reads
// those of the others in the same batch with them.
func (g *readGroup) objectionsOf(ctx context.Context, p *People, employee string) ([]Objection, error) {
	batch := g.batchOf(employee)
	all, err := batch.objections.load(ctx, func() (map[string][]Objection, error) { return batch.readObjections(ctx, p) })
	return all[employee], err
}

// readinessOf returns the readiness of one person, whom the caller has asked about, and reads
// that of the others in the same batch with it.
func (g *readGroup) readinessOf(ctx context.Context, p *People, employee string) ([]ReadinessRecord, error) {
	batch := g.batchOf(employee)
	all, err := batch.readiness.load(ctx, func() (map[string][]ReadinessRecord, error) {
		codes := make([]string, len(batch.members))
		for i, who := range batch.members {
			codes[i] = who.Code
		}
		return p.readReadiness(ctx, codes)
	})
	return all[employee], err
}

// checkpointOf returns the checkpoint of one person, whose evidence the caller has read, and
// reads those of the others in the same batch with it.
func (g *readGroup) checkpointOf(ctx context.Context, p *People, employee string) (mastery.Checkpoint, error) {
	batch := g.batchOf(employee)
	all, err := batch.checkpoints.load(ctx, func() (map[string]string, error) { return batch.readCheckpoints(ctx, p) })
	if err != nil {
		return nil, err
	}
	return DecodeCheckpoint(employee, all[employee])
}

// batchOf returns the batch that a person belongs to.
func (g *readGroup) batchOf(employee string) *evidenceBatch {
	for _, batch := range []*evidenceBatch{&g.employees, &g.managers} {
		if slices.ContainsFunc(batch.members, func(who *access.Person) bool { return who.Code == employee }) {
			return batch
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.others == nil {
		g.others = map[string]*evidenceBatch{}
	}
	if g.others[employee] == nil {
		g.others[employee] = &evidenceBatch{members: []*access.Person{{Code: employee}}}
	}
	return g.others[employee]
}

// read reads the evidence of one of the batch, and of the others whom the viewer may read.
func (b *evidenceBatch) read(ctx context.Context, p *People, employee string) (map[string][]competency.Evidence, error) {
	var readable []string
	for _, who := range b.members {
		if who.Code == employee || access.CheckPerson(ctx, access.Learner, who, nil) == nil {
			readable = append(readable, who.Code)
		}
	}
	list, err := p.store.Evidence(ctx, store.EvidenceQuery{Employees: readable})
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	list = slices.DeleteFunc(list, func(e competency.Evidence) bool { return e.Retracted })
	if len(readable) == 1 {
		return map[string][]competency.Evidence{readable[0]: list}, nil
	}
	byEmployee := map[string][]competency.Evidence{}
	for _, e := range list {
		byEmployee[e.Employee] = append(byEmployee[e.Employee], e)
	}
	return byEmployee, nil
}

// readCheckpoints reads what dropped evidence of the batch gave. Who may read it is decided
// where the evidence is.
func (b *evidenceBatch) readCheckpoints(ctx context.Context, p *People) (map[string]string, error) {
	codes := make([]string, len(b.members))
	for i, who := range b.members {
		codes[i] = who.Code
	}
	list, err := p.store.Checkpoints(ctx, codes)
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	all := make(map[string]string, len(list))
	for _, c := range list {
		all[c.Employee] = c.Body
	}
	return all, nil
}
