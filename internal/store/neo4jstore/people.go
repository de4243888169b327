package neo4jstore

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/search"
	"github.com/zhitu/zhitu/internal/store"
)

// peoplePerStatement is how many people one statement reads, with all their states.
const peoplePerStatement = 200

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
			list, reading, err = person.loadPeople(ctx, r, []string{employee}, true)
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
// people.
func (d *decoder) loadEmployeePage(ctx context.Context, r statementRunner, q store.EmployeeQuery) (p store.EmployeePage, before, after int64, err error) {
	codes, total, before, err := d.selectCodes(ctx, r, q)
	if err != nil {
		return p, before, 0, err
	}
	p.Total = total
	if p.More = q.First > 0 && len(codes) > q.First; p.More {
		codes = codes[:q.First]
	}
	var reading gateReading
	for first := true; first || len(codes) > 0; first = false {
		n := min(len(codes), peoplePerStatement)
		var profiles []store.Profile
		if profiles, reading, err = d.loadPeople(ctx, r, codes[:n], q.States); err != nil {
			return p, before, 0, err
		}
		p.Profiles, codes = append(p.Profiles, profiles...), codes[n:]
	}
	p.Revision = reading.revision
	return p, before, reading.after, nil
}

// selectCodes returns the codes of a page and one more, sorted. It also returns the
// total, and the gate's counter before the read.
func (d *decoder) selectCodes(ctx context.Context, r statementRunner, q store.EmployeeQuery) (codes []string, total int, before int64, err error) {
	statement, params := selectionStatement(q)
	if statement == "" {
		statement, params = cypher("select employee page"), map[string]any{"after": q.After, "most": int64(q.First) + 1}
	}
	one, err := singleRecord(r.run(ctx, statement, params))
	if err != nil {
		return nil, 0, 0, err
	}
	before, _ = one.Values[0].(int64)
	list, _ := one.Values[1].([]any)
	for _, code := range list {
		codes = append(codes, d.recordOf(competency.Employees, code).codeField("code", code))
	}
	if len(one.Values) == 3 {
		count, _ := one.Values[2].(int64)
		return codes, int(count), before, nil
	}
	total = len(codes)
	slices.Sort(codes)
	if q.After != "" {
		i, found := slices.BinarySearch(codes, q.After)
		if found {
			i++
		}
		codes = codes[i:]
	}
	if q.First > 0 && len(codes) > q.First {
		codes = codes[:q.First+1]
	}
	return codes, total, before, nil
}

// selectionStatement turns a query into a statement; "" for one page of all employees.
func selectionStatement(q store.EmployeeQuery) (statement string, params map[string]any) {
	params = map[string]any{}
	patterns, conditions := []string{}, []string{}
	addPattern := func(name, code, pattern string) {
		if code != "" {
			patterns = append(patterns, fmt.Sprintf(pattern, name))
			params[name] = code
		}
	}
	addPattern("position", q.Position, "(e)-[:HOLDS]->(:Position {code: $%s})")
	addPattern("target", q.Target, "(e)-[:TARGETS]->(:Position {code: $%s})")
	addPattern("manager", q.Manager, "(e)-[:REPORTS_TO]->(:Employee {code: $%s})")
	addPattern("point", q.KnowledgePoint, "(e)-[:MASTERS]->(:KnowledgePoint {code: $%s})")
	if len(q.OrgUnits) > 0 {
		patterns = append(patterns, "(e)-[:MEMBER_OF]->(unit:OrgUnit)")
		conditions, params["units"] = append(conditions, "unit.code IN $units"), q.OrgUnits
	}
	if len(q.Codes) > 0 {
		conditions, params["codes"] = append(conditions, "e.code IN $codes"), q.Codes
	}
	if q.Text != "" {
		conditions, params["words"] = append(conditions, "all(word IN $words WHERE any(form IN word WHERE e.search CONTAINS form))"), wordLists(q.Text)
	}
	if len(patterns)+len(conditions) == 0 && q.First > 0 {
		return "", nil
	}
	statement = cypher("match employees")
	for _, p := range patterns {
		statement += ", " + p
	}
	if len(conditions) > 0 {
		statement += "\nWHERE " + strings.Join(conditions, " AND ")
	}
	return statement + "\n" + cypher("return employee codes"), params
}

// wordLists are the words of a query as the driver takes them.
func wordLists(query string) []any {
	words := []any{}
	for _, word := range search.Words(query) {
		words = append(words, []string(word))
	}
	return words
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
		page, _, err := d.loadPeople(ctx, r, chunk, false)
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

// loadPeople returns the people with these codes, sorted, and their states if wanted, each
// with the problems that they have. The
// states come from the packed states, or in a second round trip from the relationships.
func (d *decoder) loadPeople(ctx context.Context, r statementRunner, codes []string, states bool) ([]store.Profile, gateReading, error) {
	one, err := singleRecord(r.run(ctx, cypher("load people"), map[string]any{"codes": codes, "states": states}))
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
	managers, units := map[string]competency.Employee{}, []competency.OrgUnit{}
	problems := map[any][]fault.Problem{} // of managers and departments, by record
	for _, item := range v[3].([]any) {
		var found decoder
		e := found.decodeEmployee(item.([]any))
		managers[e.Code], problems[employeeKey(e.Code)] = e, found.problems
	}
	for _, item := range v[4].([]any) {
		var found decoder
		u := found.decodeUnit(item.([]any))
		units, problems[unitKey(u.Code)] = append(units, u), found.problems
	}
	tree := competency.NewOrgTree(units)
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
		if states {
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
