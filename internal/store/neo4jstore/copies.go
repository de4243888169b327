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
type points struct {
	mu       sync.RWMutex
	codes    map[int64]string
	ordinals map[string]int64 // the other way round, once it was asked for
}

// set replaces what is known by what a catalog has.
func (p *points) set(codes map[int64]string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.codes, p.ordinals = codes, nil
}

// ordinal returns the ordinal of a point, if it is known.
func (p *points) ordinal(code string) (int64, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ordinals == nil {
		p.ordinals = make(map[string]int64, len(p.codes))
		for ordinal, code := range p.codes {
			p.ordinals[code] = max(p.ordinals[code], ordinal) // the latest of a point that was deleted and created again
		}
	}
	ordinal, ok := p.ordinals[code]
	return ordinal, ok
}

// named returns assessments of what states say, up to the first on a point that is
// not known.
func (p *points) named(employee string, states []state) []competency.Assessment {
	p.mu.RLock()
	defer p.mu.RUnlock()
	list := make([]competency.Assessment, 0, len(states))
	for _, s := range states {
		code, ok := p.codes[s.ordinal]
		if !ok {
			break
		}
		list = append(list, s.assessment(employee, code))
	}
	return list
}

// learn reads the points from an ordinal on: those that others have created since.
func (p *points) learn(ctx context.Context, r runner, from int64) error {
	one, err := single(r.run(ctx, cypher("ordinals"), map[string]any{"from": from}))
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.codes == nil {
		p.codes = map[int64]string{}
	}
	p.ordinals = nil
	list, _ := one.Values[0].([]any)
	for _, item := range list {
		pair := item.([]any)
		ordinal, numbered := pair[0].(int64)
		if code, named := pair[1].(string); numbered && named {
			p.codes[ordinal] = code
		}
	}
	return nil
}

// whole returns the states in a copy, which comes with the number of relationships,
// unless it cannot be used.
func whole(copied, relationships any) (states []state, ok bool) {
	packed, some := copied.([]byte)
	states, err := unpack(packed)
	return states, err == nil && (some || copied == nil) && relationships == int64(len(states))
}

// unpacked returns the states in a copy, and whether it can be used.
func (s *stored) unpacked(ctx context.Context, r runner, employee string, v []any) (list []competency.Assessment, usable bool, err error) {
	states, usable := whole(v[0], v[1])
	if !usable {
		return nil, false, nil
	}
	return s.called(ctx, r, employee, states)
}

// called returns states with their points by code, false where one is not known.
func (s *stored) called(ctx context.Context, r runner, employee string, states []state) (list []competency.Assessment, ok bool, err error) {
	if len(states) == 0 {
		return nil, true, nil
	}
	if list = s.points.named(employee, states); len(list) < len(states) {
		if err := s.points.learn(ctx, r, states[len(list)].ordinal); err != nil {
			return nil, false, err
		}
		list = s.points.named(employee, states)
	}
	slices.SortFunc(list, byPoint)
	return list, len(list) == len(states), nil
}

// touched is what a write has done to the states of people, in order: what their
// relationships say now.
type touched map[string][]touch

type touch struct {
	state
	gone bool
}

// assessed notes the answer of "assess", which has a record for every row.
func (t touched) assessed(rows []row, found []*neo4j.Record) error {
	if len(found) != len(rows) {
		return store.ErrReference
	}
	for _, record := range found {
		v := record.Values
		s, ok := packable(v[1], v[2], v[3], v[4])
		t.add(v[0], touch{s, !ok}) // without it the copy has too few, and is made of the relationships
	}
	return nil
}

// forgotten notes the answer of "forget".
func (t touched) forgotten(_ []row, found []*neo4j.Record) error {
	for _, record := range found {
		ordinal, _ := record.Values[1].(int64)
		t.add(record.Values[0], touch{state{ordinal: ordinal}, true})
	}
	return nil
}

func (t touched) add(employee any, what touch) {
	code := employee.(string) // it comes from a row of ours
	t[code] = append(t[code], what)
}

// after returns states, which are sorted by ordinal, with what has been done to them.
func after(changes []touch, states []state) []state {
	changes = slices.Clone(changes)
	slices.SortStableFunc(changes, func(a, b touch) int { return byOrdinal(a.state, b.state) })
	made := make([]state, 0, len(states)+len(changes))
	for i, change := range changes {
		if i+1 < len(changes) && changes[i+1].ordinal == change.ordinal {
			continue // the last one counts
		}
		n, found := slices.BinarySearchFunc(states, change.state, byOrdinal)
		made = append(made, states[:n]...)
		if states = states[n:]; found {
			states = states[1:]
		}
		if !change.gone {
			made = append(made, change.state)
		}
	}
	return append(made, states...)
}

// copied brings the copies of all who were touched up to date: from what they were,
// and where that cannot be, from the relationships.
func (t touched) copied(ctx context.Context, tx transaction) error {
	for some := range slices.Chunk(slices.Sorted(maps.Keys(t)), perPage) {
		found, err := tx.run(ctx, cypher("copies"), map[string]any{"codes": some})
		if err != nil {
			return err
		}
		var rows []row
		var odd []string
		for _, record := range found {
			employee := record.Values[0].(string)
			before, _ := record.Values[1].([]byte)
			states, err := unpack(before)
			if states = after(t[employee], states); err != nil || record.Values[2] != int64(len(states)) {
				odd = append(odd, employee)
			} else if packed := pack(states); !bytes.Equal(packed, before) {
				rows = append(rows, packedRow(employee, packed))
			}
		}
		if err := putCopies(ctx, tx, rows); err != nil {
			return err
		}
		if err := copyAnew(ctx, tx, odd); err != nil {
			return err
		}
	}
	return nil
}

func putCopies(ctx context.Context, tx transaction, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.run(ctx, cypher("pack"), map[string]any{"rows": rows})
	return err
}

func packedRow(employee string, packed []byte) row {
	return row{"code": employee, "states": copyOf(packed)}
}

// copyOf is a copy as it is written: none of nothing.
func copyOf(packed []byte) any {
	if packed == nil {
		return nil
	}
	return packed
}

// copyAnew makes copies of the relationships.
func copyAnew(ctx context.Context, tx transaction, codes []string) error {
	for some := range slices.Chunk(codes, perPage) {
		rows, err := stale(ctx, tx, some)
		if err != nil {
			return err
		}
		if err := putCopies(ctx, tx, rows); err != nil {
			return err
		}
	}
	return nil
}

// stale returns the copies that are not what the relationships say, as they should
// be.
func stale(ctx context.Context, r runner, codes []string) (rows []row, err error) {
	one, err := single(r.run(ctx, cypher("states"), map[string]any{"codes": codes}))
	if err != nil {
		return nil, err
	}
	for _, item := range one.Values[0].([]any) {
		of := item.([]any)
		want := packedAll(of[1].([]any))
		if is, ok := of[2].([]byte); of[2] == nil && want == nil || ok && want != nil && bytes.Equal(is, want) {
			continue
		}
		rows = append(rows, packedRow(of[0].(string), want))
	}
	return rows, nil
}

// packedAll packs relationships, unless that cannot be done to all of them: then
// there shall be no copy.
func packedAll(items []any) []byte {
	states := make([]state, 0, len(items))
	for _, item := range items {
		v := item.([]any)
		s, ok := packable(v[3], v[1], v[2], v[4])
		if !ok {
			return nil
		}
		states = append(states, s)
	}
	slices.SortFunc(states, byOrdinal)
	for i := range len(states) - 1 {
		if states[i].ordinal == states[i+1].ordinal {
			return nil // two on one point
		}
	}
	return pack(states)
}

func byOrdinal(a, b state) int { return cmp.Compare(a.ordinal, b.ordinal) }

// Rebuild makes anew the packed copies that are not what the relationships say, in a
// transaction for each two hundred people.
func (s *Store) Rebuild(ctx context.Context) (found []fault.Problem, err error) {
	if err := s.number(ctx); err != nil {
		return nil, err
	}
	var codes []string
	err = s.call(ctx, "rebuild", lengthy, func(ctx context.Context) (err error) {
		codes, err = new(stored).codes(ctx, s.reading())
		return err
	})
	if err != nil {
		return nil, err
	}
	for some := range slices.Chunk(codes, perPage) {
		var rows []row
		err := s.call(ctx, "rebuild", lengthy, func(ctx context.Context) error {
			return s.moment(ctx, between(peopleGate, func(ctx context.Context, r runner) (err error) {
				rows, err = stale(ctx, r, some)
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
func (s *Store) number(ctx context.Context) error {
	return s.call(ctx, "number", lengthy*4, func(ctx context.Context) error {
		one, err := single(s.reading().run(ctx, cypher("points without ordinals")+"\n"+cypher("are there any"), nil))
		if err != nil || one.Values[0] != true {
			return err
		}
		return again(ctx, func() error {
			return s.locked(ctx, func(tx transaction, _ hold) error { return numberAll(ctx, tx) })
		})
	})
}

// numberAll is for whoever holds the lock.
func numberAll(ctx context.Context, tx transaction) error {
	_, err := tx.run(ctx, cypher("points without ordinals")+"\n"+cypher("number"), nil)
	return err
}
