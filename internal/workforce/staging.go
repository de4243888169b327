package workforce

import (
	"context"

	"github.com/zhitu/zhitu/internal/mastery"
)

// staging keeps the states of a build in the order in which people come, until all people
// are known and have numbers. Then they are distributed to the columns, one value after the
// other: what a value leaves becomes the memory of the next one. So there is little garbage,
// which the process would have to hold for a while.
type staging struct {
	states              uint32
	ends                []uint32 // person, as they come → end of their states
	counts              []int32  // by column
	latest              []int32  // column → last person with a state of it, from 1
	column              slabs[uint32]
	mastery, held       slabs[float64]
	assessed, stability slabs[int64]
}

// add keeps a state of the person who comes next. The first state of a point counts.
func (s *staging) add(column int32, state mastery.State) {
	for int(column) >= len(s.counts) {
		s.counts, s.latest = append(s.counts, 0), append(s.latest, 0)
	}
	if s.latest[column] == int32(len(s.ends)+1) {
		return
	}
	s.latest[column] = int32(len(s.ends) + 1)
	s.counts[column]++
	s.states++
	s.column.append(uint32(column))
	s.mastery.append(state.Mastery)
	s.held.append(effectiveHeld(state))
	s.assessed.append(state.AssessedAt.UnixMicro())
	s.stability.append(int64(state.EffectiveStability()))
}

// distribute moves the states to the columns, in the order of the new numbers of people. The
// current is left to be computed.
func (s *staging) distribute(columns []column, number []Person) {
	places, sizes := s.places()
	people := slabs[Person](nil).resized(sizes)
	arrived := make([]int, len(number)) // number → person, as they come
	for i, p := range number {
		arrived[p] = i
	}
	next := append([]uint32(nil), places...)
	for p, i := range arrived {
		from := uint32(0)
		if i > 0 {
			from = s.ends[i-1]
		}
		for j := from; j < s.ends[i]; j++ {
			column := s.column.at(j)
			*people.at(next[*column]) = Person(p)
			next[*column]++
			*column = next[*column] - 1 // from here on, the place of the state
		}
	}
	masteries := scatter(s.mastery, s.column, slabs[float64](nil).resized(sizes))
	held := scatter(s.held, s.column, s.mastery.resized(sizes))
	current := s.held.resized(sizes)
	assessed := scatter(s.assessed, s.column, slabs[int64](nil).resized(sizes))
	stability := scatter(s.stability, s.column, s.assessed.resized(sizes))
	for i := range columns {
		at, n := places[i], int(s.counts[i])
		columns[i] = column{
			people: people.piece(at, n), mastery: masteries.piece(at, n), current: current.piece(at, n)[:0], held: held.piece(at, n),
			assessed: assessed.piece(at, n), stability: stability.piece(at, n),
		}
	}
}

// places returns where each column begins, and the sizes of the slabs that hold all columns
// with room to grow, none across two slabs.
func (s *staging) places() (places []uint32, sizes []int) {
	places = make([]uint32, len(s.counts))
	for i, n := range s.counts {
		room := roomFor(int(n))
		if len(sizes) == 0 || sizes[len(sizes)-1]+room > slabSize {
			sizes = append(sizes, 0)
		}
		last := len(sizes) - 1
		places[i] = uint32(last*slabSize + sizes[last])
		sizes[last] += room
	}
	return places, sizes
}

// slabs are a long list in pieces of slabSize, so that it grows without being copied.
type slabs[T any] [][]T

// slabSize is more than a column has states: one for each person, of whom there are at most
// maxPeople.
const (
	slabSize  = 1 << 20
	maxPeople = slabSize / 64 * 62
)

func (s *slabs[T]) append(x T) {
	last := len(*s) - 1
	switch {
	case last < 0: // a small company takes little
		*s, last = [][]T{make([]T, 0, slabSize/64)}, 0
	case len((*s)[last]) == slabSize:
		*s, last = append(*s, make([]T, 0, slabSize)), last+1
	case len((*s)[last]) == cap((*s)[last]):
		(*s)[last] = append(make([]T, 0, slabSize), (*s)[last]...)
	}
	(*s)[last] = append((*s)[last], x)
}

func (s slabs[T]) at(i uint32) *T { return &s[i/slabSize][i%slabSize] }

// piece returns the values of a column. Its room to grow is cleared.
func (s slabs[T]) piece(at uint32, n int) []T {
	slab, from := s[at/slabSize], int(at%slabSize)
	clear(slab[from+n : from+roomFor(n)])
	return slab[from : from+n : from+roomFor(n)]
}

// resized returns slabs of some sizes with any content. It takes over those that fit.
func (s slabs[T]) resized(sizes []int) slabs[T] {
	out := make(slabs[T], len(sizes))
	for i, n := range sizes {
		if i < len(s) && cap(s[i]) >= n && n >= cap(s[i])/8*7 {
			out[i] = s[i][:n]
		} else {
			out[i] = make([]T, n)
		}
	}
	return out
}

// scatter writes each value to its place.
func scatter[T any](from slabs[T], places slabs[uint32], to slabs[T]) slabs[T] {
	_ = inParallel(context.Background(), len(from), func(i int) {
		for j, x := range from[i] {
			*to.at(places[i][j]) = x
		}
	})
	return to
}
