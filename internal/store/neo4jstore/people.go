package neo4jstore

import (
	"context"
	"iter"
	"reflect"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// How many people one statement reads, with all their states or without.
const (
	peoplePerStatement    = 200
	statelessPerStatement = 1000
)

// OrgUnits returns all departments.
func (s *Store) OrgUnits(ctx context.Context) (units []competency.OrgUnit, err error) {
	var found decoder
	err = s.callServer(ctx, "org units", s.timeout, func(ctx context.Context) error {
		return s.consistentRead(ctx, withGateCheck(peopleGate, func(ctx context.Context, r statementRunner) error {
			records, err := r.run(ctx, cypher("load units"), nil)
			units, found = nil, decoder{}
			for _, record := range records {
				units = append(units, found.decodeUnit(record.Values))
			}
			return err
		}))
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(units, func(a, b competency.OrgUnit) int { return strings.Compare(a.Code, b.Code) })
	return units, fault.FromProblems(found.problems)
}

// Profile returns one person with all states.
func (s *Store) Profile(ctx context.Context, employee string) (_ store.Profile, err error) {
	var list []store.Profile
	err = s.callServer(ctx, "profile", s.timeout, func(ctx context.Context) error {
		if err := s.checkExternalEdits(ctx); err != nil {
			return err
		}
		return s.consistentRead(ctx, func(ctx context.Context, r statementRunner) (before, after int64, err error) {
			person := decoder{pointOrdinals: &s.pointOrdinals}
			var reading gateReading
			list, reading, err = person.loadPeople(ctx, r, []string{employee}, profileParts{states: true, lines: true})
			return reading.before, reading.after, err
		})
	})
	switch {
	case err != nil:
		return store.Profile{}, err
	case len(list) == 0:
		return store.Profile{}, s.wrapError(ctx, "profile", store.ErrNotFound)
	}
	if err := store.UnreadableError(list[0].OwnProblems()); err != nil {
		return store.Profile{}, s.wrapError(ctx, "profile", err)
	}
	return list[0], nil
}

// Employees returns one page of the employees that a query selects.
func (s *Store) Employees(ctx context.Context, q store.EmployeeQuery) (p store.EmployeePage, err error) {
	limit := s.timeout
	if q.First == 0 { // it may select all employees
		limit = longTimeout
	}
	err = s.callServer(ctx, "employees", limit, func(ctx context.Context) error {
		return s.consistentRead(ctx, func(ctx context.Context, r statementRunner) (before, after int64, err error) {
			page := decoder{pointOrdinals: &s.pointOrdinals} // people without a code are verify's to tell
			p, before, after, err = page.loadEmployeePage(ctx, r, q)
			return before, after, err
		})
	})
	if err != nil {
		return store.EmployeePage{}, err
	}
	return p, nil
}

// loadEmployeePage answers a query in two round trips: the selected codes, then the
// people. Where it is codes alone that select, it needs the second one only.
func (d *decoder) loadEmployeePage(ctx context.Context, r statementRunner, q store.EmployeeQuery) (p store.EmployeePage, before, after int64, err error) {
	codes, known := codesAlone(q)
	if !known {
		if codes, p.Total, before, err = d.selectCodes(ctx, r, q); err != nil {
			return p, before, 0, err
		}
	}
	if p.More = q.First > 0 && len(codes) > q.First; p.More {
		codes = codes[:q.First]
	}
	size := statelessPerStatement
	if q.States {
		size = peoplePerStatement
	}
	var reading gateReading
	for first := true; first || len(codes) > 0; first = false {
		n := min(len(codes), size)
		var profiles []store.Profile
		if profiles, reading, err = d.loadPeople(ctx, r, codes[:n], profileParts{q.States, q.Lines}); err != nil {
			return p, before, 0, err
		}
		if first && known {
			before = reading.before
		}
		p.Profiles, codes = append(p.Profiles, profiles...), codes[n:]
	}
	if known {
		p.Total = len(p.Profiles)
	}
	p.Revision = reading.revision
	return p, before, reading.after, nil
}

// codesAlone returns the codes of a query, sorted and each once, where nothing else selects.
func codesAlone(q store.EmployeeQuery) (codes []string, ok bool) {
	other := q
	other.Codes, other.Reaches, other.States, other.Lines = nil, nil, false, false
	if len(q.Codes) == 0 || len(q.Restrictions()) > 0 || !reflect.ValueOf(other).IsZero() {
		return nil, false
	}
	codes = slices.Sorted(slices.Values(q.Codes))
	return slices.Compact(codes), true
}

// Profiles streams all people with their states, read from the relationships. It
// collects them all first: a consistent read is only confirmed when it has ended.
func (s *Store) Profiles(ctx context.Context) iter.Seq2[store.Profile, error] {
	return func(yield func(store.Profile, error) bool) {
		var all []store.Profile
		var found decoder
		err := s.callServer(ctx, "profiles", longTimeout*4, func(ctx context.Context) error {
			return s.consistentRead(ctx, withGateCheck(peopleGate, func(ctx context.Context, r statementRunner) (err error) {
				found = decoder{}
				all, err = found.loadAllProfiles(ctx, r)
				return err
			}))
		})
		for i := 0; err == nil && i < len(all); i++ {
			if err = ctx.Err(); err == nil && !yield(all[i], nil) {
				return
			}
		}
		if err == nil {
			err = fault.FromProblems(found.problems)
		}
		if err != nil {
			yield(store.Profile{}, s.wrapError(ctx, "profiles", err))
		}
	}
}

func (d *decoder) loadAllProfiles(ctx context.Context, r statementRunner) (all []store.Profile, err error) {
	codes, err := d.loadEmployeeCodes(ctx, r)
	if err != nil {
		return nil, err
	}
	for chunk := range slices.Chunk(codes, peoplePerStatement) {
		page, _, err := d.loadPeople(ctx, r, chunk, profileParts{})
		if err != nil {
			return nil, err
		}
		if _, err := d.loadStates(ctx, r, page, chunk); err != nil {
			return nil, err
		}
		all = append(all, page...)
	}
	return all, nil
}

// loadEmployeeCodes returns the codes of all employees, sorted.
func (d *decoder) loadEmployeeCodes(ctx context.Context, r statementRunner) (codes []string, err error) {
	one, err := singleRecord(r.run(ctx, cypher("load employee codes"), nil))
	if err != nil {
		return nil, err
	}
	list, _ := one.Values[0].([]any)
	for _, item := range list {
		code := item.([]any)[0]
		if text := d.recordOf(competency.Employees, code).codeField("code", code); text != "" {
			codes = append(codes, text)
		}
	}
	slices.Sort(codes)
	return codes, nil
}

// Keys of the problems of a record.
type (
	employeeKey string
	unitKey     string
)

// gateReading is the gate's counter before and after a statement, and the revision.
type gateReading struct {
	before, after int64
	revision      store.Revision
}

// profileParts are the parts of a profile that not every question needs.
type profileParts struct{ states, lines bool }

// loadPeople returns the people with these codes, sorted, each with the problems that they
// have. The states come from the packed states, or in a second round trip from the relationships.
func (d *decoder) loadPeople(ctx context.Context, r statementRunner, codes []string, with profileParts) ([]store.Profile, gateReading, error) {
	units := "load units of people"
	if with.lines {
		units = "load units and lines of people"
	}
	one, err := singleRecord(r.run(ctx, cypher("load people", "UNITS", cypher(units)), map[string]any{"codes": codes, "states": with.states}))
	if err != nil {
		return nil, gateReading{}, err
	}
	v := one.Values
	gateBefore, ok := v[0].(int64)
	revision, ok2 := v[1].(int64)
	gateAfter, ok3 := v[5].(int64)
	if !ok || !ok2 || !ok3 {
		return nil, gateReading{}, errDatabaseReplaced
	}
	reading := gateReading{gateBefore, gateAfter, store.Revision(revision)}
	managers, departments := map[string]competency.Employee{}, []competency.OrgUnit{}
	problems := map[any][]fault.Problem{} // of managers and departments, by record
	for _, item := range v[3].([]any) {
		var found decoder
		e := found.decodeEmployee(item.([]any))
		managers[e.Code], problems[employeeKey(e.Code)] = e, found.problems
	}
	for _, item := range v[4].([]any) {
		var found decoder
		u := found.decodeUnit(item.([]any))
		departments, problems[unitKey(u.Code)] = append(departments, u), found.problems
	}
	tree := competency.NewOrgTree(departments)
	lines := lineSource(v[4].([]any), v[6].([]any), v[7].([]any))
	var list []store.Profile
	var unusable []string
	for _, item := range v[2].([]any) {
		var found decoder
		fields := item.([]any)
		p := store.Profile{Employee: found.decodeEmployee(fields), Revision: reading.revision}
		p.Problems = found.problems
		p.Units = tree.Above(p.Employee.OrgUnit)
		for _, u := range p.Units {
			p.Problems = append(p.Problems, problems[unitKey(u.Code)]...)
		}
		if manager, ok := managers[p.Employee.Manager]; ok {
			p.Manager = &manager
			p.Problems = append(p.Problems, problems[employeeKey(manager.Code)]...)
		}
		if with.lines {
			p.Lines = lines.Lines(p.Employee.Code)
			if p.Manager != nil {
				p.ManagerLines = lines.Lines(p.Manager.Code)
			}
		}
		if with.states {
			var usable bool
			if p.States, usable, err = d.statesFromPacked(ctx, r, p.Employee.Code, fields[7].([]any)); err != nil {
				return nil, gateReading{}, err
			}
			if !usable {
				unusable = append(unusable, p.Employee.Code)
			}
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b store.Profile) int { return strings.Compare(a.Employee.Code, b.Employee.Code) })
	if len(unusable) > 0 {
		reading.after, err = d.loadStates(ctx, r, list, unusable)
	}
	return list, reading, err
}

// lineSource decodes what "load units and lines of people" returns. Where another program
// has given a record several managers, departments or parents, all of them count, as they
// do where a reach selects people.
func lineSource(units, above, departments []any) store.LineSource {
	s := store.LineSource{Managers: map[string][]string{}, Departments: map[string][]string{}, Parents: map[string][]string{}, ReportDepartments: map[string][]string{}}
	for _, item := range units {
		v := item.([]any)
		addCodes(s.Parents, v[0], v[2].([]any)...)
	}
	for _, item := range above {
		v := item.([]any)
		addCodes(s.Managers, v[0], v[1].([]any)...)
	}
	for _, item := range departments {
		v := item.([]any)
		of := s.Departments
		if steps, _ := v[1].(int64); steps > 0 {
			of = s.ReportDepartments
		}
		addCodes(of, v[0], v[2])
	}
	return s
}

// addCodes adds codes to those of a record. What is no code is told as a problem elsewhere.
func addCodes(all map[string][]string, record any, codes ...any) {
	key, _ := record.(string)
	list := all[key]
	for _, code := range codes {
		if code, ok := code.(string); ok {
			list = append(list, code)
		}
	}
	all[key] = list
}

// loadStates fills in the states of the people with these codes, from the relationships.
// It returns the gate's counter after the read.
func (d *decoder) loadStates(ctx context.Context, r statementRunner, list []store.Profile, codes []string) (after int64, err error) {
	one, err := singleRecord(r.run(ctx, cypher("load states"), map[string]any{"codes": codes}))
	if err != nil {
		return 0, err
	}
	for _, item := range one.Values[0].([]any) {
		person := item.([]any)
		code, _ := person[0].(string)
		i, ok := slices.BinarySearchFunc(list, code, func(p store.Profile, code string) int { return strings.Compare(p.Employee.Code, code) })
		if ok {
			var found decoder
			list[i].States = found.decodeStates(code, person[1].([]any))
			list[i].Problems = append(list[i].Problems, found.problems...)
		}
	}
	after, ok := one.Values[1].(int64)
	if !ok {
		return 0, errDatabaseReplaced
	}
	return after, nil
}

func (d *decoder) decodeEmployee(v []any) competency.Employee {
	r := d.recordOf(competency.Employees, v[0])
	return competency.Employee{
		Code: r.codeField("code", v[0]), Name: r.textField("name", v[1]), Modalities: textListField[competency.Modality](r, "modalities", v[2]),
		OrgUnit: r.singleField("org_unit", v[3]), Position: r.singleField("position", v[4]), Manager: r.singleField("manager", v[5]), Targets: r.orderedField("targets", v[6]),
	}
}

func (d *decoder) decodeUnit(v []any) competency.OrgUnit {
	r := d.recordOf(competency.OrgUnits, v[0])
	return competency.OrgUnit{Code: r.codeField("code", v[0]), Name: r.textField("name", v[1]), Parent: r.singleField("parent", v[2])}
}

func (d *decoder) decodeStates(employee string, items []any) []competency.Assessment {
	if len(items) == 0 {
		return nil
	}
	list := make([]competency.Assessment, 0, len(items))
	for _, item := range items {
		v := item.([]any)
		r := d.relationshipOf(competency.MasteryStates, employee, v[0])
		a := competency.Assessment{Employee: employee, KnowledgePoint: r.codeField("knowledge_point", v[0]), AssessedAt: r.timeField("assessedAt", v[2])}
		if m := r.floatField("mastery", v[1]); m != nil {
			a.Mastery = *m
			a.Model = r.numbersField("model", v[4])
		} else if v[1] == nil {
			r.addProblem("mastery", "there is no mastery: set it to a number from 0 to 1", "缺少 mastery：请设为 0 到 1 之间的数")
		}
		list = append(list, a)
	}
	slices.SortFunc(list, comparePoints)
	return list
}

func comparePoints(a, b competency.Assessment) int {
	return strings.Compare(a.KnowledgePoint, b.KnowledgePoint)
}
