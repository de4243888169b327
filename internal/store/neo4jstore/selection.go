package neo4jstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/search"
	"github.com/zhitu/zhitu/internal/store"
)

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
	restrictions := q.Restrictions()
	if len(patterns)+len(conditions)+len(restrictions) == 0 && q.First > 0 {
		return "", nil
	}
	var selection strings.Builder
	for i, r := range restrictions {
		selection.WriteString(reachSubquery(i, r, params))
	}
	selection.WriteString("MATCH (e:Employee)")
	for _, p := range patterns {
		selection.WriteString(", " + p)
	}
	if len(conditions) > 0 {
		selection.WriteString("\nWHERE " + strings.Join(conditions, " AND "))
	}
	return cypher("select employees", "SELECTION", selection.String()), params
}

// reachSubquery returns a subquery for the i-th reach of a query, and sets its parameter.
// The first one finds people by its indexes, and each further one walks up from those.
func reachSubquery(i int, r competency.Reach, params map[string]any) string {
	reach := fmt.Sprint("reach", i)
	list := func(codes []string) []string { return append([]string{}, codes...) }
	units := r.Units
	if r.Firm {
		units = r.Within
	}
	params[reach] = map[string]any{
		"employee": r.Employee, "line": r.Line, "lineExcept": list(r.LineExcept), "units": list(units), "unitsExcept": list(r.UnitsExcept), "within": list(r.Within),
	}
	within := ""
	if r.Within != nil {
		within = " AND EXISTS { (e)-[:MEMBER_OF]->(:OrgUnit)-[:PART_OF*0..]->(w:OrgUnit) WHERE w.code IN $REACH.within }"
	}
	var parts []string
	if r.Employee != "" {
		parts = append(parts, "MATCH (e:Employee {code: $REACH.employee})")
	}
	if r.Line != "" {
		parts = append(parts, "MATCH (e:Employee)-[:REPORTS_TO*1..]->(:Employee {code: $REACH.line}) WHERE e.code <> $REACH.line AND NOT e.code IN $REACH.lineExcept"+within)
	}
	switch {
	case r.Firm && r.Within == nil:
		parts = append(parts, "MATCH (e:Employee) WHERE NOT e.code IN $REACH.unitsExcept")
	case len(units) > 0:
		parts = append(parts, "MATCH (e:Employee)-[:MEMBER_OF]->(:OrgUnit)-[:PART_OF*0..]->(u:OrgUnit) WHERE u.code IN $REACH.units AND NOT e.code IN $REACH.unitsExcept"+within)
	}
	if len(parts) == 0 {
		parts = append(parts, "MATCH (e:Employee) WHERE false")
	}
	given, found := "", "e"
	if i > 0 {
		given, found = "e", "true AS REACH"
	}
	for i, part := range parts {
		parts[i] = part + " RETURN DISTINCT " + found
	}
	return "CALL (" + given + ") {\n" + strings.ReplaceAll(strings.Join(parts, "\nUNION\n"), "REACH", reach) + "\n}\n"
}

// wordLists are the words of a query as the driver takes them.
func wordLists(query string) []any {
	words := []any{}
	for _, word := range search.Words(query) {
		words = append(words, []string(word))
	}
	return words
}
