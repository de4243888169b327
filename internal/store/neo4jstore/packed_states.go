package neo4jstore

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// The relationships MASTERS are the truth, and the packed copies of them (packed.go)
// are what questions about a person read. A write changes the copies of all whose
// relationships it changes, in its own transaction: no two writers are in one at the
// same time (moment.go). What somebody edits by hand leaves a copy behind. One that
// has not as many states as there are relationships, which Neo4j counts without
// looking at them, or that is absent or cannot be read, is not used, and the
// relationships are read; any other difference stays until Rebuild finds it.

// points knows points by their ordinals, which mean the same for ever.
type ordinalIndex struct {
	mu       sync.RWMutex
	codes    map[int64]string
	ordinals map[string]int64 // the other way round, once it was asked for
}

// set replaces what is known by what a catalog has.
func (x *ordinalIndex) replaceCodes(codes map[int64]string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.codes, x.ordinals = codes, nil
}

// ordinal returns the ordinal of a point, if it is known.
func (x *ordinalIndex) ordinalOf(code string) (int64, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.ordinals == nil {
		x.ordinals = make(map[string]int64, len(x.codes))
		for ordinal, code := range x.codes {
			x.ordinals[code] = max(x.ordinals[code], ordinal) // the latest of a point that was deleted and created again
		}
	}
	ordinal, ok := x.ordinals[code]
	return ordinal, ok
}

// named returns assessments of what states say, up to the first on a point that is
// not known.
func (x *ordinalIndex) assessmentsOf(employee string, states []packedState) []competency.Assessment {
	x.mu.RLock()
	defer x.mu.RUnlock()
	list := make([]competency.Assessment, 0, len(states))
	for _, s := range states {
		code, ok := x.codes[s.ordinal]
		if !ok {
			break
		}
		list = append(list, s.toAssessment(employee, code))
	}
	return list
}

// learn reads the points from an ordinal on: those that others have created since.
func (x *ordinalIndex) loadFrom(ctx context.Context, r statementRunner, from int64) error {
	one, err := singleRecord(r.run(ctx, cypher("load ordinals"), map[string]any{"from": from}))
	if err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.codes == nil {
		x.codes = map[int64]string{}
	}
	x.ordinals = nil
	list, _ := one.Values[0].([]any)
	for _, item := range list {
		pair := item.([]any)
		ordinal, numbered := pair[0].(int64)
		if code, named := pair[1].(string); numbered && named {
			x.codes[ordinal] = code
		}
	}
	return nil
}

// whole returns the states in a copy, which comes with the number of relationships,
// unless it cannot be used.
func usableStates(copied, relationships any) (states []packedState, ok bool) {
	packed, present := copied.([]byte)
	states, err := unpackStates(packed)
	return states, err == nil && (present || copied == nil) && relationships == int64(len(states))
}

// unpacked returns the states in a copy, and whether it can be used.
func (d *decoder) statesFromPacked(ctx context.Context, r statementRunner, employee string, v []any) (list []competency.Assessment, usable bool, err error) {
	states, usable := usableStates(v[0], v[1])
	if !usable {
		return nil, false, nil
	}
	return d.resolvePoints(ctx, r, employee, states)
}

// called returns states with their points by code, false where one is not known.
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

// touched is what a write has done to the states of people, in order: what their
// relationships say now.
type stateChanges map[string][]stateChange

type stateChange struct {
	packedState
	deleted bool
}

// assessed notes the answer of "assess", which has a record for every row.
func (c stateChanges) addAssessed(rows []row, found []*neo4j.Record) error {
	if len(found) != len(rows) {
		return store.ErrReference
	}
	for _, record := range found {
		v := record.Values
		s, ok := newPackedState(v[1], v[2], v[3], v[4])
		c.addChange(v[0], stateChange{s, !ok}) // without it the copy has too few, and is made of the relationships
	}
	return nil
}

// forgotten notes the answer of "forget".
func (c stateChanges) addDeleted(_ []row, found []*neo4j.Record) error {
	for _, record := range found {
		ordinal, _ := record.Values[1].(int64)
		c.addChange(record.Values[0], stateChange{packedState{ordinal: ordinal}, true})
	}
	return nil
}

func (c stateChanges) addChange(employee any, what stateChange) {
	code := employee.(string) // it comes from a row of ours
	c[code] = append(c[code], what)
}

// after returns states, which are sorted by ordinal, with what has been done to them.
func applyChanges(changes []stateChange, states []packedState) []packedState {
	changes = slices.Clone(changes)
	slices.SortStableFunc(changes, func(a, b stateChange) int { return compareOrdinals(a.packedState, b.packedState) })
	made := make([]packedState, 0, len(states)+len(changes))
	for i, change := range changes {
		if i+1 < len(changes) && changes[i+1].ordinal == change.ordinal {
			continue // the last one counts
		}
		n, found := slices.BinarySearchFunc(states, change.packedState, compareOrdinals)
		made = append(made, states[:n]...)
		if states = states[n:]; found {
			states = states[1:]
		}
		if !change.deleted {
			made = append(made, change.packedState)
		}
	}
	return append(made, states...)
}

// copied brings the copies of all who were touched up to date: from what they were,
// and where that cannot be, from the relationships.
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

// copyOf is a copy as it is written: none of nothing.
func nullIfNoBytes(packed []byte) any {
	if packed == nil {
		return nil
	}
	return packed
}

// copyAnew makes copies of the relationships.
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

// stale returns the copies that are not what the relationships say, as they should
// be.
func stalePackedStates(ctx context.Context, r statementRunner, codes []string) (rows []row, err error) {
	one, err := singleRecord(r.run(ctx, cypher("load states"), map[string]any{"codes": codes}))
	if err != nil {
		return nil, err
	}
	for _, item := range one.Values[0].([]any) {
		of := item.([]any)
		want := packRelationships(of[1].([]any))
		if is, ok := of[2].([]byte); of[2] == nil && want == nil || ok && want != nil && bytes.Equal(is, want) {
			continue
		}
		rows = append(rows, packedStatesRow(of[0].(string), want))
	}
	return rows, nil
}

// packedAll packs relationships, unless that cannot be done to all of them: then
// there shall be no copy.
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

// Rebuild makes anew the packed copies that are not what the relationships say, in a
// transaction for each two hundred people.
func (s *Store) Rebuild(ctx context.Context) (found []fault.Problem, err error) {
	if err := s.ensureOrdinals(ctx); err != nil {
		return nil, err
	}
	var codes []string
	err = s.callServer(ctx, "rebuild", lengthy, func(ctx context.Context) (err error) {
		codes, err = new(decoder).loadEmployeeCodes(ctx, s.readRunner())
		return err
	})
	if err != nil {
		return nil, err
	}
	for chunk := range slices.Chunk(codes, peoplePerStatement) {
		var rows []row
		err := s.callServer(ctx, "rebuild", lengthy, func(ctx context.Context) error {
			return s.consistentRead(ctx, withGateCheck(peopleGate, func(ctx context.Context, r statementRunner) (err error) {
				rows, err = stalePackedStates(ctx, r, chunk)
				return err
			}))
		})
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			continue
		}
		w := write{token: rand.Int64()}
		for _, row := range rows {
			code := row["code"].(string)
			w.rebuild = append(w.rebuild, code)
			found = append(found, fault.Problem{
				Place: fault.Place{Record: competency.Employees, Key: code, Field: "packedStates"}, Code: fault.Conflict,
				Text: fault.T("the packed copy of the states is not what the relationships MASTERS say: it has been made anew from them, and nothing is left to do",
					"掌握状态的打包副本与 MASTERS 关系不一致：已按关系重建，无须再处理"),
			})
		}
		if _, err := s.write(ctx, "rebuild", lengthy, w); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// number gives ordinals to points that were created by other means.
func (s *Store) ensureOrdinals(ctx context.Context) error {
	return s.callServer(ctx, "number", lengthy*4, func(ctx context.Context) error {
		one, err := singleRecord(s.readRunner().run(ctx, cypher("match points without ordinal")+"\n"+cypher("any point matched"), nil))
		if err != nil || one.Values[0] != true {
			return err
		}
		return retryTransient(ctx, func() error {
			return s.withWriteLock(ctx, func(tx transaction, _ lockState) error { return assignMissingOrdinals(ctx, tx) })
		})
	})
}

// numberAll is for whoever holds the lock.
func assignMissingOrdinals(ctx context.Context, tx transaction) error {
	_, err := tx.run(ctx, cypher("match points without ordinal")+"\n"+cypher("assign ordinals"), nil)
	return err
}
