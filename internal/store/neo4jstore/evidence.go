package neo4jstore

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// ledger is a store.Ledger of one transaction. People are known by their copies, or
// where these cannot be used by their relationships.
type evidenceTx struct {
	ctx context.Context
	tx  transaction
	decoder
	packedStates   map[string][]packedState
	fallbackStates map[string][]competency.Assessment // of those whose copies cannot be used
	knownOrdinals  map[string]int64                   // of points, -1 of those that have none
	written        bool
}

func (t *evidenceTx) Look(people, ids, points []string) (f store.Found, err error) {
	one, err := singleRecord(t.tx.run(t.ctx, cypher("lock and look up"), map[string]any{"codes": people, "ids": ids, "points": points}))
	if err != nil {
		return f, err
	}
	f = store.Found{People: map[string]bool{}, Evidence: map[string]bool{}, Points: map[string]bool{}}
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
	for _, id := range one.Values[1].([]any) {
		f.Evidence[id.(string)] = true
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

// look reads the relationships of people.
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
	if len(t.problems) > 0 {
		return unreadableDataError(t.problems)
	}
	for _, p := range people {
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
	taken, err := decodeEvidence(found)
	for i := range taken {
		taken[i].Retracted = false // as it was
	}
	return taken, err
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

// picked returns what a copy says of points, unless it is not known how it calls one.
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

// all returns all states of a person.
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

func (t *evidenceTx) All(employee string) ([]competency.Evidence, []competency.Assessment, error) {
	found, err := t.tx.run(t.ctx, cypher("match valid evidence")+"\n"+cypher("return evidence"), map[string]any{"codes": []string{employee}})
	if err != nil {
		return nil, nil, err
	}
	evidence, err := decodeEvidence(found)
	if err != nil {
		return nil, nil, err
	}
	states, err := t.allStates(employee)
	return evidence, states, err
}

func (t *evidenceTx) Write(list []store.Lesson) error {
	t.written = true
	var unusable []string
	rows := rowsOf(list, func(one store.Lesson) row {
		packed, ok := t.packUpdated(one)
		if !ok {
			unusable = append(unusable, one.Employee) // whose copies are made of the relationships
		}
		states, evidence := evidenceRows(one)
		return row{"code": one.Employee, "packed": packed, "states": states, "evidence": evidence, "gone": one.Drop}
	})
	if err := (batchStatement{statement: cypher("put recorded evidence", "PROPERTIES", cypher("evidence properties")), rows: rows}).execBatches(t.ctx, t.tx); err != nil {
		return err
	}
	return rebuildPackedStates(t.ctx, t.tx, unusable)
}

// listed returns what is new of a person as lists: the states, each with the evidence
// that is about its point alone, and all other evidence.
func evidenceRows(one store.Lesson) (states, evidence []any) {
	stateIndex := make(map[string]int, len(one.Put))
	for i, a := range one.Put {
		stateIndex[a.KnowledgePoint] = i
		states = append(states, []any{a.KnowledgePoint, a.Mastery, truncateMicros(a.AssessedAt), formatNumbers(a.Model), []any(nil)})
	}
	for _, e := range one.New {
		v := []any{
			e.ID, string(e.Kind), e.Score, truncateMicros(e.At), nullIfZero(e.Attempts), nullIfZero(e.Duration.Microseconds()),
			nullIfEmpty(e.Item), nullIfNil(e.Difficulty), nullIfEmpty(e.Source), nullIfFalse(e.Retracted),
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

// pack returns the copy of a person's states after a lesson, unless it must be made
// of the relationships.
func (t *evidenceTx) packUpdated(one store.Lesson) (packed any, ok bool) {
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

// yes leaves out what is not so.
func nullIfFalse(b bool) any {
	if b {
		return true
	}
	return nil
}

// some leaves a number out that says nothing.
func nullIfZero[T int | int64](n T) any {
	if n == 0 {
		return nil
	}
	return int64(n)
}

// Evidence returns what is kept, the latest first.
func (s *Store) Evidence(ctx context.Context, q store.EvidenceQuery) (list []competency.Evidence, err error) {
	match, conditions, params := "MATCH (v:Evidence)-[:OF]->(e:Employee)", []string{"true"}, map[string]any{}
	if q.Employee != "" {
		match, params["employee"] = "MATCH (e:Employee {code: $employee})\nWITH *\nMATCH (v:Evidence)-[:OF]->(e)", q.Employee
	}
	if len(q.IDs) > 0 {
		conditions, params["ids"] = append(conditions, "v.id IN $ids"), q.IDs
	}
	if q.KnowledgePoint != "" {
		conditions, params["point"] = append(conditions, "EXISTS { (v)-[:ABOUT]->(:KnowledgePoint {code: $point}) }"), q.KnowledgePoint
	}
	limit := s.timeout
	if q.First == 0 && len(q.IDs) == 0 {
		limit = lengthy
	}
	// Neo4j compares ids by UTF-16, and we by code point. So what has the time of the
	// first or of the last of a page is brought along whole, and left out here.
	statement := match + "\nWHERE " + strings.Join(conditions, " AND ")
	params["at"] = nil
	if q.Before != nil {
		params["at"] = truncateMicros(q.Before.At)
	}
	if q.First > 0 {
		params["first"] = int64(q.First)
		page := statement + timeCondition(q.Before, "<")
		statement = page + "\nWITH v ORDER BY v.at DESC LIMIT $first\nWITH min(v.at) AS last\n" + statement + " AND v.at >= coalesce(last, $at)"
	}
	statement += timeCondition(q.Before, "<=")
	err = s.callServer(ctx, "evidence", limit, func(ctx context.Context) error {
		return s.consistentRead(ctx, withGateCheck(peopleGate, func(ctx context.Context, r statementRunner) error {
			found, err := r.run(ctx, statement+"\n"+cypher("return evidence"), params)
			if err == nil {
				list, err = decodeEvidence(found)
			}
			return err
		}))
	})
	if err != nil {
		return nil, err
	}
	if q.Before != nil {
		after := competency.Evidence{At: q.Before.At, ID: q.Before.ID}
		list = slices.DeleteFunc(list, func(e competency.Evidence) bool { return competency.CompareEvidence(e, after) >= 0 })
	}
	slices.SortFunc(list, func(a, b competency.Evidence) int { return competency.CompareEvidence(b, a) })
	if q.First > 0 && len(list) > q.First {
		list = list[:q.First]
	}
	return list, nil
}

// upTo is the condition that evidence comes before a place in the order, by its
// time alone.
func timeCondition(place *store.EvidenceKey, how string) string {
	if place == nil {
		return ""
	}
	return " AND v.at " + how + " $at"
}

// evidenceOf reads evidence that was told.
func decodeEvidence(found []*neo4j.Record) ([]competency.Evidence, error) {
	var s decoder
	var list []competency.Evidence
	for _, record := range found {
		v := record.Values
		r := s.recordOf(competency.EvidenceRecords, v[0])
		e := competency.Evidence{
			ID: r.codeField("id", v[0]), Employee: r.codeField("employee", v[1]), KnowledgePoints: textListField[string](r, "points", v[2]),
			Kind: competency.EvidenceKind(r.textField("kind", v[3])), Item: r.textField("item", v[7]), Difficulty: r.floatField("difficulty", v[8]),
			At: r.timeField("at", v[9]), Source: r.textField("source", v[10]),
		}
		if score := r.floatField("score", v[4]); score != nil {
			e.Score = *score
		}
		if attempts := r.intField("attempts", v[5]); attempts != nil {
			e.Attempts = *attempts
		}
		if micros := r.intField("durationMicros", v[6]); micros != nil {
			e.Duration = time.Duration(*micros) * time.Microsecond
		}
		if retracted := r.boolField("retracted", v[11]); retracted != nil {
			e.Retracted = *retracted
		}
		slices.Sort(e.KnowledgePoints)
		list = append(list, e)
	}
	if len(s.problems) > 0 {
		return nil, unreadableDataError(s.problems)
	}
	return list, nil
}
