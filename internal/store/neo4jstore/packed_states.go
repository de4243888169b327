package neo4jstore

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// Packed states are a read model. The MASTERS relationships are the source of truth, and
// queries about a person read the packed copy of them (packed_format.go). A write updates
// the packed states of all people whose relationships it changes, in the same
// transaction. The writers' lock excludes concurrent updates.
//
// An external edit leaves the packed states stale. They are not used where they are
// absent, invalid, or have another number of states than there are relationships: Neo4j
// counts those without reading them. Then the relationships are read. Any other
// difference stays until Rebuild finds it.

// usableStates returns the packed states of a person, unless they cannot be used. The
// number of relationships comes with them.
func usableStates(copied, relationships any) (states []packedState, ok bool) {
	packed, present := copied.([]byte)
	states, err := unpackStates(packed)
	return states, err == nil && (present || copied == nil) && relationships == int64(len(states))
}

// statesFromPacked returns assessments from packed states, if these can be used.
func (d *decoder) statesFromPacked(ctx context.Context, r statementRunner, employee string, v []any) (list []competency.Assessment, usable bool, err error) {
	states, usable := usableStates(v[0], v[1])
	if !usable {
		return nil, false, nil
	}
	return d.resolvePoints(ctx, r, employee, states)
}

// resolvePoints converts states to assessments, sorted by point. It reports false where
// a point is unknown.
func (d *decoder) resolvePoints(ctx context.Context, r statementRunner, employee string, states []packedState) (list []competency.Assessment, ok bool, err error) {
	if len(states) == 0 {
		return nil, true, nil
	}
	if list = d.pointOrdinals.assessmentsOf(employee, states); len(list) < len(states) {
		if err := d.pointOrdinals.loadFrom(ctx, r, states[len(list)].ordinal); err != nil {
			return nil, false, err
		}
		list = d.pointOrdinals.assessmentsOf(employee, states)
	}
	slices.SortFunc(list, comparePoints)
	return list, len(list) == len(states), nil
}

// stateChanges are the changes that a write makes to the states of each person, in order.
type stateChanges map[string][]stateChange

type stateChange struct {
	packedState
	deleted bool
}

// addAssessed takes over the result of "put states", which has a record for every row.
func (c stateChanges) addAssessed(rows []row, found []*neo4j.Record) error {
	if len(found) != len(rows) {
		return store.ErrReference
	}
	for _, record := range found {
		v := record.Values
		s, ok := newPackedState(v[1], v[2], v[3], v[4])
		c.addChange(v[0], stateChange{s, !ok}) // a deletion makes the counts differ, and so causes a rebuild
	}
	return nil
}

// addDeleted takes over the result of "delete states".
func (c stateChanges) addDeleted(_ []row, found []*neo4j.Record) error {
	for _, record := range found {
		ordinal, _ := record.Values[1].(int64)
		c.addChange(record.Values[0], stateChange{packedState{ordinal: ordinal}, true})
	}
	return nil
}

func (c stateChanges) addChange(employee any, what stateChange) {
	code := employee.(string) // it comes from a row of this package
	c[code] = append(c[code], what)
}

// applyChanges merges changes into states, which are sorted by ordinal.
func applyChanges(changes []stateChange, states []packedState) []packedState {
	changes = slices.Clone(changes)
	slices.SortStableFunc(changes, func(a, b stateChange) int { return compareOrdinals(a.packedState, b.packedState) })
	merged := make([]packedState, 0, len(states)+len(changes))
	for i, change := range changes {
		if i+1 < len(changes) && changes[i+1].ordinal == change.ordinal {
			continue // the last one counts
		}
		n, found := slices.BinarySearchFunc(states, change.packedState, compareOrdinals)
		merged = append(merged, states[:n]...)
		if states = states[n:]; found {
			states = states[1:]
		}
		if !change.deleted {
			merged = append(merged, change.packedState)
		}
	}
	return append(merged, states...)
}

// updatePackedStates writes the packed states of all changed people: from the old ones
// and the changes, or from the relationships where the old ones are unusable.
func (c stateChanges) updatePackedStates(ctx context.Context, tx transaction) error {
	for codes := range slices.Chunk(slices.Sorted(maps.Keys(c)), peoplePerStatement) {
		found, err := tx.run(ctx, cypher("load packed states"), map[string]any{"codes": codes})
		if err != nil {
			return err
		}
		var rows []row
		var unusable []string
		for _, record := range found {
			employee := record.Values[0].(string)
			before, _ := record.Values[1].([]byte)
			states, err := unpackStates(before)
			if states = applyChanges(c[employee], states); err != nil || record.Values[2] != int64(len(states)) {
				unusable = append(unusable, employee)
			} else if packed := packStates(states); !bytes.Equal(packed, before) {
				rows = append(rows, packedStatesRow(employee, packed))
			}
		}
		if err := writePackedStates(ctx, tx, rows); err != nil {
			return err
		}
		if err := rebuildPackedStates(ctx, tx, unusable); err != nil {
			return err
		}
	}
	return nil
}

func writePackedStates(ctx context.Context, tx transaction, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.run(ctx, cypher("put packed states"), map[string]any{"rows": rows})
	return err
}

func packedStatesRow(employee string, packed []byte) row {
	return row{"code": employee, "states": nullIfNoBytes(packed)}
}

// nullIfNoBytes leaves empty packed states out, so that no property is written.
func nullIfNoBytes(packed []byte) any {
	if packed == nil {
		return nil
	}
	return packed
}

// rebuildPackedStates makes packed states from the relationships.
func rebuildPackedStates(ctx context.Context, tx transaction, codes []string) error {
	for chunk := range slices.Chunk(codes, peoplePerStatement) {
		rows, err := stalePackedStates(ctx, tx, chunk)
		if err != nil {
			return err
		}
		if err := writePackedStates(ctx, tx, rows); err != nil {
			return err
		}
	}
	return nil
}

// stalePackedStates returns, as they should be, the packed states that differ from the
// relationships.
func stalePackedStates(ctx context.Context, r statementRunner, codes []string) (rows []row, err error) {
	one, err := singleRecord(r.run(ctx, cypher("load states"), map[string]any{"codes": codes}))
	if err != nil {
		return nil, err
	}
	for _, item := range one.Values[0].([]any) {
		person := item.([]any)
		want := packRelationships(person[1].([]any))
		if packed, ok := person[2].([]byte); person[2] == nil && want == nil || ok && want != nil && bytes.Equal(packed, want) {
			continue
		}
		rows = append(rows, packedStatesRow(person[0].(string), want))
	}
	return rows, nil
}

// packRelationships packs the relationships of a person. It returns nil where one of
// them cannot be packed: then there are no packed states.
func packRelationships(items []any) []byte {
	states := make([]packedState, 0, len(items))
	for _, item := range items {
		v := item.([]any)
		s, ok := newPackedState(v[3], v[1], v[2], v[4])
		if !ok {
			return nil
		}
		states = append(states, s)
	}
	slices.SortFunc(states, compareOrdinals)
	for i := range len(states) - 1 {
		if states[i].ordinal == states[i+1].ordinal {
			return nil // two on one point
		}
	}
	return packStates(states)
}

func compareOrdinals(a, b packedState) int { return cmp.Compare(a.ordinal, b.ordinal) }
