package neo4jstore

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// checkExpected fails with ErrConflict where people are not stored as a change expects. It
// locks the employees: what it reads stays so until the transaction ends.
func (w write) checkExpected(ctx context.Context, tx transaction) error {
	expected := w.cs.Expected
	if expected.Len() == 0 {
		return nil
	}
	keys := expected.Keys()
	var stored competency.People
	units := map[string]bool{}
	for _, u := range keys.OrgUnits {
		units[u.Code] = true
	}
	if len(units) > 0 {
		records, err := tx.run(ctx, cypher("load units"), nil)
		if err != nil {
			return err
		}
		for _, record := range records {
			var found decoder
			if u := found.decodeUnit(record.Values); units[u.Code] {
				stored.OrgUnits = append(stored.OrgUnits, u)
			}
		}
	}
	isEmployee, isState := map[string]bool{}, map[[2]string]bool{}
	var codes []string
	for _, e := range keys.Employees {
		isEmployee[e.Code], codes = true, append(codes, e.Code)
	}
	for _, a := range keys.Mastery {
		isState[[2]string{a.Employee, a.KnowledgePoint}], codes = true, append(codes, a.Employee)
	}
	slices.Sort(codes)
	for chunk := range slices.Chunk(slices.Compact(codes), peoplePerStatement) {
		people, err := lockPeople(ctx, tx, chunk, len(keys.Mastery) > 0)
		if err != nil {
			return err
		}
		for _, p := range people {
			if isEmployee[p.Employee.Code] {
				stored.Employees = append(stored.Employees, p.Employee)
			}
			for _, a := range p.States {
				if isState[[2]string{a.Employee, a.KnowledgePoint}] {
					stored.Mastery = append(stored.Mastery, a)
				}
			}
		}
	}
	if !expected.Matches(stored) {
		return store.ErrConflict
	}
	return nil
}

// lockPeople reads people under their locks, from the relationships.
func lockPeople(ctx context.Context, tx transaction, codes []string, states bool) ([]store.Profile, error) {
	if _, err := tx.run(ctx, cypher("lock people"), map[string]any{"codes": codes}); err != nil {
		return nil, err
	}
	var found decoder
	people, _, err := found.loadPeople(ctx, tx, codes, profileParts{})
	if err != nil || !states {
		return people, err
	}
	_, err = found.loadStates(ctx, tx, people, codes)
	return people, err
}
