package service

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// What waits is written together as far as a transaction bears, in its order.
func TestWhatWaitsIsWrittenTogether(t *testing.T) {
	id := 0
	request := func(people, each int) *ticket {
		t := &ticket{size: people * each}
		for p := range people {
			r := store.Recording{Employee: fmt.Sprint(p)}
			for range each {
				id++
				r.Put = append(r.Put, competency.Evidence{ID: fmt.Sprint(id)})
			}
			t.list = append(t.list, r)
		}
		return t
	}
	again := request(1, 1)
	for name, c := range map[string]struct {
		queue []*ticket
		want  []int // how many go together
	}{
		"nothing":                         {nil, nil},
		"all that there is":               {[]*ticket{request(1, 1), request(10, 100), request(3, 2)}, []int{3}},
		"pieces that are too many":        {[]*ticket{request(10, 100), request(1, maxTogether-1000), request(1, 1)}, []int{2, 1}},
		"people who are too many":         {[]*ticket{request(maxPeople/2, 1), request(maxPeople/2, 1), request(1, 1)}, []int{2, 1}},
		"one that is too large by itself": {[]*ticket{request(maxPeople+1, 1), request(1, 1)}, []int{1, 1}},
		"the same id twice":               {[]*ticket{again, request(1, 1), again}, []int{2, 1}},
	} {
		r := &recorder{queue: c.queue, busy: true}
		for _, w := range c.queue {
			r.waiting += w.size
		}
		var got []int
		for batch := r.next(); len(batch) > 0; batch = r.next() {
			got = append(got, len(batch))
		}
		require.Equal(t, c.want, got, name)
		require.Zero(t, r.waiting, name)
		require.False(t, r.busy, name)
	}
}
