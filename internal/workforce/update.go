package workforce

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
)

// change is what one person, or the departments, become.
type change struct {
	record  Record // the person, where there is a code
	whole   bool   // the states are all that the person has
	dropped []string
	deleted string // code of a person who is no more
	units   []competency.OrgUnit
	tree    bool // units are the departments
}

// Update takes in people as they are now, each with all states, and people who are no more.
// Of the latter nothing stays in memory. People of both lists, or of none, may be known or
// not; the same again changes nothing. It locks once a person, for O(states · log people), and for
// O(columns) where a person is gone or has lost states.
func (c *Columns) Update(records []Record, deleted []string) {
	for _, r := range records {
		c.take(change{record: r, whole: true})
	}
	for _, code := range deleted {
		c.take(change{deleted: code})
	}
}

// Put takes in one person, some of whose states have changed and some of which are no more.
// It costs O(changed · log people).
func (c *Columns) Put(e competency.Employee, changed []State, dropped []string) {
	c.take(change{record: Record{Employee: e, States: changed}, dropped: dropped})
}

// PutStates is Put for a person whose record has not changed. It returns false, and takes in
// nothing, where the person is not known.
func (c *Columns) PutStates(code string, changed []State, dropped []string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, known := c.roster.numbers[code]
	if known {
		c.applyAndLog(change{record: Record{Employee: c.roster.people[p], States: changed}, dropped: dropped})
	}
	return known
}

// SetUnits takes in the departments as they are now. Sets of people follow at once.
func (c *Columns) SetUnits(units []competency.OrgUnit) {
	c.take(change{units: slices.Clone(units), tree: true})
}

// take applies a change, and keeps it for the columns that are rebuilt.
func (c *Columns) take(ch change) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.applyAndLog(ch)
}

// applyAndLog is take for a caller that holds mu.
func (c *Columns) applyAndLog(ch change) {
	c.apply(ch)
	if c.rebuilding {
		c.log = append(c.log, ch)
	}
}

func (c *Columns) apply(ch change) {
	switch {
	case ch.tree:
		c.roster.setTree(ch.units)
	case ch.deleted != "":
		c.delete(ch.deleted)
	case ch.record.Employee.Code != "":
		c.put(ch)
	}
}

func (c *Columns) put(ch change) {
	p := c.roster.put(ch.record.Employee)
	count := &c.roster.states[p]
	for _, s := range ch.record.States {
		col := c.columnOf(s.Point)
		full := len(col.people) == cap(col.people)
		if !col.put(p, s.State, c.hour, c.coming) {
			continue
		}
		if *count++; full {
			c.outgrown += len(col.people) - 1
		}
	}
	for _, point := range ch.dropped {
		if i, ok := c.byPoint[point]; ok && c.columns[i].remove(p) {
			*count--
		}
	}
	if ch.whole && int(*count) != len(ch.record.States) {
		keep := make(map[string]bool, len(ch.record.States))
		for _, s := range ch.record.States {
			keep[s.Point] = true
		}
		c.removeStates(p, keep)
	}
}

// removeStates removes the states of a person on all points but some.
func (c *Columns) removeStates(p Person, keep map[string]bool) {
	for i := range c.columns {
		if !keep[c.codes[i]] && c.columns[i].remove(p) {
			c.roster.states[p]--
		}
	}
}

// Codes returns the codes of all people, in order.
func (c *Columns) Codes() []string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	codes := make([]string, len(c.roster.byCode))
	for i, p := range c.roster.byCode {
		codes[i] = c.roster.people[p].Code
	}
	return codes
}

func (c *Columns) delete(code string) {
	if p, ok := c.roster.numbers[code]; ok {
		c.removeStates(p, nil)
		c.roster.remove(p)
	}
}
