package neo4jstore

import (
	"fmt"
	"slices"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/search"
	"github.com/zhitu/zhitu/internal/store"
)

func codeRow(c string) row { return row{"code": c} }

func codeRows[T any](list []T, of func(T) string) []row {
	return rowsOf(list, func(v T) row { return codeRow(of(v)) })
}

func competencyCode(c competency.Competency) string { return c.Code }
func pointCode(k competency.KnowledgePoint) string  { return k.Code }
func positionCode(p competency.Position) string     { return p.Code }
func resourceCode(r competency.Resource) string     { return r.Code }
func unitCode(u competency.OrgUnit) string          { return u.Code }
func employeeCode(e competency.Employee) string     { return e.Code }

// rowsIn returns the rows whose code is also among others.
func rowsIn(rows, others []row) []row { return filterByCode(rows, others, true) }

// rowsNotIn returns the rows whose code is not among others.
func rowsNotIn(rows, others []row) []row { return filterByCode(rows, others, false) }

func filterByCode(rows, others []row, keepKnown bool) []row {
	known := make(map[any]bool, len(others))
	for _, r := range others {
		known[r["code"]] = true
	}
	return slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return known[r["code"]] != keepKnown })
}

// The relationships that a record owns: they are deleted with it.
const (
	linksOfEmployee = "MEMBER_OF|HOLDS|TARGETS|REPORTS_TO|MASTERS"
	linksOfUnit     = "PART_OF"
	linksOfResource = "TEACHES"
)

func deleteLinks(label, links string, rows []row) batchStatement {
	return batchStatement{statement: cypher("delete links", "Record", label, "LINK", links), rows: rows}
}

// replaceLink links each record to the one that its row names, and deletes its other
// links of that type.
func replaceLink(label, link, other string, rows []row) []batchStatement {
	words := []string{"Record", label, "LINK", link, "Other", other}
	return []batchStatement{
		{statement: cypher("delete other links", words...), rows: rows},
		{statement: cypher("put link", words...), rows: rows, requireAll: true},
	}
}

// replaceOrderedLinks links each record to others in their order, instead of its former
// links.
func replaceOrderedLinks[T any](label, link, other string, list []T, of func(T) (code string, items []string)) []batchStatement {
	var owners, items []row
	for _, v := range list {
		owner, others := of(v)
		owners = append(owners, codeRow(owner))
		for place, item := range others {
			items = append(items, row{"code": owner, "other": item, "place": place})
		}
	}
	return []batchStatement{
		deleteLinks(label, link, owners),
		{statement: cypher("put ordered links", "Record", label, "LINK", link, "Other", other), rows: items, requireAll: true},
	}
}

// unlinkDeleted deletes relationships, and the links that deleted records own. It clears
// records that are deleted and put in the same set.
func (w write) unlinkDeleted(states stateChanges) []batchStatement {
	del, put := w.cs.Delete, w.cs.Put
	units, employees := codeRows(del.OrgUnits, unitCode), codeRows(del.Employees, employeeCode)
	return []batchStatement{
		{statement: cypher("delete requirements"), rows: rowsOf(del.Requirements, func(r competency.Requirement) row {
			return row{"position": r.Position, "target": r.Target}
		})},
		{statement: cypher("delete related"), rows: rowsOf(del.Related, relatedRow)},
		{statement: cypher("delete prerequisites"), rows: rowsOf(del.Prerequisites, prerequisiteRow)},
		{statement: cypher("delete levels"), rows: rowsOf(del.Scale, levelRow)},
		{statement: cypher("delete states"), checkResult: states.addDeleted, rows: rowsOf(del.Mastery, func(a competency.Assessment) row {
			return row{"employee": a.Employee, "point": a.KnowledgePoint}
		})},
		deleteLinks("OrgUnit", linksOfUnit, units),
		{statement: cypher("clear units"), rows: rowsIn(units, codeRows(put.OrgUnits, unitCode))},
		{statement: cypher("delete evidence"), rows: employees},
		deleteLinks("Employee", linksOfEmployee, employees),
		{statement: cypher("clear employees"), rows: rowsIn(employees, codeRows(put.Employees, employeeCode))},
		deleteLinks("Resource", linksOfResource, codeRows(del.Resources, resourceCode)),
		{statement: cypher("delete parent", "Record", "KnowledgePoint"), rows: codeRows(del.KnowledgePoints, pointCode)},
		{statement: cypher("delete parent", "Record", "Competency"), rows: codeRows(del.Competencies, competencyCode)},
		{
			statement: cypher("convert to point"),
			rows:      rowsIn(codeRows(del.Competencies, competencyCode), codeRows(put.KnowledgePoints, pointCode)),
		},
		{
			statement: cypher("convert to competency"),
			rows:      rowsIn(codeRows(del.KnowledgePoints, pointCode), codeRows(put.Competencies, competencyCode)),
		},
	}
}

func relatedRow(r competency.Related) row { return row{"a": r.A, "b": r.B} }

func levelRow(l competency.ScaleLevel) row {
	return row{"label": l.Label, "labelEn": nullIfEmpty(l.LabelEN), "digit": nullIfNil(l.Digit), "level": l.Level}
}

func prerequisiteRow(e competency.Prerequisite) row {
	return row{
		"prerequisite": e.Prerequisite, "dependent": e.Dependent, "clause": nullIfEmpty(e.Clause),
		"strength": string(e.Strength), "level": nullIfNil(e.Level), "reason": nullIfEmpty(e.Reason),
	}
}

func (w write) putCatalog() []batchStatement {
	put := w.cs.Put.Catalog
	contained := slices.Concat(
		rowsOf(put.Competencies, func(c competency.Competency) row { return row{"code": c.Code, "competency": nullIfEmpty(c.Parent)} }),
		rowsOf(put.KnowledgePoints, func(k competency.KnowledgePoint) row {
			return row{"code": k.Code, "competency": nullIfEmpty(k.Competency)}
		}))
	steps := []batchStatement{
		{statement: cypher("put competencies"), requireAll: true, rows: rowsOf(put.Competencies, func(c competency.Competency) row {
			return row{"code": c.Code, "name": nullIfEmpty(c.Name), "nameEn": nullIfEmpty(c.NameEN), "description": nullIfEmpty(c.Description)}
		})},
		{statement: cypher("put points"), requireAll: true, rows: rowsOf(put.KnowledgePoints, func(k competency.KnowledgePoint) row {
			return row{
				"code": k.Code, "name": nullIfEmpty(k.Name), "nameEn": nullIfEmpty(k.NameEN), "kind": nullIfEmpty(string(k.Kind)),
				"nature": nullIfEmpty(string(k.Nature)), "minutes": nullIfNil(k.Minutes), "difficulty": nullIfNil(k.Difficulty),
				"tags": textListOrNull(k.Tags), "description": nullIfEmpty(k.Description),
			}
		})},
		{statement: cypher("match new points") + "\n" + cypher("assign ordinals"), rows: codeRows(put.KnowledgePoints, pointCode)},
		{statement: cypher("put positions"), requireAll: true, rows: rowsOf(put.Positions, func(p competency.Position) row {
			return row{
				"code": p.Code, "name": nullIfEmpty(p.Name), "nameEn": nullIfEmpty(p.NameEN), "family": nullIfEmpty(p.Family),
				"grade": nullIfEmpty(p.Grade), "description": nullIfEmpty(p.Description),
			}
		})},
		{statement: cypher("put resources"), requireAll: true, rows: rowsOf(put.Resources, func(r competency.Resource) row {
			return row{
				"code": r.Code, "title": nullIfEmpty(r.Title), "url": nullIfEmpty(r.URL), "modality": nullIfEmpty(string(r.Modality)),
				"minutes": nullIfNil(r.Minutes), "language": nullIfEmpty(r.Language),
			}
		})},
		{statement: cypher("delete other parents"), rows: contained},
		{statement: cypher("put parent"), requireAll: true, rows: slices.DeleteFunc(slices.Clone(contained), func(r row) bool { return r["competency"] == nil })},
		{statement: cypher("put prerequisites"), requireAll: true, rows: rowsOf(put.Prerequisites, prerequisiteRow)},
		{statement: cypher("put related"), requireAll: true, rows: rowsOf(put.Related, relatedRow)},
		{statement: cypher("put levels"), requireAll: true, rows: rowsOf(put.Scale, levelRow)},
		{statement: cypher("put requirements"), requireAll: true, rows: rowsOf(put.Requirements, func(r competency.Requirement) row {
			return row{
				"position": r.Position, "target": r.Target, "level": nullIfNil(r.Level), "weight": nullIfNil(r.Weight), "critical": nullIfNil(r.Critical),
			}
		})},
	}
	return append(steps, replaceOrderedLinks("Resource", linksOfResource, "KnowledgePoint", put.Resources, func(r competency.Resource) (string, []string) {
		return r.Code, r.Teaches
	})...)
}

// clearFields empties the fields of departments and employees that edits name in Clear.
func clearFields(put competency.People) []batchStatement {
	units := func(field competency.FieldSet) []row {
		return rowsOf(put.OrgUnits, func(u competency.OrgUnit) row { return clearingRow(u.Code, u.Clear, field) })
	}
	employees := func(field competency.FieldSet) []row {
		return rowsOf(put.Employees, func(e competency.Employee) row { return clearingRow(e.Code, e.Clear, field) })
	}
	return []batchStatement{
		{statement: cypher("clear units"), rows: units(competency.FieldName)},
		deleteLinks("OrgUnit", "PART_OF", units(competency.FieldParent)),
		{statement: cypher("clear name"), rows: employees(competency.FieldName)},
		{statement: cypher("clear modalities"), rows: employees(competency.FieldModalities)},
		deleteLinks("Employee", "MEMBER_OF", employees(competency.FieldOrgUnit)),
		deleteLinks("Employee", "HOLDS", employees(competency.FieldPosition)),
		deleteLinks("Employee", "REPORTS_TO", employees(competency.FieldManager)),
		deleteLinks("Employee", "TARGETS", employees(competency.FieldTargets)),
	}
}

func clearingRow(code string, clear, field competency.FieldSet) row {
	if !clear.Has(field) {
		return nil
	}
	return codeRow(code)
}

func (w write) putPeople(states stateChanges) []batchStatement {
	put := w.cs.Put.People
	steps := append(clearFields(put), []batchStatement{
		{statement: cypher("put units"), requireAll: true, rows: rowsOf(put.OrgUnits, func(u competency.OrgUnit) row {
			return row{"code": u.Code, "name": nullIfEmpty(u.Name)}
		})},
		{statement: cypher("put employees"), requireAll: true, rows: rowsOf(put.Employees, func(e competency.Employee) row {
			r := row{"code": e.Code, "name": nullIfEmpty(e.Name), "search": nil, "modalities": textListOrNull(e.Modalities)}
			if e.Name != "" {
				r["search"] = search.Key([]string{e.Code, e.Name})
			}
			return r
		})},
	}...)
	linkRows := func(of func(competency.Employee) string) []row {
		return rowsOf(put.Employees, func(e competency.Employee) row {
			if of(e) == "" {
				return nil
			}
			return row{"code": e.Code, "other": of(e)}
		})
	}
	steps = append(steps, replaceLink("OrgUnit", "PART_OF", "OrgUnit", rowsOf(put.OrgUnits, func(u competency.OrgUnit) row {
		if u.Parent == "" {
			return nil
		}
		return row{"code": u.Code, "other": u.Parent}
	}))...)
	steps = append(steps, replaceLink("Employee", "MEMBER_OF", "OrgUnit", linkRows(func(e competency.Employee) string { return e.OrgUnit }))...)
	steps = append(steps, replaceLink("Employee", "HOLDS", "Position", linkRows(func(e competency.Employee) string { return e.Position }))...)
	steps = append(steps, replaceLink("Employee", "REPORTS_TO", "Employee", linkRows(func(e competency.Employee) string { return e.Manager }))...)
	withTargets := slices.DeleteFunc(slices.Clone(put.Employees), func(e competency.Employee) bool { return len(e.Targets) == 0 })
	steps = append(steps, replaceOrderedLinks("Employee", "TARGETS", "Position", withTargets, func(e competency.Employee) (string, []string) {
		return e.Code, e.Targets
	})...)
	for _, round := range w.assessmentRounds() {
		steps = append(steps, batchStatement{statement: cypher("put states"), checkResult: states.addAssessed, rows: round})
	}
	return steps
}

// assessmentRounds divides the assessments into rounds, so that no round has two of the
// same person and point. A statement sees only states from before it, and the order of
// two assessments of one state matters.
func (w write) assessmentRounds() (rounds [][]row) {
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
			"employee": a.Employee, "point": a.KnowledgePoint, "mastery": a.Mastery, "at": truncateMicros(at), "dated": dated,
		})
	}
	return rounds
}

// deleteRecords deletes records, after a check that nothing refers to them.
func (w write) deleteRecords() []batchStatement {
	del, put := w.cs.Delete, w.cs.Put
	all := []struct {
		label string
		rows  []row
	}{
		{"Employee", rowsNotIn(codeRows(del.Employees, employeeCode), codeRows(put.Employees, employeeCode))},
		{"OrgUnit", rowsNotIn(codeRows(del.OrgUnits, unitCode), codeRows(put.OrgUnits, unitCode))},
		{"Resource", rowsNotIn(codeRows(del.Resources, resourceCode), codeRows(put.Resources, resourceCode))},
		{"Position", rowsNotIn(codeRows(del.Positions, positionCode), codeRows(put.Positions, positionCode))},
		{"KnowledgePoint", rowsNotIn(codeRows(del.KnowledgePoints, pointCode), codeRows(put.KnowledgePoints, pointCode))},
		{"Competency", rowsNotIn(codeRows(del.Competencies, competencyCode), codeRows(put.Competencies, competencyCode))},
	}
	var steps []batchStatement
	for _, item := range all {
		steps = append(steps,
			batchStatement{statement: cypher("find references", "Record", item.label), rows: item.rows, checkResult: refuseReferenced},
			batchStatement{statement: cypher("delete records", "Record", item.label), rows: item.rows})
	}
	converted := slices.Concat(
		rowsIn(codeRows(del.Competencies, competencyCode), codeRows(put.KnowledgePoints, pointCode)),
		rowsIn(codeRows(del.KnowledgePoints, pointCode), codeRows(put.Competencies, competencyCode)))
	return append(steps, batchStatement{statement: cypher("count wrong references"), rows: converted, checkResult: func(_ []row, found []*neo4j.Record) error {
		if len(found) == 1 && found[0].Values[0] == int64(0) {
			return nil
		}
		return store.ErrReference
	}})
}

// ownRelationships are the relationship types of this package.
var ownRelationships = []string{
	"CONTAINS", "PREREQUISITE_OF", "RELATED_TO", "REQUIRES", "TEACHES",
	"MEMBER_OF", "PART_OF", "HOLDS", "TARGETS", "REPORTS_TO", "MASTERS", "OF", "ABOUT",
}

// refuseReferenced refuses to delete a record that another node is still linked to, also
// a foreign one.
func refuseReferenced(_ []row, found []*neo4j.Record) error {
	if len(found) == 0 {
		return nil
	}
	code, link, labels, otherCode := found[0].Values[0], found[0].Values[1], found[0].Values[2], found[0].Values[3]
	err := fmt.Errorf("%w: %v is tied by %v to %v %v", store.ErrReference, code, link, labels, otherCode)
	if slices.Contains(ownRelationships, fmt.Sprint(link)) {
		return err
	}
	return fault.Wrap(err, fault.Conflict,
		"%v cannot be deleted while another program has tied it, by %v, to a node %v in Neo4j: remove that relationship there first",
		"%v 不能删除：其他程序在 Neo4j 中用关系 %v 将其与节点 %v 相连，请先在那里删除该关系", code, link, labels)
}
