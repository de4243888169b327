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
	"github.com/zhitu/zhitu/internal/store"
)

// perPage is how many people Profiles holds at a time.
const perPage = 200

// OrgUnits returns all departments.
func (s *Store) OrgUnits(ctx context.Context) ([]competency.OrgUnit, error) {
	var list []competency.OrgUnit
	err := s.view(ctx, func(tx *sql.Tx) (err error) {
		list, err = query(ctx, tx, scanUnit, `SELECT code, name, coalesce(parent, '') FROM org_units ORDER BY code`)
		return err
	})
	return list, failed(ctx, "org units", err)
}

// Employees returns one page of the employees that a query selects.
func (s *Store) Employees(ctx context.Context, q store.EmployeeQuery) (store.EmployeePage, error) {
	var p store.EmployeePage
	err := s.view(ctx, func(tx *sql.Tx) (err error) {
		p, err = page(ctx, tx, q)
		return err
	})
	return p, failed(ctx, "employees", err)
}

// Profile returns one person with all states.
func (s *Store) Profile(ctx context.Context, employee string) (store.Profile, error) {
	var p store.Profile
	err := s.view(ctx, func(tx *sql.Tx) error {
		revision, err := revisionIn(ctx, tx)
		if err != nil {
			return err
		}
		people, err := selectEmployees(ctx, tx, `code = ?`, employee)
		if err != nil {
			return err
		}
		found, err := profiles(ctx, tx, people, revision, true)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return store.ErrNotFound
		}
		p = found[0]
		return nil
	})
	return p, failed(ctx, "profile", err)
}

// errLeft ends a stream whose reader has had enough.
var errLeft = errors.New("left early")

// Profiles streams everybody with their states.
func (s *Store) Profiles(ctx context.Context) iter.Seq2[store.Profile, error] {
	return func(yield func(store.Profile, error) bool) {
		err := s.everybody(ctx, func(p store.Profile) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if !yield(p, nil) {
				return errLeft
			}
			return nil
		})
		if err != nil && !errors.Is(err, errLeft) {
			yield(store.Profile{}, failed(ctx, "profiles", err))
		}
	}
}

// everybody gives all people of one moment, in order.
func (s *Store) everybody(ctx context.Context, give func(store.Profile) error) error {
	if !s.inMemory() {
		return s.view(ctx, func(tx *sql.Tx) error { return stream(ctx, tx, give) })
	}
	// Whoever is given them may want the one connection meanwhile.
	var all []store.Profile
	err := s.view(ctx, func(tx *sql.Tx) error {
		return stream(ctx, tx, func(p store.Profile) error { all = append(all, p); return nil })
	})
	for i := 0; err == nil && i < len(all); i++ {
		err = give(all[i])
	}
	return err
}

func stream(ctx context.Context, tx *sql.Tx, give func(store.Profile) error) error {
	revision, err := revisionIn(ctx, tx)
	if err != nil {
		return err
	}
	for after := ""; ; {
		people, err := selectEmployees(ctx, tx, `code > ? ORDER BY code LIMIT ?`, after, perPage)
		if err != nil {
			return err
		}
		list, err := profiles(ctx, tx, people, revision, true)
		if err != nil {
			return err
		}
		for _, p := range list {
			if err := give(p); err != nil {
				return err
			}
			after = p.Employee.Code
		}
		if len(list) < perPage {
			return nil
		}
	}
}

// page answers a query in as many statements as it has parts, however many
// people there are.
func page(ctx context.Context, tx *sql.Tx, q store.EmployeeQuery) (store.EmployeePage, error) {
	var p store.EmployeePage
	where, args := selection(q)
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM employees WHERE `+where, args...).Scan(&p.Total)
	if err != nil {
		return p, err
	}
	if p.Revision, err = revisionIn(ctx, tx); err != nil {
		return p, err
	}
	most := -1 // all
	if q.First > 0 {
		most = q.First + 1 // one more, to know whether there is more
	}
	people, err := selectEmployees(ctx, tx, where+` AND code > ? ORDER BY code LIMIT ?`, append(args, q.After, most)...)
	if err != nil {
		return p, err
	}
	if p.More = q.First > 0 && len(people) > q.First; p.More {
		people = people[:q.First]
	}
	p.Profiles, err = profiles(ctx, tx, people, p.Revision, q.States)
	return p, err
}

// selection turns a query into a condition on employees.
func selection(q store.EmployeeQuery) (where string, args []any) {
	conditions := []string{"true"}
	when := func(given bool, condition string, arg any) {
		if given {
			conditions, args = append(conditions, condition), append(args, arg)
		}
	}
	when(len(q.Codes) > 0, `code IN (SELECT value FROM json_each(?))`, toColumn(q.Codes))
	when(q.Text != "", `instr(search, ?) > 0`, competency.Fold(q.Text))
	when(len(q.OrgUnits) > 0, `org_unit IN (SELECT value FROM json_each(?))`, toColumn(q.OrgUnits))
	when(q.Position != "", `position = ?`, q.Position)
	when(q.Target != "", `code IN (SELECT employee FROM employee_targets WHERE position = ?)`, q.Target)
	when(q.Manager != "", `manager = ?`, q.Manager)
	when(q.KnowledgePoint != "", `code IN (SELECT employee FROM mastery WHERE knowledge_point = ?)`, q.KnowledgePoint)
	return strings.Join(conditions, " AND "), args
}

// profiles completes people with what belongs to them.
func profiles(ctx context.Context, tx *sql.Tx, people []competency.Employee, revision store.Revision, withStates bool) ([]store.Profile, error) {
	if len(people) == 0 {
		return nil, nil
	}
	codes, units, managers := make([]string, len(people)), []string{}, []string{}
	for i, e := range people {
		codes[i] = e.Code
		units, managers = append(units, e.OrgUnit), append(managers, e.Manager)
	}
	unit, err := unitsAbove(ctx, tx, units)
	if err != nil {
		return nil, err
	}
	bosses, err := selectEmployees(ctx, tx, `code IN (SELECT value FROM json_each(?)) ORDER BY code`, toColumn(managers))
	if err != nil {
		return nil, err
	}
	var states []competency.Assessment
	if withStates {
		states, err = query(ctx, tx, scanAssessment, selectStates+`
			WHERE employee IN (SELECT value FROM json_each(?)) ORDER BY employee, knowledge_point`, toColumn(codes))
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
		list[i] = store.Profile{Employee: e, Units: store.UnitsAbove(unit, e.OrgUnit), Manager: find(bosses, e.Manager), Revision: revision}
		if n > 0 {
			list[i].States, states = states[:n:n], states[n:]
		}
	}
	return list, nil
}

// unitsAbove returns units and all above them. UNION drops what is known
// already, and so ends even where the units form a ring.
func unitsAbove(ctx context.Context, tx *sql.Tx, codes []string) (map[string]competency.OrgUnit, error) {
	slices.Sort(codes)
	units, err := query(ctx, tx, scanUnit, `
		WITH RECURSIVE above (code) AS (
			SELECT value FROM json_each(?)
			UNION
			SELECT parent FROM above JOIN org_units USING (code)
		)
		SELECT code, name, coalesce(parent, '') FROM above JOIN org_units USING (code)`, toColumn(slices.Compact(codes)))
	unit := make(map[string]competency.OrgUnit, len(units))
	for _, u := range units {
		unit[u.Code] = u
	}
	return unit, err
}

// find returns a copy of the employee with a code, nil where there is none.
func find(people []competency.Employee, code string) *competency.Employee {
	i, ok := slices.BinarySearchFunc(people, code, func(e competency.Employee, code string) int {
		return strings.Compare(e.Code, code)
	})
	if !ok {
		return nil
	}
	return new(people[i])
}

func selectEmployees(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]competency.Employee, error) {
	return query(ctx, tx, scanEmployee, `
		SELECT code, name, coalesce(org_unit, ''), coalesce(position, ''), modalities, coalesce(manager, ''), (
			SELECT json_group_array(t.position ORDER BY t.place)
			FROM employee_targets t WHERE t.employee = code)
		FROM employees WHERE `+where, args...)
}

func scanEmployee(row *sql.Rows, e *competency.Employee) error {
	return row.Scan(&e.Code, &e.Name, &e.OrgUnit, &e.Position, (*list[competency.Modality])(&e.Modalities), &e.Manager,
		(*list[string])(&e.Targets))
}

func scanUnit(row *sql.Rows, u *competency.OrgUnit) error {
	return row.Scan(&u.Code, &u.Name, &u.Parent)
}

const selectStates = `SELECT employee, knowledge_point, mastery, assessed_at, model FROM mastery`

func scanAssessment(row *sql.Rows, a *competency.Assessment) error {
	var at int64
	err := row.Scan(&a.Employee, &a.KnowledgePoint, &a.Mastery, &at, (*numbers)(&a.Model))
	a.AssessedAt = time.UnixMicro(at).UTC()
	return err
}
