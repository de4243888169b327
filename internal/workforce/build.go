package workforce

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
)

// workers is how many goroutines compute aside, or one question about many people. It is
// small, so that other questions go on.
const workers = 2

var errTooMany = fmt.Errorf("workforce: more than %d people", maxPeople)

// Build makes the columns of some departments and people, for an hour. Of people without a
// code, and of those who come again, it takes nothing. It holds the states once, and a
// quarter of them twice. It costs O(states + people · log people).
func Build(units []competency.OrgUnit, records iter.Seq2[Record, error], hour time.Time) (*Columns, error) {
	c := &Columns{byPoint: map[string]int32{}, hour: hour}
	var s staging
	var people []competency.Employee
	seen := map[string]bool{}
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		if r.Employee.Code == "" || seen[r.Employee.Code] {
			continue
		}
		if len(people) == maxPeople {
			return nil, errTooMany
		}
		seen[r.Employee.Code] = true
		people = append(people, r.Employee)
		for _, state := range r.States {
			c.columnOf(state.Point)
			s.add(c.byPoint[state.Point], state.State)
		}
		s.ends = append(s.ends, s.states)
	}
	var number []Person
	c.roster, number = newRoster(units, people)
	s.distribute(c.columns, number)
	_ = inParallel(context.Background(), len(c.columns), func(i int) {
		col := &c.columns[i]
		col.current = col.currentAt(col.current, 0, len(col.people), hour)
	})
	c.countStates()
	return c, nil
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

// countStates counts the states of each person.
func (c *Columns) countStates() {
	clear(c.roster.states)
	for i := range c.columns {
		for _, p := range c.columns[i].people {
			c.roster.states[p]++
		}
	}
}
