package people

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// What waits is written together as far as a transaction bears, in its order.
func TestWaitingItemsShareABatch(t *testing.T) {
	id := 0
	request := func(people, each int) *batchItem {
		t := &batchItem{size: people * each}
		for p := range people {
			r := store.Recording{Employee: fmt.Sprint(p)}
			for range each {
				id++
				r.Put = append(r.Put, competency.Evidence{ID: fmt.Sprint(id)})
			}
			t.recordings = append(t.recordings, r)
		}
		return t
	}
	repeated := request(1, 1)
	for name, c := range map[string]struct {
		queue []*batchItem
		want  []int // how many go together
	}{
		"nothing":                         {nil, nil},
		"all that there is":               {[]*batchItem{request(1, 1), request(10, 100), request(3, 2)}, []int{3}},
		"pieces that are too many":        {[]*batchItem{request(10, 100), request(1, maxBatchPieces-1000), request(1, 1)}, []int{2, 1}},
		"people who are too many":         {[]*batchItem{request(maxBatchPeople/2, 1), request(maxBatchPeople/2, 1), request(1, 1)}, []int{2, 1}},
		"one that is too large by itself": {[]*batchItem{request(maxBatchPeople+1, 1), request(1, 1)}, []int{1, 1}},
		"the same id twice":               {[]*batchItem{repeated, request(1, 1), repeated}, []int{2, 1}},
	} {
		b := &batcher{queue: c.queue, writing: true}
		for _, w := range c.queue {
			b.waiting += w.size
		}
		var got []int
		for batch := b.nextBatch(); len(batch) > 0; batch = b.nextBatch() {
			got = append(got, len(batch))
		}
		require.Equal(t, c.want, got, name)
		require.Zero(t, b.waiting, name)
		require.False(t, b.writing, name)
	}
}

// memoryEvidence is a store that records the ids of evidence, all of a list or nothing.
type memoryEvidence struct {
	ids      []string
	attempts int
}

func (m *memoryEvidence) Evidence(context.Context, store.EvidenceQuery) ([]competency.Evidence, error) {
	return nil, nil
}

func (m *memoryEvidence) Checkpoints(context.Context, []string) ([]store.Checkpoint, error) {
	return nil, nil
}

func (m *memoryEvidence) Record(_ context.Context, list []store.Recording, fold store.Fold) ([]store.RecordingResult, error) {
	m.attempts++
	var ids []string
	done := make([]store.RecordingResult, len(list))
	for i, rec := range list {
		changes, err := fold(store.FoldInput{Employee: rec.Employee, New: rec.Put})
		if err != nil {
			return nil, fmt.Errorf("record: %w", err)
		}
		done[i].StateChanges = changes
		for _, e := range rec.Put {
			ids = append(ids, e.ID)
		}
	}
	m.ids = append(m.ids, ids...)
	return done, nil
}

// Data of one person that cannot be read refuse the recordings of that person. Of the
// others some may have been made before the transaction failed: that counts.
func TestUnreadablePersonFailsAlone(t *testing.T) {
	st := &partsOfEvidence{made: map[string]bool{}}
	b := &batcher{store: st, notify: func(string, store.RecordingResult, uint64) {}}
	var batch []*batchItem
	for i := range 50 {
		batch = append(batch, &batchItem{recordings: groupByEmployee([]competency.Evidence{
			{Employee: fmt.Sprint("E", i), ID: fmt.Sprint(i)}, {Employee: "broken", ID: fmt.Sprint("b", i)},
		}, addPut)})
	}
	b.commit(t.Context(), batch)
	for _, it := range batch {
		require.NoError(t, it.err)
		require.NoError(t, it.recorded[0].Err)
		require.True(t, it.recorded[0].StateChanges.Any())
		require.Equal(t, fault.Unavailable, fault.CodeOf(it.recorded[1].Err))
	}
	require.Len(t, st.made, 50)
	require.Less(t, st.attempts, 30, "the failing one is found by halves")
}

// partsOfEvidence is a store that writes each person in a transaction of their own, and fails
// where one of them cannot be read. What is written before is told with the error.
type partsOfEvidence struct {
	memoryEvidence
	made map[string]bool
}

func (m *partsOfEvidence) Record(_ context.Context, list []store.Recording, _ store.Fold) (done []store.RecordingResult, err error) {
	m.attempts++
	done = make([]store.RecordingResult, len(list))
	for i, rec := range list {
		switch {
		case rec.Employee == "broken":
			err = fmt.Errorf("record: %w", store.UnreadableError([]fault.Problem{{Code: fault.InvalidArgument, Text: fault.T("no number", "不是数")}}))
		case !m.made[rec.Employee]:
			m.made[rec.Employee] = true
			done[i].StateChanges.Drop = []string{"A"}
		}
	}
	return done, err
}

// A panic in the fold of one piece ends the request that brought it. All other pieces
// are recorded, those of the same person and those of the same request too.
func TestPanicInAFoldEndsOneRecording(t *testing.T) {
	st := &memoryEvidence{}
	var notified []string
	b := &batcher{
		store: st,
		fold: guardFold(slog.New(slog.DiscardHandler), func(in store.FoldInput) (store.StateChanges, error) {
			for _, e := range in.New {
				if e.ID == "bad" {
					panic("a fold that fails")
				}
			}
			return store.StateChanges{}, nil
		}),
		notify: func(employee string, _ store.RecordingResult, _ uint64) { notified = append(notified, employee) },
	}
	item := func(evidence ...competency.Evidence) *batchItem {
		return &batchItem{recordings: groupByEmployee(evidence, addPut)}
	}
	piece := func(employee, id string) competency.Evidence { return competency.Evidence{Employee: employee, ID: id} }
	batch := []*batchItem{
		item(piece("E1", "1")), item(piece("E2", "2")), item(piece("E1", "bad"), piece("E3", "3")), item(piece("E1", "4"), piece("E4", "5")),
	}
	for i := range 100 {
		batch = append(batch, item(piece(fmt.Sprint("F", i), fmt.Sprint("f", i))))
	}
	b.commit(t.Context(), batch)
	for i, it := range batch {
		if i == 2 {
			require.ErrorIs(t, it.err, errFold)
			continue
		}
		require.NoError(t, it.err, i)
		require.Len(t, it.recorded, len(it.recordings))
	}
	require.Len(t, st.ids, 105)
	require.NotContains(t, st.ids, "bad")
	require.Subset(t, st.ids, []string{"1", "2", "3", "4", "5"})
	require.Subset(t, notified, []string{"E1", "E2", "E3", "E4", "F99"})
	require.Less(t, st.attempts, 30, "the failing one is found by halves")
}
