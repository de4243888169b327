package neo4jstore

import (
	"fmt"
	"slices"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

func code(c string) row { return row{"code": c} }

func codes[T any](list []T, of func(T) string) []row {
	return rowsOf(list, func(v T) row { return code(of(v)) })
}

func competencyCode(c competency.Competency) string { return c.Code }
func pointCode(k competency.KnowledgePoint) string  { return k.Code }
func positionCode(p competency.Position) string     { return p.Code }
func resourceCode(r competency.Resource) string     { return r.Code }
func unitCode(u competency.OrgUnit) string          { return u.Code }
func employeeCode(e competency.Employee) string     { return e.Code }

// with returns the rows of a list that stand, by code, in another too.
func with(rows, others []row) []row { return among(rows, others, true) }

// without returns those that do not.
func without(rows, others []row) []row { return among(rows, others, false) }

func among(rows, others []row, want bool) []row {
	known := make(map[any]bool, len(others))
	for _, r := range others {
		known[r["code"]] = true
	}
	return slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return known[r["code"]] != want })
}

// What belongs to a record and goes with it.
const (
	ofEmployee = "MEMBER_OF|HOLDS|TARGETS|REPORTS_TO|MASTERS"
	ofUnit     = "PART_OF"
	ofResource = "TEACHES"
)

func drop(label, links string, rows []row) step {
	return step{statement: cypher("drop", "Record", label, "LINK", links), rows: rows}
}

// links ties each record to the one other that its row names, instead of to the
// one before.
func links(label, link, other string, rows []row) []step {
	words := []string{"Record", label, "LINK", link, "Other", other}
	return []step{
		{statement: cypher("unlink", words...), rows: rows},
		{statement: cypher("link", words...), rows: rows, all: true},
	}
}

// lists ties each record to others in their order, instead of to those before.
func lists[T any](label, link, other string, list []T, of func(T) (code string, items []string)) []step {
	var owners, items []row
	for _, v := range list {
		owner, others := of(v)
		owners = append(owners, code(owner))
		for place, item := range others {
			items = append(items, row{"code": owner, "other": item, "place": place})
		}
	}
	return []step{
		drop(label, link, owners),
		{statement: cypher("list", "Record", label, "LINK", link, "Other", other), rows: items, all: true},
	}
}

// untie deletes what is only a tie between records, lets the deleted go of what
// belongs to them, and makes those that are put again as good as new.
func (w write) untie(states touched) []step {
	del, put := w.cs.Delete, w.cs.Put
	units, employees := codes(del.OrgUnits, unitCode), codes(del.Employees, employeeCode)
	return []step{
		{statement: cypher("delete requirements"), rows: rowsOf(del.Requirements, func(r competency.Requirement) row {
			return row{"position": r.Position, "target": r.Target}
		})},
		{statement: cypher("delete related"), rows: rowsOf(del.Related, relatedRow)},
		{statement: cypher("delete prerequisites"), rows: rowsOf(del.Prerequisites, prerequisiteRow)},
		{statement: cypher("forget"), check: states.forgotten, rows: rowsOf(del.Mastery, func(a competency.Assessment) row {
			return row{"employee": a.Employee, "point": a.KnowledgePoint}
		})},
		drop("OrgUnit", ofUnit, units),
		{statement: cypher("blank units"), rows: with(units, codes(put.OrgUnits, unitCode))},
		{statement: cypher("delete evidence"), rows: employees},
		drop("Employee", ofEmployee, employees),
		{statement: cypher("blank employees"), rows: with(employees, codes(put.Employees, employeeCode))},
		drop("Resource", ofResource, codes(del.Resources, resourceCode)),
		{statement: cypher("get out", "Record", "KnowledgePoint"), rows: codes(del.KnowledgePoints, pointCode)},
		{statement: cypher("get out", "Record", "Competency"), rows: codes(del.Competencies, competencyCode)},
		{
			statement: cypher("become a point"),
			rows:      with(codes(del.Competencies, competencyCode), codes(put.KnowledgePoints, pointCode)),
		},
		{
			statement: cypher("become a competency"),
			rows:      with(codes(del.KnowledgePoints, pointCode), codes(put.Competencies, competencyCode)),
		},
	}
}

func relatedRow(r competency.Related) row { return row{"a": r.A, "b": r.B} }

func prerequisiteRow(e competency.Prerequisite) row {
	return row{
		"prerequisite": e.Prerequisite, "dependent": e.Dependent, "clause": optional(e.Clause),
		"strength": string(e.Strength), "level": number(e.Level), "reason": optional(e.Reason),
	}
}

func (w write) putCatalog() []step {
	put := w.cs.Put.Catalog
	contained := slices.Concat(
		rowsOf(put.Competencies, func(c competency.Competency) row { return row{"code": c.Code, "competency": optional(c.Parent)} }),
		rowsOf(put.KnowledgePoints, func(k competency.KnowledgePoint) row {
			return row{"code": k.Code, "competency": optional(k.Competency)}
		}))
	steps := []step{
		{statement: cypher("put competencies"), all: true, rows: rowsOf(put.Competencies, func(c competency.Competency) row {
			return row{"code": c.Code, "name": optional(c.Name), "nameEn": optional(c.NameEN), "description": optional(c.Description)}
		})},
		{statement: cypher("put points"), all: true, rows: rowsOf(put.KnowledgePoints, func(k competency.KnowledgePoint) row {
			return row{
				"code": k.Code, "name": optional(k.Name), "nameEn": optional(k.NameEN), "kind": optional(string(k.Kind)),
				"nature": optional(string(k.Nature)), "minutes": number(k.Minutes), "difficulty": number(k.Difficulty),
				"tags": list(k.Tags), "description": optional(k.Description),
			}
		})},
		{statement: cypher("fresh points") + "\n" + cypher("number"), rows: codes(put.KnowledgePoints, pointCode)},
		{statement: cypher("put positions"), all: true, rows: rowsOf(put.Positions, func(p competency.Position) row {
			return row{
				"code": p.Code, "name": optional(p.Name), "nameEn": optional(p.NameEN), "family": optional(p.Family),
				"grade": optional(p.Grade), "description": optional(p.Description),
			}
		})},
		{statement: cypher("put resources"), all: true, rows: rowsOf(put.Resources, func(r competency.Resource) row {
			return row{
				"code": r.Code, "title": optional(r.Title), "url": optional(r.URL), "modality": optional(string(r.Modality)),
				"minutes": number(r.Minutes), "language": optional(r.Language),
			}
		})},
		{statement: cypher("take out"), rows: contained},
		{statement: cypher("put in"), all: true, rows: slices.DeleteFunc(slices.Clone(contained), func(r row) bool { return r["competency"] == nil })},
		{statement: cypher("put prerequisites"), all: true, rows: rowsOf(put.Prerequisites, prerequisiteRow)},
		{statement: cypher("put related"), all: true, rows: rowsOf(put.Related, relatedRow)},
		{statement: cypher("put requirements"), all: true, rows: rowsOf(put.Requirements, func(r competency.Requirement) row {
			return row{
				"position": r.Position, "target": r.Target, "level": number(r.Level), "weight": number(r.Weight), "critical": number(r.Critical),
			}
		})},
	}
	return append(steps, lists("Resource", ofResource, "KnowledgePoint", put.Resources, func(r competency.Resource) (string, []string) {
		return r.Code, r.Teaches
	})...)
}

func (w write) putPeople(states touched) []step {
	put := w.cs.Put.People
	steps := []step{
		{statement: cypher("put units"), all: true, rows: rowsOf(put.OrgUnits, func(u competency.OrgUnit) row {
			return row{"code": u.Code, "name": optional(u.Name)}
		})},
		{statement: cypher("put employees"), all: true, rows: rowsOf(put.Employees, func(e competency.Employee) row {
			r := row{"code": e.Code, "name": optional(e.Name), "search": nil, "modalities": list(e.Modalities)}
			if e.Name != "" {
				r["search"] = competency.Fold(e.Code + "\n" + e.Name)
			}
			return r
		})},
	}
	tied := func(of func(competency.Employee) string) []row {
		return rowsOf(put.Employees, func(e competency.Employee) row {
			if of(e) == "" {
				return nil
			}
			return row{"code": e.Code, "other": of(e)}
		})
	}
	steps = append(steps, links("OrgUnit", "PART_OF", "OrgUnit", rowsOf(put.OrgUnits, func(u competency.OrgUnit) row {
		if u.Parent == "" {
			return nil
		}
		return row{"code": u.Code, "other": u.Parent}
	}))...)
	steps = append(steps, links("Employee", "MEMBER_OF", "OrgUnit", tied(func(e competency.Employee) string { return e.OrgUnit }))...)
	steps = append(steps, links("Employee", "HOLDS", "Position", tied(func(e competency.Employee) string { return e.Position }))...)
	steps = append(steps, links("Employee", "REPORTS_TO", "Employee", tied(func(e competency.Employee) string { return e.Manager }))...)
	aiming := slices.DeleteFunc(slices.Clone(put.Employees), func(e competency.Employee) bool { return len(e.Targets) == 0 })
	steps = append(steps, lists("Employee", "TARGETS", "Position", aiming, func(e competency.Employee) (string, []string) {
		return e.Code, e.Targets
	})...)
	for _, round := range w.rounds() {
		steps = append(steps, step{statement: cypher("assess"), check: states.assessed, rows: round})
	}
	return steps
}

// rounds are the assessments as rows, such that none of one person and point
// stands in a round with another: one statement looks at what was known before
// it, and in a set that has a state twice the order counts.
func (w write) rounds() (rounds [][]row) {
	type pair struct{ employee, point string }
	seen := make(map[pair]int, len(w.cs.Put.Mastery))
	for _, a := range w.cs.Put.Mastery {
		at, dated := a.AssessedAt, !a.AssessedAt.IsZero()
		if !dated {
			at = w.cs.At
		}
		key := pair{a.Employee, a.KnowledgePoint}
		round := seen[key]
		seen[key]++
		if round == len(rounds) {
			rounds = append(rounds, nil)
		}
		rounds[round] = append(rounds[round], row{
			"employee": a.Employee, "point": a.KnowledgePoint, "mastery": a.Mastery, "at": micro(at), "dated": dated,
		})
	}
	return rounds
}

// remove deletes records for good, once nothing is tied to any of them.
func (w write) remove() []step {
	del, put := w.cs.Delete, w.cs.Put
	all := []struct {
		label string
		rows  []row
	}{
		{"Employee", without(codes(del.Employees, employeeCode), codes(put.Employees, employeeCode))},
		{"OrgUnit", without(codes(del.OrgUnits, unitCode), codes(put.OrgUnits, unitCode))},
		{"Resource", without(codes(del.Resources, resourceCode), codes(put.Resources, resourceCode))},
		{"Position", without(codes(del.Positions, positionCode), codes(put.Positions, positionCode))},
		{"KnowledgePoint", without(codes(del.KnowledgePoints, pointCode), codes(put.KnowledgePoints, pointCode))},
		{"Competency", without(codes(del.Competencies, competencyCode), codes(put.Competencies, competencyCode))},
	}
	var steps []step
	for _, a := range all {
		steps = append(steps,
			step{statement: cypher("held", "Record", a.label), rows: a.rows, check: unheld},
			step{statement: cypher("remove", "Record", a.label), rows: a.rows})
	}
	turned := slices.Concat(
		with(codes(del.Competencies, competencyCode), codes(put.KnowledgePoints, pointCode)),
		with(codes(del.KnowledgePoints, pointCode), codes(put.Competencies, competencyCode)))
	return append(steps, step{statement: cypher("misfits"), rows: turned, check: func(_ []row, found []*neo4j.Record) error {
		if len(found) == 1 && found[0].Values[0] == int64(0) {
			return nil
		}
		return store.ErrReference
	}})
}

// ours are the types of relationship by which our records refer to one another.
var ours = []string{
	"CONTAINS", "PREREQUISITE_OF", "RELATED_TO", "REQUIRES", "TEACHES",
	"MEMBER_OF", "PART_OF", "HOLDS", "TARGETS", "REPORTS_TO", "MASTERS", "OF", "ABOUT",
}

// unheld refuses to remove what something is still tied to, be it another
// program's.
func unheld(_ []row, found []*neo4j.Record) error {
	if len(found) == 0 {
		return nil
	}
	code, tie, labels, other := found[0].Values[0], found[0].Values[1], found[0].Values[2], found[0].Values[3]
	err := fmt.Errorf("%w: %v is tied by %v to %v %v", store.ErrReference, code, tie, labels, other)
	if slices.Contains(ours, fmt.Sprint(tie)) {
		return err
	}
	return fault.Because(err, fault.Conflict,
		"%v cannot be deleted while another program has tied it, by %v, to a node %v in Neo4j: remove that relationship there first",
		"%v 不能删除：其他程序在 Neo4j 中用关系 %v 将其与节点 %v 相连，请先在那里删除该关系", code, tie, labels)
}
