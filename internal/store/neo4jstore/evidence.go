package neo4jstore

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// Record keeps evidence of several people and the states that follow from it.
func (s *Store) Record(ctx context.Context, list []store.Recording, fold store.Fold) ([]store.Recorded, error) {
	r := &recording{list: list, fold: fold, points: &s.points}
	pieces := 0
	for _, one := range list {
		pieces += len(one.Put) + len(one.Retract)
	}
	limit := lengthy + time.Duration(pieces)*time.Millisecond
	if _, err := s.write(ctx, "record", limit, write{record: r, token: rand.Int64()}); err != nil {
		return nil, err
	}
	return r.done, nil
}

// recording is what one transaction records.
type recording struct {
	list   []store.Recording
	fold   store.Fold
	points *points

	done     []store.Recorded
	people   map[string]*learner
	known    map[string]bool  // ids
	ordinals map[string]int64 // of points that are there
	rows     []row
	odd      []string // whose copies are made of the relationships
}

// learner is one person as they are before.
type learner struct {
	states []competency.Assessment
	packed []state // the same in the copy, which can be used
	usable bool
}

// do runs all statements of a recording.
func (r *recording) do(ctx context.Context, tx transaction) error {
	r.done, r.rows, r.odd = make([]store.Recorded, len(r.list)), nil, nil // anew where the transaction is repeated
	if err := r.look(ctx, tx); err != nil {
		return err
	}
	retracted, err := r.retract(ctx, tx)
	if err != nil {
		return err
	}
	for i := range r.list {
		if err := r.learn(ctx, tx, i, retracted[r.list[i].Employee]); err != nil {
			return err
		}
	}
	if err := (step{statement: cypher("put learned"), rows: r.rows}).do(ctx, tx); err != nil {
		return err
	}
	return copyAnew(ctx, tx, r.odd)
}

// look reads whom the recordings are about, and what they refer to.
func (r *recording) look(ctx context.Context, tx transaction) error {
	codes, ids, points := make([]string, len(r.list)), []string{}, []string{}
	for i, one := range r.list {
		codes[i] = one.Employee
		for _, e := range one.Put {
			ids, points = append(ids, e.ID), append(points, e.KnowledgePoints...)
		}
	}
	slices.Sort(points)
	one, err := single(tx.run(ctx, cypher("learners"), map[string]any{"codes": codes, "ids": ids, "points": slices.Compact(points)}))
	if err != nil {
		return err
	}
	found := stored{points: r.points}
	r.people, r.known, r.ordinals = map[string]*learner{}, map[string]bool{}, map[string]int64{}
	var odd []store.Profile
	for _, item := range one.Values[0].([]any) {
		v := item.([]any)
		code, l := v[0].(string), &learner{}
		if l.states, l.usable, err = found.unpacked(ctx, tx, code, v[1:]); err != nil {
			return err
		}
		if l.usable {
			packed, _ := v[1].([]byte)
			l.packed, _ = unpack(packed) // which has just been done without an error
		} else {
			odd = append(odd, store.Profile{Employee: competency.Employee{Code: code}})
		}
		r.people[code] = l
	}
	for _, id := range one.Values[1].([]any) {
		r.known[id.(string)] = true
	}
	for _, item := range one.Values[2].([]any) {
		v := item.([]any)
		ordinal, numbered := v[1].(int64)
		if !numbered {
			ordinal = -1
		}
		r.ordinals[v[0].(string)] = ordinal
	}
	if len(odd) > 0 {
		slices.SortFunc(odd, func(a, b store.Profile) int { return strings.Compare(a.Employee.Code, b.Employee.Code) })
		if _, err := found.assess(ctx, tx, odd, codesOf(odd)); err != nil {
			return err
		}
		for _, p := range odd {
			r.people[p.Employee.Code].states = p.States
		}
	}
	if len(found.problems) > 0 {
		return edited(found.problems)
	}
	return nil
}

func codesOf(list []store.Profile) []string {
	codes := make([]string, len(list))
	for i, p := range list {
		codes[i] = p.Employee.Code
	}
	return codes
}

// retract takes evidence back and returns it, by person.
func (r *recording) retract(ctx context.Context, tx transaction) (map[string][]competency.Evidence, error) {
	var rows []row
	for _, one := range r.list {
		for _, id := range one.Retract {
			rows = append(rows, row{"id": id, "employee": one.Employee})
		}
	}
	taken := map[string][]competency.Evidence{}
	if len(rows) == 0 {
		return taken, nil
	}
	found, err := tx.run(ctx, cypher("retract")+"\n"+cypher("told"), map[string]any{"rows": rows})
	if err != nil {
		return nil, err
	}
	list, err := evidenceOf(found)
	for _, e := range list {
		e.Retracted = false // as it was
		taken[e.Employee] = append(taken[e.Employee], e)
	}
	return taken, err
}

// learn folds what is new of one person, unless it is refused by itself.
func (r *recording) learn(ctx context.Context, tx transaction, i int, retracted []competency.Evidence) error {
	one, done := r.list[i], &r.done[i]
	p, ok := r.people[one.Employee]
	if !ok {
		done.Err = store.ErrNotFound
		return nil
	}
	l := store.Learner{Employee: one.Employee, Retracted: retracted}
	seen := map[string]bool{}
	for _, e := range one.Put {
		if r.known[e.ID] || seen[e.ID] {
			done.Known = append(done.Known, e.ID)
			continue
		}
		seen[e.ID] = true
		l.New = append(l.New, e)
	}
	for _, id := range one.Retract {
		if !slices.ContainsFunc(retracted, func(e competency.Evidence) bool { return e.ID == id }) {
			done.Missing = append(done.Missing, id)
		}
	}
	points := store.PointsOf(l.New)
	if slices.ContainsFunc(points, func(point string) bool { _, there := r.ordinals[point]; return !there }) {
		*done = store.Recorded{Err: store.ErrReference}
		return nil
	}
	if len(l.New)+len(retracted) == 0 && !one.Replay {
		return nil
	}
	maps.Copy(r.known, seen)
	slices.SortFunc(l.New, competency.CompareEvidence)
	points = store.PointsOf(l.New, retracted)
	for _, a := range p.states {
		if _, ok := slices.BinarySearch(points, a.KnowledgePoint); ok {
			l.States = append(l.States, a)
		}
	}
	l.All = func() ([]competency.Evidence, []competency.Assessment, error) {
		found, err := tx.run(ctx, cypher("kept")+"\n"+cypher("told"), map[string]any{"codes": []string{one.Employee}})
		if err != nil {
			return nil, nil, err
		}
		all, err := evidenceOf(found)
		for _, e := range l.New { // which is written at the end, with everybody's
			if !e.Retracted {
				all = append(all, e)
			}
		}
		slices.SortFunc(all, competency.CompareEvidence)
		return all, slices.Clone(p.states), err
	}
	var err error
	if done.Learned, err = r.fold(l); err != nil {
		return err
	}
	r.note(one.Employee, l, done.Learned)
	return nil
}

// note makes a row of what has been learned of a person.
func (r *recording) note(employee string, l store.Learner, learned store.Learned) {
	r.rows = append(r.rows, row{
		"code": employee, "packed": r.pack(employee, learned), "gone": learned.Drop,
		"evidence": rowsOf(l.New, func(e competency.Evidence) row {
			return row{"points": e.KnowledgePoints, "properties": row{
				"id": e.ID, "kind": string(e.Kind), "score": e.Score, "attempts": some(e.Attempts), "durationMicros": some(e.Duration.Microseconds()),
				"item": optional(e.Item), "difficulty": number(e.Difficulty), "at": micro(e.At), "source": optional(e.Source), "retracted": yes(e.Retracted),
			}}
		}),
		"states": rowsOf(learned.Put, func(a competency.Assessment) row {
			return row{"point": a.KnowledgePoint, "mastery": a.Mastery, "at": micro(a.AssessedAt), "model": optionalNumbers(a.Model)}
		}),
	})
}

// pack returns the copy of a person's states, nil where it is made of the
// relationships later.
func (r *recording) pack(employee string, learned store.Learned) any {
	p := r.people[employee]
	changed := touched{}
	for _, a := range learned.Put {
		ordinal, ok := r.ordinal(a.KnowledgePoint)
		p.usable = p.usable && ok
		changed.add(employee, touch{state: state{ordinal, a.Mastery, micro(a.AssessedAt).UnixMicro(), a.Model}})
	}
	for _, point := range learned.Drop {
		ordinal, ok := r.ordinal(point)
		p.usable = p.usable && ok
		changed.add(employee, touch{state{ordinal: ordinal}, true})
	}
	if !p.usable {
		r.odd = append(r.odd, employee)
		return nil
	}
	return packedRow(employee, pack(changed.on(employee, p.packed)))["states"]
}

func (r *recording) ordinal(point string) (int64, bool) {
	if ordinal, ok := r.ordinals[point]; ok {
		return ordinal, ordinal >= 0
	}
	return r.points.ordinal(point)
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

func optionalNumbers(list []float64) any {
	if len(list) == 0 {
		return nil
	}
	return list
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
