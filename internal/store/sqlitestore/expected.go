package sqlitestore

import (
	"context"
	"database/sql"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// checkExpected fails with ErrConflict where people are not stored as a change expects.
func checkExpected(ctx context.Context, tx *sql.Tx, expected *competency.ExpectedPeople) error {
	if expected.Len() == 0 {
		return nil
	}
	keys := expected.Keys()
	var stored competency.People
	err := runInOrder(
		func() (err error) {
			stored.OrgUnits, err = queryAll(ctx, tx, scanUnit, `SELECT code, name, coalesce(parent, '') FROM org_units WHERE code IN (SELECT value FROM json_each(?))`,
				encodeList(codesOf(keys.OrgUnits, func(u competency.OrgUnit) string { return u.Code })))
			return err
		},
		func() (err error) {
			stored.Employees, err = selectEmployees(ctx, tx, `code IN (SELECT value FROM json_each(?))`,
				encodeList(codesOf(keys.Employees, func(e competency.Employee) string { return e.Code })))
			return err
		},
		func() error {
			points := map[string][]string{}
			for _, a := range keys.Mastery {
				points[a.Employee] = append(points[a.Employee], a.KnowledgePoint)
			}
			states, err := evidenceTx{ctx: ctx, tx: tx}.States(points)
			for _, list := range states {
				stored.Mastery = append(stored.Mastery, list...)
			}
			return err
		},
	)
	if err == nil && !expected.Matches(stored) {
		return store.ErrConflict
	}
	return err
}

func codesOf[T any](list []T, code func(T) string) []string {
	codes := make([]string, len(list))
	for i, v := range list {
		codes[i] = code(v)
	}
	return codes
}
