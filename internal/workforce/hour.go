package workforce

import (
	"context"
	"slices"
	"time"
)

// Hour returns the moment that answers where a question names none: questions about it are
// the quick ones.
func (c *Columns) Hour() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.hour
}

// Advance computes what is current at another hour aside, and then swaps. Questions go on
// with the old hour until then, and so do changes, which count in both. It takes 8 bytes a
// state while it works. Where the context ends it returns its error, and the old hour
// stays. It costs O(states).
func (c *Columns) Advance(ctx context.Context, hour time.Time) error {
	c.aside.Lock()
	defer c.aside.Unlock()
	bounds := c.beginAdvance(hour)
	err := inParallel(ctx, len(bounds), func(i int) { c.prepareArena(bounds[i][0], bounds[i][1], hour) })
	c.endAdvance(hour, err == nil)
	return err
}

// beginAdvance lets changes count in the coming hour too, and returns the columns in ranges.
func (c *Columns) beginAdvance(hour time.Time) (bounds [][2]int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.coming = hour
	return c.arenas()
}

// endAdvance swaps, or forgets the coming hour.
func (c *Columns) endAdvance(hour time.Time, swap bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.columns {
		col := &c.columns[i]
		if swap {
			if col.next == nil { // a point that came meanwhile
				col.prepare(nil, hour)
			}
			col.current = col.next
		}
		col.next = nil
	}
	if c.coming = (time.Time{}); swap {
		c.hour = hour
	}
}

// prepareArena computes the next hour of a range of columns, in one piece of memory.
func (c *Columns) prepareArena(from, to int, hour time.Time) {
	room := 0
	c.mu.RLock()
	for i := from; i < to; i++ {
		room += cap(c.columns[i].people)
	}
	c.mu.RUnlock()
	memory := make([]float64, room)
	for i := from; i < to; i++ {
		c.mu.RLock()
		col := &c.columns[i]
		col.prepare(cut(&memory, cap(col.people)), hour)
		c.mu.RUnlock()
	}
}

// prepare computes the next hour of a column in some memory.
func (col *column) prepare(memory []float64, hour time.Time) {
	col.next = col.currentAt(slices.Grow(memory, len(col.people)), 0, len(col.people), hour)
	if col.next == nil {
		col.next = []float64{} // done
	}
}
