package sqlitestore

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// Conditions on employees. Each walks down by an index, and UNION ends it in a circle.
const (
	isBeneathPerson = `code IN (
		WITH RECURSIVE line (code) AS (
			SELECT code FROM employees WHERE code = ?
			UNION
			SELECT e.code FROM line JOIN employees e ON e.manager = line.code
		)
		SELECT code FROM line)`
	isBeneathUnits = `org_unit IN (
		WITH RECURSIVE beneath (code) AS (
			SELECT code FROM org_units WHERE code IN (SELECT value FROM json_each(?))
			UNION
			SELECT u.code FROM beneath JOIN org_units u ON u.parent = beneath.code
		)
		SELECT code FROM beneath)`
	isNoneOf = `code NOT IN (SELECT value FROM json_each(?))`
)

// reachCondition turns a restriction of a query into a condition on employees. Its cost
// follows whom it selects, but for the whole firm: that is everyone with exceptions.
func reachCondition(r competency.Reach) (condition string, args []any) {
	if r.Firm {
		condition, args = isNoneOf+" OR ", append(args, encodeList(r.UnitsExcept))
	}
	lists := []string{"SELECT ?"}
	args = append(args, r.Employee)
	if r.Line != "" {
		lists = append(lists, "SELECT code FROM employees WHERE "+isBeneathPerson+" AND code <> ? AND "+isNoneOf)
		args = append(args, r.Line, r.Line, encodeList(r.LineExcept))
	}
	if len(r.Units) > 0 && !r.Firm {
		lists = append(lists, "SELECT code FROM employees WHERE "+isBeneathUnits+" AND "+isNoneOf)
		args = append(args, encodeList(r.Units), encodeList(r.UnitsExcept))
	}
	return "(" + condition + "code IN (" + strings.Join(lists, " UNION ALL ") + "))", args
}

// readLineSource reads what the lines of people and of their managers are made of, but for
// the parents of departments. It returns the departments whose parents that needs.
func readLineSource(ctx context.Context, tx *sql.Tx, people, managers []competency.Employee) (s store.LineSource, departments []string, err error) {
	s = store.LineSource{Managers: map[string][]string{}, Departments: map[string][]string{}, ReportDepartments: map[string][]string{}}
	var codes []string
	for _, e := range slices.Concat(people, managers) {
		s.Departments[e.Code] = []string{e.OrgUnit}
		codes, departments = append(codes, e.Code), append(departments, e.OrgUnit)
	}
	above, err := queryAll(ctx, tx, scanPair, `
		WITH RECURSIVE above (code) AS (
			SELECT value FROM json_each(?)
			UNION
			SELECT manager FROM above JOIN employees USING (code)
		)
		SELECT code, coalesce(manager, '') FROM above JOIN employees USING (code)`, encodeList(codes))
	if err != nil {
		return s, nil, err
	}
	for _, p := range above {
		s.Managers[p[0]] = []string{p[1]}
	}
	reports, err := queryAll(ctx, tx, scanPair, `
		SELECT DISTINCT manager, org_unit FROM employees
		WHERE manager IN (SELECT value FROM json_each(?)) AND org_unit IS NOT NULL`, encodeList(codes))
	for _, p := range reports {
		s.ReportDepartments[p[0]] = append(s.ReportDepartments[p[0]], p[1])
		departments = append(departments, p[1])
	}
	return s, departments, err
}

func scanPair(row *sql.Rows, pair *[2]string) error { return row.Scan(&pair[0], &pair[1]) }

func parentsOf(tree *competency.OrgTree) map[string][]string {
	parents := make(map[string][]string, len(tree.Units()))
	for _, u := range tree.Units() {
		parents[u.Code] = []string{u.Parent}
	}
	return parents
}
