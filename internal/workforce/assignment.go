package workforce

import (
	"iter"
	"sync"
	"sync/atomic"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// assignment says against which position each person of a group is measured. Positions
// that require no point are left out, but for one that was asked for.
type assignment struct {
	positions              []assigned
	low                    Person
	of                     []int32 // by number from low on: index in positions, or unassigned
	without, hiddenWithout int     // people who are left out
}

// assigned is a position with how many people are measured against it.
type assigned struct {
	kg.Position
	people, hidden int
}

const unassigned = -1

// assign measures each person of a group against a position, or against their own where it
// is OwnPosition. It costs O(people).
func (v *View) assign(g Group, position kg.Position) *assignment {
	a := &assignment{low: g.Members.low, of: make([]int32, g.Members.high-g.Members.low)}
	for i := range a.of {
		a.of[i] = unassigned
	}
	index := map[string]int32{} // by code; people share few positions
	if position != OwnPosition {
		a.positions = []assigned{{Position: position}}
	}
	for p := range g.Members.All() {
		i := int32(0)
		if position == OwnPosition {
			code := v.roster.people[p].Position
			var seen bool
			if i, seen = index[code]; !seen {
				i = a.add(v, p)
				index[code] = i
			}
		}
		hidden := 0
		if g.Hidden.Has(p) {
			hidden = 1
		}
		if i == unassigned {
			a.without++
			a.hiddenWithout += hidden
			continue
		}
		a.of[p-a.low] = i
		a.positions[i].people++
		a.positions[i].hidden += hidden
	}
	return a
}

// add takes up the position of a person, where it requires something.
func (a *assignment) add(v *View, p Person) int32 {
	position, ok := v.Position(p)
	if !ok || len(v.Graph.Requirements(position)) == 0 {
		return unassigned
	}
	a.positions = append(a.positions, assigned{Position: position})
	return int32(len(a.positions) - 1)
}

// demand is what one position of an assignment requires of a point.
type demand struct {
	kg.Requirement
	position int32 // index in the assignment
	rank     int32 // of the point, in the order of codes
}

// demands returns what the positions of an assignment require, by code of the point. It
// costs O(nodes + requirements).
func (v *View) demands(a *assignment) []demand {
	var all []demand
	from := make([]int32, v.Graph.Nodes()+1) // by rank: counting sort
	for i, p := range a.positions {
		for _, r := range v.Graph.Requirements(p.Position) {
			d := demand{r, int32(i), v.Graph.Rank(r.Point)}
			all = append(all, d)
			from[d.rank+1]++
		}
	}
	for i := 1; i < len(from); i++ {
		from[i] += from[i-1]
	}
	sorted := make([]demand, len(all))
	for _, d := range all {
		sorted[from[d.rank]] = d
		from[d.rank]++
	}
	return sorted
}

// chunks divides what is sorted into pieces of the same key.
func chunks[T any, K comparable](list []T, key func(T) K) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		for len(list) > 0 {
			n := 1
			for n < len(list) && key(list[n]) == key(list[0]) {
				n++
			}
			if !yield(list[:n]) {
				return
			}
			list = list[n:]
		}
	}
}

// divideWork does pieces of work, numbered from 0 on, in some goroutines. Each calls the
// function once, for memory of its own, and gets some of the pieces.
func divideWork(pieces, goroutines int, work func(iter.Seq[int])) {
	var taken atomic.Int64
	some := func(yield func(int) bool) {
		for i := int(taken.Add(1)) - 1; i < pieces && yield(i); i = int(taken.Add(1)) - 1 {
		}
	}
	var wg sync.WaitGroup
	for range goroutines - 1 {
		wg.Go(func() { work(some) })
	}
	work(some)
	wg.Wait()
}

// goroutinesFor returns how many goroutines a question about some people and demands is worth.
func goroutinesFor(g Group, demands []demand) int {
	if g.Members.Len()+len(demands) < 1<<13 {
		return 1
	}
	return workers
}

// threshold is what a state has to reach so that it meets a level: mastery.State.Meets
// without the time.
type threshold struct{ mastery, current float64 }

func thresholdOf(level float64) threshold {
	return threshold{level - competency.Epsilon, mastery.CurrentShare*level - competency.Epsilon}
}

func (t *threshold) met(mastery, current float64) bool {
	return mastery >= t.mastery && current >= t.current
}
