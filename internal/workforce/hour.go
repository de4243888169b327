package workforce

import (
	"context"
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
	c.mu.Lock()
	c.coming = hour
	columns := len(c.columns)
	c.mu.Unlock()
	err := c.eachColumn(ctx, columns, func(_, i int) { c.columns[i].prepare(hour) })
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.columns {
		col := &c.columns[i]
		if err == nil {
			if col.next == nil { // a point that came meanwhile
				col.prepare(hour)
			}
			col.current = col.next
		}
		col.next = nil
	}
	if c.coming = (time.Time{}); err == nil {
		c.hour = hour
	}
	return err
}

// prepare computes the next hour of a column.
func (col *column) prepare(hour time.Time) {
	col.next = col.currentAt(make([]float64, 0, len(col.people)), 0, len(col.people), hour)
}
