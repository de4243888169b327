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
	lists, _ := one.Values[1].([]any)
	for i, list := range lists {
		more := d.decodeCodes(list.([]any))
		if i == 0 {
			codes = more
		} else {
			codes = intersect(codes, more)
		}
	}
	if len(one.Values) == 3 {
		count, _ := one.Values[2].(int64)
		return codes, int(count), before, nil
	}
	total = len(codes)
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

// decodeCodes returns codes sorted and each once.
func (d *decoder) decodeCodes(list []any) []string {
	codes := make([]string, len(list))
	for i, code := range list {
		codes[i] = d.recordOf(competency.Employees, code).codeField("code", code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// intersect returns what is in both of two sorted lists.
func intersect(a, b []string) (both []string) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch strings.Compare(a[i], b[j]) {
		case -1:
			i++
		case 1:
			j++
		default:
			both = append(both, a[i])
			i, j = i+1, j+1
		}
	}
	return both
}

// selectionStatement turns a query into a statement; "" for one page of all employees. It
// returns a list of people for each restriction and one for what is asked for, of which
// each comes from its own indexes. Who is in all of them is selected.
func selectionStatement(q store.EmployeeQuery) (statement string, params map[string]any) {
	params = map[string]any{}
	patterns, conditions := []string{"(e:Employee)"}, []string{}
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
	if len(q.Called) > 0 {
		conditions, params["called"] = append(conditions, "(e.code IN $called OR e.name IN $called)"), q.Called
	}
	var lists []string
	for i, r := range q.Restrictions() {
		lists = append(lists, reachSubquery(i, r, params))
	}
	if q.Text != "" {
		const matches = "all(word IN $words WHERE any(form IN word WHERE e.search CONTAINS form))"
		params["words"] = wordLists(q.Text)
		if len(lists) > 0 { // no index finds them, so few people are looked at
			lists[0] += "WITH e WHERE " + matches + "\n"
		} else {
			conditions = append(conditions, matches)
		}
	}
	if asked := len(patterns)-1+len(conditions) > 0; asked || len(lists) == 0 && q.First == 0 {
		match := "MATCH " + strings.Join(patterns, ", ") + "\n"
		if len(conditions) > 0 {
			match += "WHERE " + strings.Join(conditions, " AND ") + "\n"
		}
		lists = append(lists, match)
	}
	if len(lists) == 0 {
		return "", nil
	}
	var subqueries strings.Builder
	var names []string
	for i, list := range lists {
		names = append(names, fmt.Sprint("list", i))
		fmt.Fprintf(&subqueries, "CALL () {\n%sRETURN collect(e.code) AS %s\n}\n", list, names[i])
	}
	return cypher("select employees", "SUBQUERIES", subqueries.String(), "LISTS", strings.Join(names, ", ")), params
}

// reachSubquery returns a subquery that finds the people of the i-th restriction of a
// query, some perhaps twice, and sets its parameter.
func reachSubquery(i int, r competency.Reach, params map[string]any) string {
	reach := fmt.Sprint("reach", i)
	list := func(codes []string) []string { return append([]string{}, codes...) } // because nothing is known of what is in null
	params[reach] = map[string]any{
		"employee": r.Employee, "line": r.Line, "lineExcept": list(r.LineExcept), "units": list(r.Units), "unitsExcept": list(r.UnitsExcept),
	}
	// DISTINCT has each walk meet nobody twice, whatever circles there are.
	parts := []string{"MATCH (e:Employee {code: $REACH.employee}) RETURN e"}
	if r.Line != "" {
		parts = append(parts, "MATCH (e:Employee)-[:REPORTS_TO*1..]->(:Employee {code: $REACH.line}) WHERE e.code <> $REACH.line AND NOT e.code IN $REACH.lineExcept RETURN DISTINCT e")
	}
	switch {
	case r.Firm:
		parts = append(parts, "MATCH (e:Employee) WHERE NOT e.code IN $REACH.unitsExcept RETURN e")
	case len(r.Units) > 0:
		parts = append(parts, "MATCH (e:Employee)-[:MEMBER_OF]->(:OrgUnit)-[:PART_OF*0..]->(u:OrgUnit) WHERE u.code IN $REACH.units AND NOT e.code IN $REACH.unitsExcept RETURN DISTINCT e")
	}
	return "CALL () {\n" + strings.ReplaceAll(strings.Join(parts, "\nUNION ALL\n"), "REACH", reach) + "\n}\n"
}

// wordLists are the words of a query as the driver takes them.
func wordLists(query string) []any {
	words := []any{}
	for _, word := range search.Words(query) {
		words = append(words, []string(word))
	}
	return words
}
