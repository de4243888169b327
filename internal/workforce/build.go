package workforce

import (
	"context"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
)

// workers is how many goroutines compute aside, or one question about many people. It is
// small, so that other questions go on.
const workers = 2

// Build makes the columns of some departments and people, for an hour. Of people without a
// code, and of those who come again, it takes nothing. It keeps no second copy of the states:
// they go to their columns in the order in which people come, and at the end one arena of
// columns after the other is sorted. It costs O(states · log people).
func Build(units []competency.OrgUnit, records iter.Seq2[Record, error], hour time.Time) (*Columns, error) {
	c := &Columns{byPoint: map[string]int32{}, hour: hour}
	var people []competency.Employee
	seen := map[string]bool{}
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		if r.Employee.Code == "" || seen[r.Employee.Code] {
			continue
		}
		seen[r.Employee.Code] = true
		for _, s := range r.States {
			c.columnOf(s.Point).put(Person(len(people)), s.State, hour, time.Time{})
		}
		people = append(people, r.Employee)
	}
	var number []Person
	c.roster, number = newRoster(units, people)
	_ = c.pack(context.Background(), c.columns, number)
	c.countStates()
	return c, nil
}

// pack writes the first columns, with the new numbers of their people, to others, which may
// be the same. Changes go on between two columns. It returns the error of the context.
func (c *Columns) pack(ctx context.Context, out []column, number []Person) error {
	c.mu.RLock()
	bounds := c.arenas()
	c.mu.RUnlock()
	return inParallel(ctx, len(bounds), func(i int) {
		from, to := bounds[i][0], min(bounds[i][1], len(out))
		room := 0
		c.mu.RLock()
		for i := from; i < to; i++ {
			room += roomFor(len(c.columns[i].people))
		}
		c.mu.RUnlock()
		memory := newArena(room)
		for i := from; i < to; i++ {
			c.mu.RLock()
			packed := memory.column(roomFor(len(c.columns[i].people)))
			c.columns[i].renumberInto(&packed, number)
			c.mu.RUnlock()
			out[i] = packed
		}
	})
}

// inParallel calls a function for the numbers below n. It returns the error of the context.
func inParallel(ctx context.Context, n int, f func(i int)) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// nobody is no number.
const nobody = ^Person(0)

// renumberInto writes a column to another with the new numbers of its people, in their
// order. People whose new number is nobody, or who have none, are left out.
func (col *column) renumberInto(out *column, number []Person) {
	order := make([]uint64, 0, len(col.people)) // new number, and index: sorts faster than by a function
	for i, p := range col.people {
		if int(p) < len(number) && number[p] != nobody {
			order = append(order, uint64(number[p])<<32|uint64(i))
		}
	}
	slices.Sort(order)
	out.people = slices.Grow(out.people[:0], len(order))
	for _, o := range order {
		out.people = append(out.people, Person(o>>32))
	}
	out.mastery, out.current, out.held = pick(out.mastery, col.mastery, order), pick(out.current, col.current, order), pick(out.held, col.held, order)
	out.assessed, out.stability = pick(out.assessed, col.assessed, order), pick(out.stability, col.stability, order)
}

// pick writes the values at some indices, which are the low halves of a list, over a slice.
func pick[T any](out, from []T, order []uint64) []T {
	out = slices.Grow(out[:0], len(order))
	for _, o := range order {
		out = append(out, from[uint32(o)])
	}
	return out
}

// countStates counts the states of each person.
func (c *Columns) countStates() {
	clear(c.roster.states)
	for i := range c.columns {
		for _, p := range c.columns[i].people {
			c.roster.states[p]++
		}
	}
}
