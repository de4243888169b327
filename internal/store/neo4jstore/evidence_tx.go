package neo4jstore

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// evidenceTx is a store.Ledger within one transaction. It reads states from the packed
// states, or from the relationships where these cannot be used.
type evidenceTx struct {
	ctx context.Context
	tx  transaction
	decoder
	packedStates   map[string][]packedState
	fallbackStates map[string][]competency.Assessment // of people whose packed states cannot be used
	knownOrdinals  map[string]int64                   // by point; -1 for a point without one
	written        bool
}

func (t *evidenceTx) Lookup(people, ids, points []string) (f store.LookupResult, err error) {
	one, err := singleRecord(t.tx.run(t.ctx, cypher("lock and look up"), map[string]any{"codes": people, "ids": ids, "points": points}))
	if err != nil {
		return f, err
	}
	f = store.LookupResult{People: map[string]bool{}, Points: map[string]bool{}}
	t.packedStates, t.fallbackStates, t.knownOrdinals = map[string][]packedState{}, map[string][]competency.Assessment{}, map[string]int64{}
	var unusable []store.Profile
	for _, item := range one.Values[0].([]any) {
		v := item.([]any)
		code := v[0].(string)
		f.People[code] = true
		if states, ok := usableStates(v[1], v[2]); ok {
			t.packedStates[code] = states
		} else {
			unusable = append(unusable, store.Profile{Employee: competency.Employee{Code: code}})
		}
	}
	if f.Evidence, err = t.storedEvidence(one.Values[1].([]any)); err != nil {
		return f, err
	}
	for _, item := range one.Values[3].([]any) {
		e := new(decoder).tombstone(item.([]any))
		f.Evidence[e.ID] = e
	}
	for _, item := range one.Values[2].([]any) {
		v := item.([]any)
		code := v[0].(string)
		f.Points[code], t.knownOrdinals[code] = true, -1
		if ordinal, numbered := v[1].(int64); numbered {
			t.knownOrdinals[code] = ordinal
		}
	}
	return f, t.readRelationships(unusable)
}

// storedEvidence reads the evidence with some ids, of which there mostly are none. What
// an external edit has made unreadable, or nobody's, still has its id.
func (t *evidenceTx) storedEvidence(ids []any) (map[string]competency.Evidence, error) {
	stored := make(map[string]competency.Evidence, len(ids))
	if len(ids) == 0 {
		return stored, nil
	}
	found, err := t.tx.run(t.ctx, cypher("match evidence by id")+"\n"+cypher("return evidence"), map[string]any{"ids": ids})
	if err != nil {
		return nil, err
	}
	for _, e := range new(decoder).evidence(found) {
		stored[e.ID] = e
	}
	return stored, nil
}

// readRelationships reads the states of people from their relationships.
func (t *evidenceTx) readRelationships(people []store.Profile) error {
	if len(people) == 0 {
		return nil
	}
	slices.SortFunc(people, func(a, b store.Profile) int { return strings.Compare(a.Employee.Code, b.Employee.Code) })
	codes := make([]string, len(people))
	for i, p := range people {
		codes[i] = p.Employee.Code
	}
	if _, err := t.loadStates(t.ctx, t.tx, people, codes); err != nil {
		return err
	}
	for _, p := range people {
		if err := store.UnreadableError(p.Problems); err != nil {
			return err
		}
		t.fallbackStates[p.Employee.Code] = p.States
	}
	return nil
}

func (t *evidenceTx) Retract(list []store.Retraction) ([]competency.Evidence, error) {
	found, err := t.tx.run(t.ctx, cypher("retract evidence")+"\n"+cypher("return evidence"), map[string]any{"rows": rowsOf(list, func(r store.Retraction) row {
		return row{"id": r.ID, "employee": r.Employee}
	})})
	if err != nil {
		return nil, err
	}
	retracted, err := decodeEvidence(found)
	for i := range retracted {
		retracted[i].Retracted = false // as it was before
	}
	return retracted, err
}

func (t *evidenceTx) States(points map[string][]string) (map[string][]competency.Assessment, error) {
	states := make(map[string][]competency.Assessment, len(points))
	for employee, wanted := range points {
		packed, usable := t.packedStates[employee]
		if usable {
			states[employee], usable = t.statesOfPoints(employee, packed, wanted)
		}
		if usable {
			continue
		}
		all, err := t.allStates(employee)
		if err != nil {
			return nil, err
		}
		for _, a := range all {
			if _, ok := slices.BinarySearch(wanted, a.KnowledgePoint); ok {
				states[employee] = append(states[employee], a)
			}
		}
	}
	return states, nil
}

// statesOfPoints returns the packed states of some points. It reports false where the
// ordinal of a point is unknown.
func (t *evidenceTx) statesOfPoints(employee string, packed []packedState, points []string) (list []competency.Assessment, ok bool) {
	for _, point := range points {
		ordinal, ok := t.ordinalOf(point)
		if !ok {
			return nil, false
		}
		if i, found := slices.BinarySearchFunc(packed, ordinal, func(s packedState, ordinal int64) int { return cmp.Compare(s.ordinal, ordinal) }); found {
			list = append(list, packed[i].toAssessment(employee, point))
		}
	}
	return list, true
}

func (t *evidenceTx) ordinalOf(point string) (int64, bool) {
	if ordinal, ok := t.knownOrdinals[point]; ok {
		return ordinal, ordinal >= 0
	}
	return t.pointOrdinals.ordinalOf(point)
}

// allStates returns all states of a person.
func (t *evidenceTx) allStates(employee string) ([]competency.Assessment, error) {
	if packed, ok := t.packedStates[employee]; ok {
		if list, ok, err := t.resolvePoints(t.ctx, t.tx, employee, packed); ok || err != nil {
			return list, err
		}
		delete(t.packedStates, employee)
		if err := t.readRelationships([]store.Profile{{Employee: competency.Employee{Code: employee}}}); err != nil {
			return nil, err
		}
	}
	return slices.Clone(t.fallbackStates[employee]), nil
}

func (t *evidenceTx) All(employee string) (all store.PersonEvidence, err error) {
	found, err := t.tx.run(t.ctx, cypher("match valid evidence")+"\n"+cypher("return evidence"), map[string]any{"codes": []string{employee}})
	if err != nil {
		return all, err
	}
	if all.Evidence, err = decodeEvidence(found); err != nil {
		return all, err
	}
	if all.States, err = t.allStates(employee); err != nil {
		return all, err
	}
	kept, err := loadCheckpoints(t.ctx, t.tx, []string{employee})
	for _, c := range kept {
		all.Checkpoint = c.Body
	}
	return all, err
}

func (t *evidenceTx) Write(list []store.FoldedRecording) error {
	t.written = true
	var unusable []string
	rows := rowsOf(list, func(one store.FoldedRecording) row {
		packed, ok := t.packUpdated(one)
		if !ok {
			unusable = append(unusable, one.Employee) // rebuilt from the relationships
		}
		states, evidence := evidenceRows(one)
		return row{"code": one.Employee, "packed": packed, "states": states, "evidence": evidence, "gone": one.Drop}
	})
	if err := (batchStatement{statement: cypher("put recorded evidence", "PROPERTIES", cypher("evidence properties"), "SPREAD", strconv.Itoa(moveSpread)), rows: rows}).execBatches(t.ctx, t.tx); err != nil {
		return err
	}
	if err := rebuildPackedStates(t.ctx, t.tx, unusable); err != nil {
		return err
	}
	return t.writeDropped(list)
}

// writeDropped keeps checkpoints and tombstones, and makes tombstones of what is dropped.
func (t *evidenceTx) writeDropped(list []store.FoldedRecording) error {
	var checkpoints, tombstones, dropped []row
	for _, one := range list {
		if one.Checkpoint != "" {
			checkpoints = append(checkpoints, row{"code": one.Employee, "checkpoint": one.Checkpoint})
		}
		for _, e := range one.Tombstones {
			tombstones = append(tombstones, row{"code": one.Employee, "id": e.ID, "statementHash": nullIfEmpty(e.StatementHash), "retracted": nullIfFalse(e.Retracted)})
		}
		if !one.DropBefore.IsZero() {
			dropped = append(dropped, row{"code": one.Employee, "before": truncateMicros(one.DropBefore)})
		}
	}
	for _, s := range []batchStatement{
		{statement: cypher("put checkpoints"), rows: checkpoints},
		{statement: cypher("put tombstones"), rows: tombstones},
		{statement: cypher("drop evidence"), rows: dropped},
	} {
		if err := s.execBatches(t.ctx, t.tx); err != nil {
			return err
		}
	}
	return nil
}

// evidenceRows returns the new data of a person as lists: the states, each with the
// evidence about its point alone, and all other evidence.
func evidenceRows(one store.FoldedRecording) (states, evidence []any) {
	stateIndex := make(map[string]int, len(one.Put))
	for i, a := range one.Put {
		stateIndex[a.KnowledgePoint] = i
		states = append(states, []any{a.KnowledgePoint, a.Mastery, truncateMicros(a.AssessedAt), formatNumbers(a.Model), []any(nil)})
	}
	for _, e := range one.New {
		v := []any{
			e.ID, string(e.Kind), e.Score, truncateMicros(e.At), nullIfZero(e.Attempts), nullIfZero(e.Duration.Microseconds()),
			nullIfEmpty(e.Item), nullIfNil(e.Difficulty), nullIfEmpty(e.Source), nullIfFalse(e.Retracted), nullIfZero(int(e.Filled)), nullIfEmpty(e.StatementHash),
			nullIfEmpty(e.RecordedBy),
		}
		i, hasState := -1, false
		if len(e.KnowledgePoints) == 1 {
			i, hasState = stateIndex[e.KnowledgePoints[0]]
		}
		if hasState {
			state := states[i].([]any)
			state[4] = append(state[4].([]any), v)
		} else {
			evidence = append(evidence, append(v, e.KnowledgePoints))
		}
	}
	return states, evidence
}

// packUpdated returns the packed states of a person after an update. It reports false
// where they must be rebuilt from the relationships.
func (t *evidenceTx) packUpdated(one store.FoldedRecording) (packed any, ok bool) {
	states, ok := t.packedStates[one.Employee]
	var changes []stateChange
	for _, a := range one.Put {
		ordinal, known := t.ordinalOf(a.KnowledgePoint)
		ok = ok && known
		changes = append(changes, stateChange{packedState: packedState{ordinal, a.Mastery, truncateMicros(a.AssessedAt).UnixMicro(), packNumbers(a.Model)}})
	}
	for _, point := range one.Drop {
		ordinal, known := t.ordinalOf(point)
		ok = ok && known
		changes = append(changes, stateChange{packedState{ordinal: ordinal}, true})
	}
	if !ok {
		return nil, false
	}
	return nullIfNoBytes(packStates(applyChanges(changes, states))), true
}

// nullIfFalse leaves false out.
func nullIfFalse(b bool) any {
	if b {
		return true
	}
	return nil
}

// nullIfZero leaves zero out.
func nullIfZero[T int | int64](n T) any {
	if n == 0 {
		return nil
	}
	return int64(n)
}
