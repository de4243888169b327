package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/search"
	"github.com/zhitu/zhitu/internal/store"
)

// How people are deleted; they are written by the merging statements below.
var (
	orgUnits = recordTable[competency.OrgUnit]{
		name: "org_units", key: []string{"code"},
		row: func(row []any, u competency.OrgUnit) []any { return append(row, u.Code) },
	}
	employees = recordTable[competency.Employee]{
		name: "employees", key: []string{"code"},
		row: func(row []any, e competency.Employee) []any { return append(row, e.Code) },
	}
	targets = listTable[competency.Employee]{
		name: "employee_targets", owner: "employee", item: "position",
		of: func(e competency.Employee) (string, []string) { return e.Code, e.Targets },
	}
	assessments = recordTable[competency.Assessment]{
		name: "mastery", key: []string{"employee", "knowledge_point"},
		row: func(row []any, a competency.Assessment) []any { return append(row, a.Employee, a.KnowledgePoint) },
	}
	employeeStates = recordTable[competency.Employee]{
		name: "mastery", key: []string{"employee"},
		row: func(row []any, e competency.Employee) []any { return append(row, e.Code) },
	}
)

func deletePeople(ctx context.Context, tx *sql.Tx, del competency.People) error {
	return runInOrder(
		func() error { return assessments.delete(ctx, tx, del.Mastery) },
		func() error { return employeeStates.delete(ctx, tx, del.Employees) },
		func() error { return deleteEvidence(ctx, tx, del.Employees) },
		func() error { return targets.delete(ctx, tx, del.Employees) },
		func() error { return employees.delete(ctx, tx, del.Employees) },
		func() error { return orgUnits.delete(ctx, tx, del.OrgUnits) },
	)
}

func putPeople(ctx context.Context, tx *sql.Tx, put competency.People, at time.Time) error {
	return runInOrder(
		func() error { return clearUnits(ctx, tx, put.OrgUnits) },
		func() error { return clearEmployees(ctx, tx, put.Employees) },
		func() error { return mergeUnits(ctx, tx, put.OrgUnits) },
		func() error { return mergeEmployees(ctx, tx, put.Employees) },
		func() error { return refuseNameless(ctx, tx) },
		func() error { return putAssessments(ctx, tx, put.Mastery, at) },
	)
}

// clearUnits empties the fields that edits name in Clear.
func clearUnits(ctx context.Context, tx *sql.Tx, units []competency.OrgUnit) error {
	clearing := func(u competency.OrgUnit) (string, competency.FieldSet) { return u.Code, u.Clear }
	return runInOrder(
		func() error {
			return clearField(ctx, tx, "org_units", "name = ''", competency.FieldName, units, clearing)
		},
		func() error {
			return clearField(ctx, tx, "org_units", "parent = NULL", competency.FieldParent, units, clearing)
		},
	)
}

// clearEmployees empties the fields that edits name in Clear.
func clearEmployees(ctx context.Context, tx *sql.Tx, list []competency.Employee) error {
	clearing := func(e competency.Employee) (string, competency.FieldSet) { return e.Code, e.Clear }
	field := func(assignment string, field competency.FieldSet) func() error {
		return func() error { return clearField(ctx, tx, "employees", assignment, field, list, clearing) }
	}
	return runInOrder(
		field("name = ''", competency.FieldName),
		field("org_unit = NULL", competency.FieldOrgUnit),
		field("position = NULL", competency.FieldPosition),
		field("modalities = NULL", competency.FieldModalities),
		field("manager = NULL", competency.FieldManager),
		func() error {
			return targets.delete(ctx, tx, slices.DeleteFunc(slices.Clone(list), func(e competency.Employee) bool { return !e.Clear.Has(competency.FieldTargets) }))
		},
	)
}

// clearField makes an assignment for those of a list that clear a field.
func clearField[T any](ctx context.Context, tx *sql.Tx, table, assignment string, field competency.FieldSet, list []T,
	clearing func(T) (code string, fields competency.FieldSet),
) error {
	var codes []string
	for _, v := range list {
		if code, fields := clearing(v); fields.Has(field) {
			codes = append(codes, code)
		}
	}
	return execEach(ctx, tx, fmt.Sprintf("UPDATE %s SET %s WHERE code = ?", table, assignment), codes, func(code string) []any { return []any{code} })
}

func mergeUnits(ctx context.Context, tx *sql.Tx, units []competency.OrgUnit) error {
	return execBatches(ctx, tx, `
		INSERT INTO org_units (code, name, parent) VALUES %s
		ON CONFLICT DO UPDATE SET
			name   = iif(excluded.name = '', name, excluded.name),
			parent = coalesce(excluded.parent, parent)`, 3, units,
		func(row []any, u competency.OrgUnit) []any { return append(row, u.Code, u.Name, nullIfEmpty(u.Parent)) })
}

func mergeEmployees(ctx context.Context, tx *sql.Tx, list []competency.Employee) error {
	err := execBatches(ctx, tx, `
		INSERT INTO employees (code, name, org_unit, position, modalities, manager, search) VALUES %s
		ON CONFLICT DO UPDATE SET
			name       = iif(excluded.name = '', name, excluded.name),
			search     = iif(excluded.name = '', search, excluded.search),
			org_unit   = coalesce(excluded.org_unit, org_unit),
			position   = coalesce(excluded.position, position),
			modalities = coalesce(excluded.modalities, modalities),
			manager    = coalesce(excluded.manager, manager)`, 7, list,
		func(row []any, e competency.Employee) []any {
			return append(row, e.Code, e.Name, nullIfEmpty(e.OrgUnit), nullIfEmpty(e.Position), encodeList(e.Modalities), nullIfEmpty(e.Manager),
				search.Key([]string{e.Code, e.Name}))
		})
	if err != nil {
		return err
	}
	var aiming []competency.Employee
	for _, e := range list {
		if len(e.Targets) > 0 {
			aiming = append(aiming, e)
		}
	}
	return targets.replace(ctx, tx, aiming)
}

// refuseNameless finds those who were merged over nothing.
func refuseNameless(ctx context.Context, tx *sql.Tx) error {
	var some bool
	err := tx.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM org_units WHERE name = '') OR EXISTS (SELECT 1 FROM employees WHERE name = '')`).Scan(&some)
	if err == nil && some {
		return store.ErrReference
	}
	return err
}

// putAssessments writes what was assessed, but for what is older than what is known. An
// assessment without a time is of the time of the change, and says nothing new
// where the value is the one that is known.
func putAssessments(ctx context.Context, tx *sql.Tx, list []competency.Assessment, at time.Time) error {
	for len(list) > 0 {
		// Runs, because the order counts where a set has one state twice.
		dated, n := !list[0].AssessedAt.IsZero(), 1
		for n < len(list) && list[n].AssessedAt.IsZero() != dated {
			n++
		}
		err := execBatches(ctx, tx, `
			INSERT INTO mastery (employee, knowledge_point, mastery, assessed_at) VALUES %s
			ON CONFLICT DO UPDATE SET mastery = excluded.mastery, assessed_at = excluded.assessed_at, model = NULL
			WHERE excluded.mastery <> mastery AND excluded.assessed_at >= assessed_at OR ? AND excluded.assessed_at > assessed_at`, 4, list[:n],
			func(row []any, a competency.Assessment) []any {
				time := a.AssessedAt
				if !dated {
					time = at
				}
				return append(row, a.Employee, a.KnowledgePoint, a.Mastery, time.UnixMicro())
			}, dated)
		if err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}
