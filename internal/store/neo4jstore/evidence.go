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
type ledger struct {
	ctx context.Context
	tx  transaction
	stored
	copies   map[string][]state
	odd      map[string][]competency.Assessment // of those whose copies cannot be used
	ordinals map[string]int64                   // of points, -1 of those that have none
	written  bool
}

func (l *ledger) Look(people, ids, points []string) (f store.Found, err error) {
	one, err := single(l.tx.run(l.ctx, cypher("learners"), map[string]any{"codes": people, "ids": ids, "points": points}))
	if err != nil {
		return f, err
	}
	f = store.Found{People: map[string]bool{}, Evidence: map[string]bool{}, Points: map[string]bool{}}
	l.copies, l.odd, l.ordinals = map[string][]state{}, map[string][]competency.Assessment{}, map[string]int64{}
	var odd []store.Profile
	for _, item := range one.Values[0].([]any) {
		v := item.([]any)
		code := v[0].(string)
		f.People[code] = true
		if states, ok := whole(v[1], v[2]); ok {
			l.copies[code] = states
		} else {
			odd = append(odd, store.Profile{Employee: competency.Employee{Code: code}})
		}
	}
	for _, id := range one.Values[1].([]any) {
		f.Evidence[id.(string)] = true
	}
	for _, item := range one.Values[2].([]any) {
		v := item.([]any)
		code := v[0].(string)
		f.Points[code], l.ordinals[code] = true, -1
		if ordinal, numbered := v[1].(int64); numbered {
			l.ordinals[code] = ordinal
		}
	}
	return f, l.look(odd)
}

// look reads the relationships of people.
func (l *ledger) look(people []store.Profile) error {
	if len(people) == 0 {
		return nil
	}
	slices.SortFunc(people, func(a, b store.Profile) int { return strings.Compare(a.Employee.Code, b.Employee.Code) })
	codes := make([]string, len(people))
	for i, p := range people {
		codes[i] = p.Employee.Code
	}
	if _, err := l.assess(l.ctx, l.tx, people, codes); err != nil {
		return err
	}
	if len(l.problems) > 0 {
		return edited(l.problems)
	}
	for _, p := range people {
		l.odd[p.Employee.Code] = p.States
	}
	return nil
}

func (l *ledger) Retract(list []store.Retraction) ([]competency.Evidence, error) {
	found, err := l.tx.run(l.ctx, cypher("retract")+"\n"+cypher("told"), map[string]any{"rows": rowsOf(list, func(r store.Retraction) row {
		return row{"id": r.ID, "employee": r.Employee}
	})})
	if err != nil {
		return nil, err
	}
	taken, err := evidenceOf(found)
	for i := range taken {
		taken[i].Retracted = false // as it was
	}
	return taken, err
}

func (l *ledger) States(points map[string][]string) (map[string][]competency.Assessment, error) {
	states := make(map[string][]competency.Assessment, len(points))
	for employee, wanted := range points {
		packed, usable := l.copies[employee]
		if usable {
			states[employee], usable = l.picked(employee, packed, wanted)
		}
		if usable {
			continue
		}
		all, err := l.all(employee)
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
func (l *ledger) picked(employee string, packed []state, points []string) (list []competency.Assessment, ok bool) {
	for _, point := range points {
		ordinal, ok := l.ordinal(point)
		if !ok {
			return nil, false
		}
		if i, found := slices.BinarySearchFunc(packed, ordinal, func(s state, ordinal int64) int { return cmp.Compare(s.ordinal, ordinal) }); found {
			list = append(list, packed[i].assessment(employee, point))
		}
	}
	return list, true
}

func (l *ledger) ordinal(point string) (int64, bool) {
	if ordinal, ok := l.ordinals[point]; ok {
		return ordinal, ordinal >= 0
	}
	return l.points.ordinal(point)
}

// all returns all states of a person.
func (l *ledger) all(employee string) ([]competency.Assessment, error) {
	if packed, ok := l.copies[employee]; ok {
		if list, ok, err := l.called(l.ctx, l.tx, employee, packed); ok || err != nil {
			return list, err
		}
		delete(l.copies, employee)
		if err := l.look([]store.Profile{{Employee: competency.Employee{Code: employee}}}); err != nil {
			return nil, err
		}
	}
	return slices.Clone(l.odd[employee]), nil
}

func (l *ledger) All(employee string) ([]competency.Evidence, []competency.Assessment, error) {
	found, err := l.tx.run(l.ctx, cypher("kept")+"\n"+cypher("told"), map[string]any{"codes": []string{employee}})
	if err != nil {
		return nil, nil, err
	}
	evidence, err := evidenceOf(found)
	if err != nil {
		return nil, nil, err
	}
	states, err := l.all(employee)
	return evidence, states, err
}

func (l *ledger) Write(list []store.Lesson) error {
	l.written = true
	var odd []string
	rows := rowsOf(list, func(one store.Lesson) row {
		packed, ok := l.pack(one)
		if !ok {
			odd = append(odd, one.Employee) // whose copies are made of the relationships
		}
		states, evidence := listed(one)
		return row{"code": one.Employee, "packed": packed, "states": states, "evidence": evidence, "gone": one.Drop}
	})
	if err := (step{statement: cypher("put learned", "PROPERTIES", cypher("properties")), rows: rows}).do(l.ctx, l.tx); err != nil {
		return err
	}
	return copyAnew(l.ctx, l.tx, odd)
}

// listed returns what is new of a person as lists: the states, each with the evidence
// that is about its point alone, and all other evidence.
func listed(one store.Lesson) (states, evidence []any) {
	place := make(map[string]int, len(one.Put))
	for i, a := range one.Put {
		place[a.KnowledgePoint] = i
		states = append(states, []any{a.KnowledgePoint, a.Mastery, micro(a.AssessedAt), numbersText(a.Model), []any(nil)})
	}
	for _, e := range one.New {
		v := []any{
			e.ID, string(e.Kind), e.Score, micro(e.At), some(e.Attempts), some(e.Duration.Microseconds()),
			optional(e.Item), number(e.Difficulty), optional(e.Source), yes(e.Retracted),
		}
		i, moved := -1, false
		if len(e.KnowledgePoints) == 1 {
			i, moved = place[e.KnowledgePoints[0]]
		}
		if moved {
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
func (l *ledger) pack(one store.Lesson) (packed any, ok bool) {
	states, ok := l.copies[one.Employee]
	var changes []touch
	for _, a := range one.Put {
		ordinal, known := l.ordinal(a.KnowledgePoint)
		ok = ok && known
		changes = append(changes, touch{state: state{ordinal, a.Mastery, micro(a.AssessedAt).UnixMicro(), packNumbers(a.Model)}})
	}
	for _, point := range one.Drop {
		ordinal, known := l.ordinal(point)
		ok = ok && known
		changes = append(changes, touch{state{ordinal: ordinal}, true})
	}
	if !ok {
		return nil, false
	}
	return copyOf(pack(after(changes, states))), true
}

// yes leaves out what is not so.
func yes(b bool) any {
	if b {
		return true
	}
	return nil
}

// some leaves a number out that says nothing.
func some[T int | int64](n T) any {
	if n == 0 {
		return nil
	}
	return int64(n)
}

// Evidence returns what is kept, the latest first.
func (s *Store) Evidence(ctx context.Context, q store.EvidenceQuery) (list []competency.Evidence, err error) {
	match, conditions, params := "MATCH (v:Evidence)-[:OF]->(e:Employee)", []string{"true"}, map[string]any{}
	if len(q.Employees) > 0 {
		match, params["employees"] = "MATCH (e:Employee)\nWHERE e.code IN $employees\nWITH *\nMATCH (v:Evidence)-[:OF]->(e)", q.Employees
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
		params["at"] = micro(q.Before.At)
	}
	if q.First > 0 {
		params["first"] = int64(q.First)
		page := statement + upTo(q.Before, "<")
		statement = page + "\nWITH v ORDER BY v.at DESC LIMIT $first\nWITH min(v.at) AS last\n" + statement + " AND v.at >= coalesce(last, $at)"
	}
	statement += upTo(q.Before, "<=")
	err = s.call(ctx, "evidence", limit, func(ctx context.Context) error {
		return s.moment(ctx, between(peopleGate, func(ctx context.Context, r runner) error {
			found, err := r.run(ctx, statement+"\n"+cypher("told"), params)
			if err == nil {
				list, err = evidenceOf(found)
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
func upTo(place *store.EvidenceKey, how string) string {
	if place == nil {
		return ""
	}
	return " AND v.at " + how + " $at"
}

// evidenceOf reads evidence that was told.
func evidenceOf(found []*neo4j.Record) ([]competency.Evidence, error) {
	var s stored
	var list []competency.Evidence
	for _, record := range found {
		v := record.Values
		r := s.of(competency.EvidenceRecords, v[0])
		e := competency.Evidence{
			ID: r.code("id", v[0]), Employee: r.code("employee", v[1]), KnowledgePoints: texts[string](r, "points", v[2]),
			Kind: competency.EvidenceKind(r.text("kind", v[3])), Item: r.text("item", v[7]), Difficulty: r.float("difficulty", v[8]),
			At: r.time("at", v[9]), Source: r.text("source", v[10]),
		}
		if score := r.float("score", v[4]); score != nil {
			e.Score = *score
		}
		if attempts := r.whole("attempts", v[5]); attempts != nil {
			e.Attempts = *attempts
		}
		if micros := r.whole("durationMicros", v[6]); micros != nil {
			e.Duration = time.Duration(*micros) * time.Microsecond
		}
		if retracted := r.bool("retracted", v[11]); retracted != nil {
			e.Retracted = *retracted
		}
		slices.Sort(e.KnowledgePoints)
		list = append(list, e)
	}
	if len(s.problems) > 0 {
		return nil, edited(s.problems)
	}
	return list, nil
}
