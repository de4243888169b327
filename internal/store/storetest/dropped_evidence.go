package storetest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

var droppedEvidenceTests = []test{
	{"of evidence that is dropped the id stays known, and what it gave", func(b harness) {
		b.put(classRecords())
		old, stated, retracted := examEvidence("1", "e", "a", 1), examEvidence("2", "e", "b", 0.5), examEvidence("3", "e", "a", 0)
		stated.StatementHash, stated.RecordedBy, stated.Source, stated.KnowledgePoints = "0123456789abcdef", "账号-1", "王工", []string{"a", "b", "点"}
		kept, others := examEvidence("4", "e", "a", 0), examEvidence("5", "f", "a", 1)
		kept.At = noon.Add(time.Microsecond)
		b.recordSums(store.Recording{Employee: "e", Put: []competency.Evidence{old, stated, retracted, kept}}, store.Recording{Employee: "f", Put: []competency.Evidence{others}})
		b.recordSums(store.Recording{Employee: "e", Retract: []string{"3"}})
		states := b.profiles()
		require.Empty(b, b.checkpoints())

		done := b.recordSums(store.Recording{Employee: "e", DropBefore: noon.Add(time.Microsecond)})
		require.Equal(b, []store.RecordingResult{{}}, done)
		require.Equal(b, states, b.profiles(), "states stay the same")
		retracted.Retracted = true
		gone := []competency.Evidence{retracted.Tombstone(), stated.Tombstone(), old.Tombstone()}
		require.Equal(b, []competency.Evidence{kept, others}, b.evidence(store.EvidenceQuery{}), "a moment is dropped whole")
		require.Equal(b, gone, b.evidence(store.EvidenceQuery{Dropped: true}))
		require.Equal(b, gone, b.evidence(store.EvidenceQuery{Dropped: true, Employees: []string{"f", "e"}}))
		require.Empty(b, b.evidence(store.EvidenceQuery{Dropped: true, Employees: []string{"f"}}))
		require.Equal(b, gone[1:2], b.evidence(store.EvidenceQuery{Dropped: true, IDs: []string{"2", "4"}}))
		require.Equal(b, []competency.Evidence{kept, gone[0], gone[2]}, b.evidence(store.EvidenceQuery{IDs: []string{"1", "3", "4"}}))
		require.Equal(b, []competency.Evidence{kept, gone[0]}, b.evidence(store.EvidenceQuery{IDs: []string{"1", "3", "4"}, First: 2}))
		require.Empty(b, b.evidence(store.EvidenceQuery{IDs: []string{"1"}, Employees: []string{"f"}}))
		want := []store.Checkpoint{{Employee: "e", Body: `{"a":[2,1.5],"b":[1,0.5],"点":[1,0.5]}`}}
		require.Equal(b, want, b.checkpoints())
		require.Equal(b, want, b.checkpoints("e", "f"))
		require.Empty(b, b.checkpoints("f"))

		before := b.readAll()
		require.Equal(b, []store.RecordingResult{{Known: evidenceByID(gone...), Missing: []string{"1"}}}, b.recordSums(store.Recording{
			Employee: "e", Put: []competency.Evidence{old, stated, retracted}, Retract: []string{"1"},
		}), "what is sent again changes nothing, and it cannot be taken back")
		require.Equal(b, evidenceByID(gone[2]), b.recordSums(store.Recording{Employee: "f", Put: []competency.Evidence{examEvidence("1", "f", "a", 0)}})[0].Known)
		b.recordSums(store.Recording{Employee: "e", DropBefore: noon.Add(time.Microsecond)}, store.Recording{Employee: "f", DropBefore: noon})
		require.Equal(b, before, b.readAll(), "it may be repeated")

		b.recordSums(store.Recording{Employee: "e", Put: []competency.Evidence{examEvidence("6", "e", "a", 0)}})
		require.Equal(b, 1.5/4, b.profile("e").States[0].Mastery, "what was dropped still counts")
	}},
	{"what is new may be dropped at once", func(b harness) {
		b.put(classRecords())
		one := examEvidence("1", "e", "a", 1)
		b.recordSums(store.Recording{Employee: "e", Put: []competency.Evidence{one}, DropBefore: noon.Add(time.Hour)})
		require.Empty(b, b.evidence(store.EvidenceQuery{}))
		require.Equal(b, []competency.Evidence{one.Tombstone()}, b.evidence(store.EvidenceQuery{Dropped: true}))
		require.Equal(b, 1.0, b.profile("e").States[0].Mastery)
	}},
	{"tombstones and checkpoints come from elsewhere, too", func(b harness) {
		b.put(classRecords())
		b.record(store.Recording{Employee: "e", Put: []competency.Evidence{examEvidence("1", "e", "a", 1)}})
		first, second := examEvidence("1", "e", "a", 1).Tombstone(), competency.Evidence{ID: "2", Employee: "e", StatementHash: "ab", Retracted: true, Dropped: true}
		body := `{"a": [1, 0.5], "引": "\"'\\"}`
		write := func(in store.FoldInput) (store.StateChanges, error) {
			assert.Empty(b, in.New)
			return store.StateChanges{Checkpoint: body}, nil
		}
		done, err := b.store.Record(b.Context(), []store.Recording{{Employee: "e", Put: []competency.Evidence{first, second, second}}}, write)
		require.NoError(b, err)
		require.Equal(b, evidenceByID(examEvidence("1", "e", "a", 1), second), done[0].Known)
		require.Equal(b, []competency.Evidence{second}, b.evidence(store.EvidenceQuery{Dropped: true}))
		require.Equal(b, []store.Checkpoint{{Employee: "e", Body: body}}, b.checkpoints())
		require.Len(b, b.evidence(store.EvidenceQuery{}), 1)
	}},
	{"a fold that fails drops nothing", func(b harness) {
		b.put(classRecords())
		b.recordSums(store.Recording{Employee: "e", Put: []competency.Evidence{examEvidence("1", "e", "a", 1)}})
		before := b.readAll()
		_, err := b.store.Record(b.Context(), []store.Recording{{Employee: "e", DropBefore: noon.Add(time.Hour)}}, func(store.FoldInput) (store.StateChanges, error) {
			return store.StateChanges{}, assert.AnError
		})
		require.ErrorIs(b, err, assert.AnError)
		require.Equal(b, before, b.readAll())
		done := b.recordSums(store.Recording{Employee: "nobody", DropBefore: noon.Add(time.Hour)})
		require.ErrorIs(b, done[0].Err, store.ErrNotFound)
	}},
	{"nothing stays of the dropped evidence of who is deleted", func(b harness) {
		b.put(classRecords())
		one := examEvidence("1", "e", "a", 1)
		b.recordSums(store.Recording{Employee: "e", Put: []competency.Evidence{one}}, store.Recording{Employee: "f", Put: []competency.Evidence{examEvidence("2", "f", "a", 1)}})
		b.recordSums(store.Recording{Employee: "e", DropBefore: noon.Add(time.Hour)}, store.Recording{Employee: "f", DropBefore: noon.Add(time.Hour)})
		again := competency.Employee{Code: "e", Name: "again"}
		b.edit(competency.ChangeSet{Delete: person(competency.Employee{Code: "e"}), Put: person(again)})
		require.Equal(b, []competency.Evidence{examEvidence("2", "f", "a", 1).Tombstone()}, b.evidence(store.EvidenceQuery{Dropped: true}))
		require.Len(b, b.checkpoints(), 1)
		b.recordSums(store.Recording{Employee: "e", Put: []competency.Evidence{one}})
		require.Equal(b, []float64{1, 1}, b.profile("e").States[0].Model, "the id is free, and it counts once")
		b.edit(competency.ChangeSet{Delete: person(competency.Employee{Code: "f"})})
		require.Empty(b, b.checkpoints())
	}},
	{"a mastery that is entered leaves the checkpoint", func(b harness) {
		b.put(classRecords())
		b.recordSums(store.Recording{Employee: "e", Put: []competency.Evidence{examEvidence("1", "e", "a", 1)}})
		b.recordSums(store.Recording{Employee: "e", DropBefore: noon.Add(time.Hour)})
		before := b.checkpoints()
		b.put(records(competency.Catalog{}, competency.People{Mastery: []competency.Assessment{{Employee: "e", KnowledgePoint: "a", Mastery: 0.25, AssessedAt: noon.Add(time.Hour)}}}))
		require.Equal(b, before, b.checkpoints())
	}},
	{"states are those of all evidence, whatever is dropped when, and each id counts once", func(b harness) {
		b.put(classRecords())
		seed := rand.Uint64()
		random := rand.New(rand.NewPCG(seed, 0))
		sums := map[string]map[string][]float64{"e": {}, "f": {}} // by employee and point
		var all []competency.Evidence
		for i := range 60 {
			who := []string{"e", "f"}[random.IntN(2)]
			var r store.Recording
			for range 1 + random.IntN(4) {
				if len(all) > 0 && random.IntN(4) == 0 { // one that was sent before
					if again := all[random.IntN(len(all))]; again.Employee == who {
						r.Put = append(r.Put, again)
					}
					continue
				}
				e := examEvidence(fmt.Sprint(len(all)), who, "a", float64(random.IntN(5))/4)
				e.KnowledgePoints = [][]string{{"a"}, {"b"}, {"a", "b"}}[random.IntN(3)]
				e.At = noon.Add(time.Duration(i/4+random.IntN(3)) * time.Hour)
				all, r.Put = append(all, e), append(r.Put, e)
				for _, point := range e.KnowledgePoints {
					sum := sums[who][point]
					if sum == nil {
						sum = make([]float64, 2)
						sums[who][point] = sum
					}
					sum[0], sum[1] = sum[0]+1, sum[1]+e.Score
				}
			}
			if random.IntN(3) == 0 {
				r.DropBefore = noon.Add(time.Duration(i/4) * time.Hour)
			}
			r.Employee = who
			b.recordSums(r)
			for employee, points := range sums {
				for _, s := range b.profile(employee).States {
					require.Equal(b, points[s.KnowledgePoint], s.Model, "seed %d: %s of %s", seed, s.KnowledgePoint, employee)
				}
			}
		}
		require.Len(b, all, len(b.evidence(store.EvidenceQuery{}))+len(b.evidence(store.EvidenceQuery{Dropped: true})))
	}},
}

// sumFold is a simple model with a checkpoint: the number of the results of a point, and
// their sum.
func sumFold(l store.FoldInput) (changes store.StateChanges, err error) {
	all, err := l.All()
	if err != nil {
		return changes, err
	}
	checkpoint := map[string][]float64{}
	if all.Checkpoint != "" {
		if err := json.Unmarshal([]byte(all.Checkpoint), &checkpoint); err != nil {
			return changes, err
		}
	}
	sum := func(point string, sums []float64, counts func(competency.Evidence) bool) []float64 {
		sums = append([]float64{0, 0}, sums...)[len(sums):]
		for _, e := range all.Evidence {
			if slices.Contains(e.KnowledgePoints, point) && counts(e) {
				sums[0], sums[1] = sums[0]+1, sums[1]+e.Score
			}
		}
		return sums
	}
	for _, point := range store.PointsOf(l.New, l.Retracted) {
		sums := sum(point, checkpoint[point], func(competency.Evidence) bool { return true })
		changes.Put = append(changes.Put, competency.Assessment{Employee: l.Employee, KnowledgePoint: point, Mastery: sums[1] / max(1, sums[0]), AssessedAt: noon, Model: sums})
	}
	isOld := func(e competency.Evidence) bool { return e.At.Before(l.DropBefore) }
	if slices.ContainsFunc(all.Evidence, isOld) {
		for _, point := range store.PointsOf(all.Evidence) {
			if sums := sum(point, checkpoint[point], isOld); sums[0] > 0 {
				checkpoint[point] = sums
			}
		}
		text, err := json.Marshal(checkpoint)
		if err != nil {
			return changes, err
		}
		changes.Checkpoint = string(text)
	}
	return changes, nil
}

// recordSums records by the simple model with a checkpoint.
func (b harness) recordSums(list ...store.Recording) []store.RecordingResult {
	b.Helper()
	done, err := b.store.Record(b.Context(), list, sumFold)
	require.NoError(b, err)
	for i := range done {
		done[i].StateChanges, done[i].Write = store.StateChanges{}, 0
	}
	return done
}

func (b harness) checkpoints(employees ...string) []store.Checkpoint {
	b.Helper()
	list, err := b.store.Checkpoints(b.Context(), employees)
	require.NoError(b, err)
	return nilIfEmpty(list)
}
