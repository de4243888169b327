package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/search"
	"github.com/zhitu/zhitu/internal/store"
)

// streamPage is how many people Profiles holds at a time.
const streamPage = 200

// OrgUnits returns all departments.
func (s *Store) OrgUnits(ctx context.Context) ([]competency.OrgUnit, error) {
	var list []competency.OrgUnit
	err := s.readTx(ctx, func(tx *sql.Tx) (err error) {
		list, err = queryAll(ctx, tx, scanUnit, `SELECT code, name, coalesce(parent, '') FROM org_units ORDER BY code`)
		return err
	})
	return list, wrapError(ctx, "org units", err)
}

// Employees returns one page of the employees that a query selects.
func (s *Store) Employees(ctx context.Context, q store.EmployeeQuery) (store.EmployeePage, error) {
	var p store.EmployeePage
	err := s.readTx(ctx, func(tx *sql.Tx) (err error) {
		p, err = readPage(ctx, tx, q)
		return err
	})
	return p, wrapError(ctx, "employees", err)
}

// Profile returns one person with all states.
func (s *Store) Profile(ctx context.Context, employee string) (store.Profile, error) {
	var p store.Profile
	err := s.readTx(ctx, func(tx *sql.Tx) error {
		revision, err := readRevision(ctx, tx)
		if err != nil {
			return err
		}
		people, err := selectEmployees(ctx, tx, `code = ?`, employee)
		if err != nil {
			return err
		}
		found, err := completeProfiles(ctx, tx, people, revision, profileParts{states: true, lines: true})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return store.ErrNotFound
		}
		p = found[0]
		return nil
	})
	return p, wrapError(ctx, "profile", err)
}

// errStopped ends a stream whose reader has had enough.
var errStopped = errors.New("left early")

// Profiles streams all employees with their states.
func (s *Store) Profiles(ctx context.Context) iter.Seq2[store.Profile, error] {
	return func(yield func(store.Profile, error) bool) {
		err := s.forEachProfile(ctx, func(p store.Profile) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if !yield(p, nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(store.Profile{}, wrapError(ctx, "profiles", err))
		}
	}
}

// forEachProfile gives all people of one moment, in order.
func (s *Store) forEachProfile(ctx context.Context, give func(store.Profile) error) error {
	if !s.inMemory() {
		return s.readTx(ctx, func(tx *sql.Tx) error { return streamProfiles(ctx, tx, give) })
	}
	// Whoever is given them may want the one connection meanwhile.
	var all []store.Profile
	err := s.readTx(ctx, func(tx *sql.Tx) error {
		return streamProfiles(ctx, tx, func(p store.Profile) error { all = append(all, p); return nil })
	})
	for i := 0; err == nil && i < len(all); i++ {
		err = give(all[i])
	}
	return err
}

func streamProfiles(ctx context.Context, tx *sql.Tx, give func(store.Profile) error) error {
	revision, err := readRevision(ctx, tx)
	if err != nil {
		return err
	}
	for after := ""; ; {
		people, err := selectEmployees(ctx, tx, `code > ? ORDER BY code LIMIT ?`, after, streamPage)
		if err != nil {
			return err
		}
		list, err := completeProfiles(ctx, tx, people, revision, profileParts{states: true})
		if err != nil {
			return err
		}
		for _, p := range list {
			if err := give(p); err != nil {
				return err
			}
			after = p.Employee.Code
		}
		if len(list) < streamPage {
			return nil
		}
	}
}

// readPage answers a query in as many statements as it has parts, however many
// people there are.
func readPage(ctx context.Context, tx *sql.Tx, q store.EmployeeQuery) (store.EmployeePage, error) {
	var p store.EmployeePage
	var people []competency.Employee
	var err error
	if p.Revision, err = readRevision(ctx, tx); err != nil {
		return p, err
	}
	if p.Total, people, err = selectPage(ctx, tx, q); err != nil {
		return p, err
	}
	if p.More = q.First > 0 && len(people) > q.First; p.More {
		people = people[:q.First]
	}
	p.Profiles, err = completeProfiles(ctx, tx, people, p.Revision, profileParts{q.States, q.Lines})
	return p, err
}

// selectPage returns the people of a page, one more where there is more, and how many the
// query selects. The walks of a reach are made once, for both.
func selectPage(ctx context.Context, tx *sql.Tx, q store.EmployeeQuery) (total int, people []competency.Employee, err error) {
	most := -1 // all
	if q.First > 0 {
		most = q.First + 1
	}
	where, args := employeeConditions(q)
	if len(q.Restrictions()) == 0 {
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM employees WHERE `+where, args...).Scan(&total); err != nil {
			return 0, nil, err
		}
		people, err = selectEmployees(ctx, tx, where+` AND code > ? ORDER BY code LIMIT ?`, append(args, q.After, most)...)
		return total, people, err
	}
	var codes string
	err = tx.QueryRowContext(ctx, `
		WITH selected (code) AS MATERIALIZED (SELECT code FROM employees WHERE `+where+`)
		SELECT (SELECT count(*) FROM selected),
			(SELECT json_group_array(code) FROM (SELECT code FROM selected WHERE code > ? ORDER BY code LIMIT ?))`,
		append(args, q.After, most)...).Scan(&total, &codes)
	if err != nil {
		return 0, nil, err
	}
	people, err = selectEmployees(ctx, tx, `code IN (SELECT value FROM json_each(?)) ORDER BY code`, codes)
	return total, people, err
}

// employeeConditions turns a query into a condition on employees.
func employeeConditions(q store.EmployeeQuery) (where string, args []any) {
	conditions := []string{"true"}
	when := func(given bool, condition string, values ...any) {
		if given {
			conditions, args = append(conditions, condition), append(args, values...)
		}
	}
	when(len(q.Codes) > 0, `code IN (SELECT value FROM json_each(?))`, encodeList(q.Codes))
	when(len(q.Called) > 0, `(code IN (SELECT value FROM json_each(?)) OR name IN (SELECT value FROM json_each(?)))`, encodeList(q.Called), encodeList(q.Called))
	when(q.Text != "", `NOT EXISTS (SELECT 1 FROM json_each(?) word WHERE NOT EXISTS (
		SELECT 1 FROM json_each(word.value) form WHERE instr(search, form.value) > 0))`, encodeList(search.Words(q.Text)))
	when(len(q.OrgUnits) > 0, `org_unit IN (SELECT value FROM json_each(?))`, encodeList(q.OrgUnits))
	when(q.Position != "", `position = ?`, q.Position)
	when(q.Target != "", `code IN (SELECT employee FROM employee_targets WHERE position = ?)`, q.Target)
	when(q.Manager != "", `manager = ?`, q.Manager)
	when(q.KnowledgePoint != "", `code IN (SELECT employee FROM mastery WHERE knowledge_point = ?)`, q.KnowledgePoint)
	for _, r := range q.Restrictions() {
		condition, values := reachCondition(r)
		when(true, condition, values...)
	}
	return strings.Join(conditions, " AND "), args
}

// profileParts are the parts of a profile that not every question needs.
type profileParts struct{ states, lines bool }

// completeProfiles completes people with what belongs to them.
func completeProfiles(ctx context.Context, tx *sql.Tx, people []competency.Employee, revision store.Revision, with profileParts) ([]store.Profile, error) {
	if len(people) == 0 {
		return nil, nil
	}
	codes, units, managers := make([]string, len(people)), []string{}, []string{}
	for i, e := range people {
		codes[i] = e.Code
		units, managers = append(units, e.OrgUnit), append(managers, e.Manager)
	}
	bosses, err := selectEmployees(ctx, tx, `code IN (SELECT value FROM json_each(?)) ORDER BY code`, encodeList(managers))
	if err != nil {
		return nil, err
	}
	var source store.LineSource
	if with.lines {
		var departments []string
		if source, departments, err = readLineSource(ctx, tx, people, bosses); err != nil {
			return nil, err
		}
		units = append(units, departments...)
	}
	tree, err := readUnitsAbove(ctx, tx, units)
	if err != nil {
		return nil, err
	}
	source.Parents = parentsOf(tree)
	var states []competency.Assessment
	if with.states {
		states, err = queryAll(ctx, tx, scanAssessment, selectStates+`
			WHERE employee IN (SELECT value FROM json_each(?)) ORDER BY employee, knowledge_point`, encodeList(codes))
		if err != nil {
			return nil, err
		}
	}
	list := make([]store.Profile, len(people))
	for i, e := range people {
		// Both are in the order of codes.
		n := 0
		for n < len(states) && states[n].Employee == e.Code {
			n++
		}
		list[i] = store.Profile{Employee: e, Units: tree.Above(e.OrgUnit), Manager: findEmployee(bosses, e.Manager), Revision: revision}
		if n > 0 {
			list[i].States, states = states[:n:n], states[n:]
		}
		if with.lines {
			list[i].Lines = source.Lines(e.Code)
			if list[i].Manager != nil {
				list[i].ManagerLines = source.Lines(e.Manager)
			}
		}
	}
	return list, nil
}

// readUnitsAbove returns units and all above them. UNION drops what is known
// already, and so ends even where the units form a ring.
func readUnitsAbove(ctx context.Context, tx *sql.Tx, codes []string) (*competency.OrgTree, error) {
	slices.Sort(codes)
	units, err := queryAll(ctx, tx, scanUnit, `
		WITH RECURSIVE above (code) AS (
			SELECT value FROM json_each(?)
			UNION
			SELECT parent FROM above JOIN org_units USING (code)
		)
		SELECT code, name, coalesce(parent, '') FROM above JOIN org_units USING (code)`, encodeList(slices.Compact(codes)))
	return competency.NewOrgTree(units), err
}

// findEmployee returns a copy of the employee with a code, nil where there is none.
func findEmployee(people []competency.Employee, code string) *competency.Employee {
	i, ok := slices.BinarySearchFunc(people, code, func(e competency.Employee, code string) int {
		return strings.Compare(e.Code, code)
	})
	if !ok {
		return nil
	}
	return new(people[i])
}

func selectEmployees(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]competency.Employee, error) {
	return queryAll(ctx, tx, scanEmployee, `
		SELECT code, name, coalesce(org_unit, ''), coalesce(position, ''), modalities, coalesce(manager, ''), (
			SELECT json_group_array(t.position ORDER BY t.place)
			FROM employee_targets t WHERE t.employee = code)
		FROM employees WHERE `+where, args...)
}

func scanEmployee(row *sql.Rows, e *competency.Employee) error {
	return row.Scan(&e.Code, &e.Name, &e.OrgUnit, &e.Position, (*jsonList[competency.Modality])(&e.Modalities), &e.Manager,
		(*jsonList[string])(&e.Targets))
}

func scanUnit(row *sql.Rows, u *competency.OrgUnit) error {
	return row.Scan(&u.Code, &u.Name, &u.Parent)
}

const selectStates = `SELECT employee, knowledge_point, mastery, assessed_at, model FROM mastery`

func scanAssessment(row *sql.Rows, a *competency.Assessment) error {
	var at int64
	err := row.Scan(&a.Employee, &a.KnowledgePoint, &a.Mastery, &at, (*floatList)(&a.Model))
	a.AssessedAt = time.UnixMicro(at).UTC()
	return err
}
