package storetest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

var evidenceTests = []test{
	{"evidence comes back as it was given, the latest first", func(b harness) {
		b.put(classRecords())
		first := examEvidence("1", "e", "a", 0.25)
		second := competency.Evidence{
			ID: "证据-2", Employee: "e", KnowledgePoints: []string{"a", "b", "点"}, Kind: competency.Defence, Score: 1.0 / 3,
			Attempts: 3, Duration: 90*time.Second + time.Microsecond, Item: "题 7", Difficulty: new(0.7), At: noon.Add(time.Hour), Source: "王工",
			Filled: competency.FilledAt | competency.FilledSource, StatementHash: "0123456789abcdef", RecordedBy: "账号-1",
		}
		third := examEvidence("0", "e", "b", 1)
		require.Empty(b, b.evidence(store.EvidenceQuery{}))
		b.record(store.Recording{Employee: "e", Put: []competency.Evidence{first, second, third}})
		require.Equal(b, []competency.Evidence{second, first, third}, b.evidence(store.EvidenceQuery{Employees: []string{"e"}}))
		require.Empty(b, b.evidence(store.EvidenceQuery{Employees: []string{"f"}}))
		require.Equal(b, []competency.Evidence{second, first, third}, b.evidence(store.EvidenceQuery{Employees: []string{"f", "e"}}))
		for _, c := range []struct {
			query store.EvidenceQuery
			want  []competency.Evidence
		}{
			{store.EvidenceQuery{IDs: []string{"0", "x", "证据-2"}}, []competency.Evidence{second, third}},
			{store.EvidenceQuery{KnowledgePoint: "b"}, []competency.Evidence{second, third}},
			{store.EvidenceQuery{KnowledgePoint: "b", Employees: []string{"f"}}, nil},
			{store.EvidenceQuery{First: 2}, []competency.Evidence{second, first}},
			{store.EvidenceQuery{First: 1, Employees: []string{"e"}, KnowledgePoint: "b"}, []competency.Evidence{second}},
			{store.EvidenceQuery{First: 1, Employees: []string{"e"}, Before: &store.Cursor{At: noon, ID: "1"}}, []competency.Evidence{third}},
			{store.EvidenceQuery{First: 2, Before: &store.Cursor{At: noon.Add(time.Hour), ID: "证据-2"}}, []competency.Evidence{first, third}},
			{store.EvidenceQuery{Before: &store.Cursor{At: noon, ID: "1"}}, []competency.Evidence{third}},
		} {
			require.Equal(b, c.want, b.evidence(c.query), "%+v", c.query)
		}
	}},
	{"the states that follow are written with it, every number as it was", func(b harness) {
		b.put(classRecords())
		odd := []float64{0, math.Copysign(0, -1), 1.0 / 3, math.SmallestNonzeroFloat64, math.MaxFloat64, -1e-300}
		put := competency.Assessment{Employee: "e", KnowledgePoint: "a", Mastery: 0.1 + 0.2, AssessedAt: noon, Model: odd}
		plain := competency.Assessment{Employee: "e", KnowledgePoint: "b", Mastery: 0, AssessedAt: noon}
		var before store.FoldInput
		teach := func(l store.FoldInput) (store.StateChanges, error) {
			before = l
			return store.StateChanges{Put: []competency.Assessment{put, plain}}, nil
		}
		done, err := b.store.Record(b.Context(), []store.Recording{{Employee: "e", Put: []competency.Evidence{examEvidence("2", "e", "a", 1), examEvidence("1", "e", "b", 1)}}}, teach)
		require.NoError(b, err)
		require.Equal(b, []store.RecordingResult{{StateChanges: store.StateChanges{Put: []competency.Assessment{put, plain}}, Write: done[0].Write}}, done)
		require.Equal(b, []competency.Evidence{examEvidence("1", "e", "b", 1), examEvidence("2", "e", "a", 1)}, before.New, "in the order in which it counts")
		require.Empty(b, before.States)
		require.Equal(b, []competency.Assessment{put, plain}, b.profile("e").States)
		require.Equal(b, []competency.Assessment{put, plain}, b.profiles()[0].States)
		require.Equal(b, []competency.Assessment{put, plain}, b.employees(store.EmployeeQuery{Codes: []string{"e"}, States: true}).Profiles[0].States)

		_, err = b.store.Record(b.Context(), []store.Recording{{Employee: "e", Put: []competency.Evidence{examEvidence("3", "e", "a", 1)}}}, func(l store.FoldInput) (store.StateChanges, error) {
			before = l
			return store.StateChanges{Drop: []string{"b"}}, nil
		})
		require.NoError(b, err)
		require.Equal(b, []competency.Assessment{put}, before.States, "of the points that the evidence is about")
		require.Equal(b, []competency.Assessment{put}, b.profile("e").States)
	}},
	{"an entered mastery is taken away by the fold", func(b harness) {
		b.put(classRecords())
		entered := competency.Assessment{Employee: "e", KnowledgePoint: "b", Mastery: 0.5, AssessedAt: noon}
		b.put(records(competency.Catalog{}, competency.People{Mastery: []competency.Assessment{entered}}))
		done, err := b.store.Record(b.Context(), []store.Recording{{Employee: "e", Unassess: []competency.Assessment{entered}}}, func(l store.FoldInput) (store.StateChanges, error) {
			require.Equal(b, []competency.Assessment{entered}, l.Unassess)
			require.Equal(b, []competency.Assessment{entered}, l.States)
			return store.StateChanges{Drop: []string{"b"}}, nil
		})
		require.NoError(b, err)
		require.Equal(b, []store.RecordingResult{{StateChanges: store.StateChanges{Drop: []string{"b"}}, Write: done[0].Write}}, done)
		require.Empty(b, b.profile("e").States)
	}},
	{"the same id twice changes nothing, whatever else it says", func(b harness) {
		b.put(classRecords())
		one := examEvidence("1", "e", "a", 1)
		one.RecordedBy = "first"
		b.record(store.Recording{Employee: "e", Put: []competency.Evidence{one}})
		before := b.readAll()
		other := examEvidence("1", "e", "b", 0)
		other.At, other.RecordedBy = noon.Add(time.Hour), "second"
		for _, r := range []store.Recording{
			{Employee: "e", Put: []competency.Evidence{one}},
			{Employee: "e", Put: []competency.Evidence{other}},
			{Employee: "f", Put: []competency.Evidence{examEvidence("1", "f", "a", 0)}},
		} {
			done := b.record(r)
			require.Equal(b, []store.RecordingResult{{Known: evidenceByID(one)}}, done, "it is told what the id stands for")
			require.Equal(b, before, b.readAll())
		}
		done := b.record(store.Recording{Employee: "e", Put: []competency.Evidence{examEvidence("2", "e", "a", 0), examEvidence("2", "e", "a", 1), one}})
		require.Equal(b, evidenceByID(examEvidence("2", "e", "a", 0), one), done[0].Known)
		require.Equal(b, 0.5, b.profile("e").States[0].Mastery, "the first of two in one recording counts")
		done = b.record(store.Recording{Employee: "e", Put: []competency.Evidence{examEvidence("3", "e", "a", 0)}}, store.Recording{Employee: "f", Put: []competency.Evidence{examEvidence("3", "f", "a", 0)}})
		require.Empty(b, done[0].Known)
		require.Equal(b, evidenceByID(examEvidence("3", "e", "a", 0)), done[1].Known, "ids are of the store, not of a person")
		require.Empty(b, b.profile("f").States)
	}},
	{"what is refused by itself holds nobody up", func(b harness) {
		b.put(classRecords())
		done := b.record(
			store.Recording{Employee: "nobody", Put: []competency.Evidence{examEvidence("1", "nobody", "a", 1)}},
			store.Recording{Employee: "e", Put: []competency.Evidence{examEvidence("2", "e", "a", 1)}},
			store.Recording{Employee: "f", Put: []competency.Evidence{examEvidence("3", "f", "a", 1), examEvidence("4", "f", "nothing", 1)}},
		)
		require.ErrorIs(b, done[0].Err, store.ErrNotFound)
		require.NoError(b, done[1].Err)
		require.ErrorIs(b, done[2].Err, store.ErrReference)
		require.Equal(b, []competency.Evidence{examEvidence("2", "e", "a", 1)}, b.evidence(store.EvidenceQuery{}))
		require.Len(b, b.profile("e").States, 1)
		require.Empty(b, b.profile("f").States)
	}},
	{"an id that was refused to one may be another's", func(b harness) {
		b.put(classRecords())
		done := b.record(
			store.Recording{Employee: "nobody", Put: []competency.Evidence{examEvidence("1", "nobody", "a", 1)}},
			store.Recording{Employee: "e", Put: []competency.Evidence{examEvidence("1", "e", "a", 1)}},
		)
		require.ErrorIs(b, done[0].Err, store.ErrNotFound)
		require.Equal(b, store.RecordingResult{}, done[1])
		require.Len(b, b.profile("e").States, 1)
	}},
	{"what cannot be folded is not kept", func(b harness) {
		b.put(classRecords())
		before, refusal := b.readAll(), errors.New("no")
		_, err := b.store.Record(b.Context(), []store.Recording{
			{Employee: "e", Put: []competency.Evidence{examEvidence("1", "e", "a", 1)}},
			{Employee: "f", Put: []competency.Evidence{examEvidence("2", "f", "a", 1)}},
		}, func(l store.FoldInput) (store.StateChanges, error) {
			if l.Employee == "f" {
				return store.StateChanges{}, refusal
			}
			return meanFold(l)
		})
		require.ErrorIs(b, err, refusal)
		require.Equal(b, before, b.readAll())
	}},
	{"evidence that is taken back is kept, counts no more, and stays known", func(b harness) {
		b.put(classRecords())
		first, second := examEvidence("1", "e", "a", 1), examEvidence("2", "e", "a", 0)
		b.record(store.Recording{Employee: "e", Put: []competency.Evidence{first, second}})
		require.Equal(b, 0.5, b.profile("e").States[0].Mastery)
		done := b.record(store.Recording{Employee: "e", Retract: []string{"2", "x"}})
		require.Equal(b, []string{"x"}, done[0].Missing)
		require.Equal(b, 1.0, b.profile("e").States[0].Mastery)
		second.Retracted = true
		require.Equal(b, []competency.Evidence{second, first}, b.evidence(store.EvidenceQuery{}))

		before := b.readAll()
		require.Equal(b, []store.RecordingResult{{Known: evidenceByID(second), Missing: []string{"2"}}}, b.record(store.Recording{
			Employee: "e", Put: []competency.Evidence{examEvidence("2", "e", "a", 0)}, Retract: []string{"2"},
		}))
		require.Equal(b, []string{"1"}, b.record(store.Recording{Employee: "f", Retract: []string{"1"}})[0].Missing, "it is another person's")
		require.Equal(b, before, b.readAll())

		b.record(store.Recording{Employee: "e", Retract: []string{"1"}})
		require.Empty(b, b.profile("e").States, "nothing is known of the point again")
	}},
	{"evidence that was taken back elsewhere is kept as such", func(b harness) {
		b.put(classRecords())
		first, second := examEvidence("1", "e", "a", 1), examEvidence("2", "e", "a", 0)
		second.Retracted = true
		b.record(store.Recording{Employee: "e", Put: []competency.Evidence{first, second}})
		require.Equal(b, []competency.Evidence{second, first}, b.evidence(store.EvidenceQuery{}))
		require.Equal(b, 1.0, b.profile("e").States[0].Mastery)
	}},
	{"evidence may be put and taken back at once", func(b harness) {
		b.put(classRecords())
		b.record(store.Recording{Employee: "e", Put: []competency.Evidence{examEvidence("1", "e", "a", 1)}})
		b.record(store.Recording{Employee: "e", Put: []competency.Evidence{examEvidence("2", "e", "b", 1)}, Retract: []string{"1"}})
		states := b.profile("e").States
		require.Len(b, states, 1)
		require.Equal(b, "b", states[0].KnowledgePoint)
	}},
	{"all evidence can be read, and folded again", func(b harness) {
		b.put(classRecords())
		early, late := examEvidence("1", "e", "a", 1), examEvidence("2", "e", "b", 1)
		late.At = noon.Add(time.Hour)
		b.record(store.Recording{Employee: "e", Put: []competency.Evidence{late}})
		b.record(store.Recording{Employee: "e", Put: []competency.Evidence{early}})
		read := 0
		_, err := b.store.Record(b.Context(), []store.Recording{{Employee: "e", Replay: true}, {Employee: "f", Replay: true}, {Employee: "e"}}, func(l store.FoldInput) (store.StateChanges, error) {
			read++
			all, err := l.All()
			if err != nil || l.Employee == "f" {
				assert.Empty(b, all)
				return store.StateChanges{}, err
			}
			assert.True(b, l.Replay)
			assert.Equal(b, []competency.Evidence{early, late}, all.Evidence)
			assert.Len(b, all.States, 2)
			all.States[0].Mastery = 0.125
			return store.StateChanges{Put: all.States[:1]}, nil
		})
		require.NoError(b, err)
		require.Equal(b, 2, read, "where nothing is new, and no replay is wanted, there is nothing to fold")
		require.Equal(b, 0.125, b.profile("e").States[0].Mastery)
	}},
	{"nobody goes without their evidence, and no point that there is evidence on", func(b harness) {
		b.put(classRecords())
		b.record(store.Recording{Employee: "e", Put: []competency.Evidence{examEvidence("1", "e", "a", 1)}}, store.Recording{Employee: "f", Put: []competency.Evidence{examEvidence("2", "f", "b", 1)}})
		b.edit(competency.ChangeSet{Delete: records(competency.Catalog{}, competency.People{Mastery: []competency.Assessment{{Employee: "e", KnowledgePoint: "a"}}})})
		b.requireRefused(store.ErrReference, b.revision(), competency.ChangeSet{Delete: records(competency.Catalog{KnowledgePoints: []competency.KnowledgePoint{{Code: "a"}}}, competency.People{})})
		b.edit(competency.ChangeSet{Delete: person(competency.Employee{Code: "e"})})
		require.Equal(b, []competency.Evidence{examEvidence("2", "f", "b", 1)}, b.evidence(store.EvidenceQuery{}))
		b.edit(competency.ChangeSet{Delete: records(competency.Catalog{KnowledgePoints: []competency.KnowledgePoint{{Code: "a"}}}, competency.People{})})
	}},
	{"an assessment takes the place of a state with its model, but for one that says nothing new", func(b harness) {
		b.put(classRecords())
		state := competency.Assessment{Employee: "e", KnowledgePoint: "a", Mastery: 0.5, AssessedAt: noon, Model: []float64{1, 2}}
		_, err := b.store.Record(b.Context(), []store.Recording{{Employee: "e", Put: []competency.Evidence{examEvidence("1", "e", "a", 1)}}}, func(store.FoldInput) (store.StateChanges, error) {
			return store.StateChanges{Put: []competency.Assessment{state}}, nil
		})
		require.NoError(b, err)
		typed := func(mastery float64, at time.Time) {
			b.edit(competency.ChangeSet{At: noon.Add(time.Hour), Put: records(competency.Catalog{}, competency.People{
				Mastery: []competency.Assessment{{Employee: "e", KnowledgePoint: "a", Mastery: mastery, AssessedAt: at}},
			})})
		}
		typed(0.5, noon)
		typed(0.5, time.Time{})
		typed(0.9, noon.Add(-1))
		require.Equal(b, []competency.Assessment{state}, b.profile("e").States)
		typed(0.5, noon.Add(time.Minute))
		require.Equal(b, []competency.Assessment{{Employee: "e", KnowledgePoint: "a", Mastery: 0.5, AssessedAt: noon.Add(time.Minute)}}, b.profile("e").States)
	}},
	{"many recordings of many people at once are each whole", func(b harness) {
		b.put(classRecords())
		recordConcurrently(b, b.store)
	}},
	{"thousands of pieces of evidence of many people are one recording each", func(b harness) {
		list := manyRecordings(b)
		first, last := &list[0].Put[0], &list[len(list)-1].Put[0]
		last.ID = first.ID
		want := make([]store.RecordingResult, len(list))
		want[len(list)-1].Known = evidenceByID(*first) // which has it
		require.Equal(b, want, b.record(list...))
		require.Len(b, b.evidence(store.EvidenceQuery{}), 1999)
		for _, p := range b.profiles()[2:] {
			require.Len(b, p.States, 3, p.Employee.Code)
		}
		require.Len(b, b.evidence(store.EvidenceQuery{Employees: []string{first.Employee}}), 40)
	}},
	{"of what is too much to be kept at once, each person's is kept or not", func(b harness) {
		list := manyRecordings(b)
		refusal := errors.New("no")
		done, err := b.store.Record(b.Context(), list, func(l store.FoldInput) (store.StateChanges, error) {
			if l.Employee == list[30].Employee {
				return store.StateChanges{}, refusal
			}
			return meanFold(l)
		})
		require.ErrorIs(b, err, refusal)
		for i, d := range done {
			require.Equal(b, len(d.StateChanges.Put) > 0, len(b.evidence(store.EvidenceQuery{Employees: []string{list[i].Employee}})) > 0, "it is told what was kept")
		}
		for _, p := range b.profiles()[2:] {
			kept := b.evidence(store.EvidenceQuery{Employees: []string{p.Employee.Code}})
			require.Contains(b, []int{0, 40}, len(kept), p.Employee.Code)
			require.Len(b, p.States, min(3, len(kept)), p.Employee.Code)
		}
		b.record(list...)
		require.Len(b, b.evidence(store.EvidenceQuery{}), 2000)
	}},
}

// classRecords is some people and points.
func classRecords() competency.Records {
	r := records(competency.Catalog{KnowledgePoints: []competency.KnowledgePoint{{Code: "a"}, {Code: "b"}, {Code: "点"}}}, competency.People{})
	r.Employees = []competency.Employee{{Code: "e", Name: "e"}, {Code: "f", Name: "f"}}
	return r
}

// manyRecordings puts many people, and returns much evidence of them.
func manyRecordings(b harness) (list []store.Recording) {
	r := classRecords()
	for p := range 50 {
		code := fmt.Sprintf("p%02d", p)
		r.Employees = append(r.Employees, competency.Employee{Code: code, Name: code})
		rec := store.Recording{Employee: code}
		for i := range 40 {
			rec.Put = append(rec.Put, examEvidence(fmt.Sprintf("%s-%d", code, i), code, []string{"a", "b", "点"}[i%3], float64(i%2)))
		}
		list = append(list, rec)
	}
	b.put(r)
	return list
}

// evidenceByID is evidence by id.
func evidenceByID(list ...competency.Evidence) map[string]competency.Evidence {
	byID := make(map[string]competency.Evidence, len(list))
	for _, e := range list {
		byID[e.ID] = e
	}
	return byID
}

// examEvidence is evidence of noon.
func examEvidence(id, employee, point string, score float64) competency.Evidence {
	return competency.Evidence{ID: id, Employee: employee, KnowledgePoints: []string{point}, Kind: competency.Exam, Score: score, At: noon}
}

// meanFold is a simple model: the mastery of a point is the meanFold of its scores.
func meanFold(l store.FoldInput) (store.StateChanges, error) {
	all, err := l.All()
	if err != nil {
		return store.StateChanges{}, err
	}
	var changes store.StateChanges
	for _, point := range store.PointsOf(l.New, l.Retracted) {
		state := competency.Assessment{Employee: l.Employee, KnowledgePoint: point}
		sum, n := 0.0, 0.0
		for _, e := range all.Evidence {
			if slices.Contains(e.KnowledgePoints, point) {
				sum, n, state.AssessedAt = sum+e.Score, n+1, e.At
			}
		}
		if n == 0 {
			changes.Drop = append(changes.Drop, point)
			continue
		}
		state.Mastery, state.Model = sum/n, []float64{n, sum}
		changes.Put = append(changes.Put, state)
	}
	return changes, nil
}

// recordConcurrently has many writers record evidence of the same two people.
func recordConcurrently(b harness, stores ...store.Store) {
	const writers, each = 8, 6
	ctx := b.boundedContext()
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				var list []store.Recording
				for _, who := range []string{"e", "f"} {
					list = append(list, store.Recording{Employee: who, Put: []competency.Evidence{examEvidence(fmt.Sprint(who, w, i), who, "a", float64(i%2))}})
				}
				_, err := stores[w%len(stores)].Record(ctx, list, meanFold)
				assert.NoError(b, err)
			}
		})
	}
	all.Wait()
	for _, who := range []string{"e", "f"} {
		require.Equal(b, []float64{writers * each, writers * each / 2}, b.profile(who).States[0].Model, "no update is lost")
	}
}

func (b harness) evidence(q store.EvidenceQuery) []competency.Evidence {
	b.Helper()
	list, err := b.store.Evidence(b.Context(), q)
	require.NoError(b, err)
	return nilIfEmpty(list)
}

// record records by the simple model.
func (b harness) record(list ...store.Recording) []store.RecordingResult {
	b.Helper()
	done, err := b.store.Record(b.Context(), list, meanFold)
	require.NoError(b, err)
	for i := range done {
		done[i].StateChanges, done[i].Write = store.StateChanges{}, 0
	}
	return done
}
