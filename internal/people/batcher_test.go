package people

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
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
