package workforce

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
)

// NeedsRebuild reports whether so many people have come, gone or moved, or departments have
// moved, that people of a department have their numbers in too many places; or whether
// columns have outgrown much memory. Answers are right without a rebuild, but take longer.
// It costs O(columns).
func (c *Columns) NeedsRebuild() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.roster.reshaped || c.roster.strays > 32+len(c.roster.people)/32 || c.outgrown > max(arenaSize, c.countAll()/16)
}

// IsFragmented reports whether so much has changed since the build that questions about a
// department read much of the firm, or much memory is lost. It is a reason to build the
// columns again where there is no memory for a rebuild. It costs O(columns).
func (c *Columns) IsFragmented() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.roster.strays > 32+len(c.roster.people)/4 || c.outgrown > max(arenaSize, c.countAll()/4)
}

// countAll counts all states. The caller holds mu.
func (c *Columns) countAll() (states int) {
	for i := range c.columns {
		states += len(c.columns[i].people)
	}
	return states
}

// Rebuild numbers people again in the order of the department tree. It copies the columns
// aside and then swaps: questions and changes go on meanwhile, and the memory is twice as
// large. Where the context ends it returns its error, and nothing is changed. It costs
// O(states · log people), and reads no store.
func (c *Columns) Rebuild(ctx context.Context) error {
	c.aside.Lock()
	defer c.aside.Unlock()
	fresh, number := c.beginRebuild()
	if err := c.pack(ctx, fresh.columns, number); err != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.rebuilding, c.log = false, nil
		return err
	}
	fresh.countStates()
	for !c.endRebuild(fresh) {
	}
	return nil
}

// beginRebuild starts to keep changes, and returns columns without states and the new
// number of each person.
func (c *Columns) beginRebuild() (fresh *Columns, number []Person) {
	c.mu.Lock()
	c.rebuilding = true
	people, tree := slices.Clone(c.roster.people), c.roster.tree
	fresh = &Columns{codes: slices.Clone(c.codes), columns: make([]column, len(c.columns)), hour: c.hour}
	c.mu.Unlock()
	fresh.byPoint = make(map[string]int32, len(fresh.codes))
	for i, code := range fresh.codes {
		fresh.byPoint[code] = int32(i)
	}
	old := make([]int, 0, len(people)) // numbers of those who are there
	present := make([]competency.Employee, 0, len(people))
	for i, e := range people {
		if e.Code != "" {
			old, present = append(old, i), append(present, e)
		}
	}
	var numbers []Person
	fresh.roster, numbers = newRoster(tree.Units(), present)
	number = slices.Repeat([]Person{nobody}, len(people))
	for i, p := range numbers {
		number[old[i]] = p
	}
	return fresh, number
}

// endRebuild applies the changes since the rebuild began. It swaps and returns true where
// they were few, so that the lock is short.
func (c *Columns) endRebuild(fresh *Columns) bool {
	const few = 64
	c.mu.Lock()
	log := c.log
	c.log = nil
	done := len(log) <= few
	if done {
		defer c.mu.Unlock()
	} else {
		c.mu.Unlock()
	}
	for _, ch := range log {
		fresh.apply(ch)
	}
	if done {
		c.roster, c.byPoint, c.codes, c.columns = fresh.roster, fresh.byPoint, fresh.codes, fresh.columns
		c.rebuilding, c.outgrown = false, fresh.outgrown
		c.layout.Store(nil)
	}
	return done
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
