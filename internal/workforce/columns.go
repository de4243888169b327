package workforce

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// Columns keep what everyone masters, by point: the people in the order of the department
// tree, with what a requirement compares. They are safe for concurrent use.
//
// Questions hold a read lock, changes a write lock for one person at a time. Advance and
// Rebuild work aside: they read column by column, and lock to swap.
type Columns struct {
	mu         sync.RWMutex
	roster     *roster
	byPoint    map[string]int32 // code of a point → its column
	codes      []string         // of points, by column
	columns    []column
	hour       time.Time // the moment of every column's current
	coming     time.Time // the moment of every column's next, while Advance works
	outgrown   int       // states whose place in an arena is empty, because their column was full
	rebuilding bool
	log        []change // since Rebuild began
	layout     atomic.Pointer[layout]
	aside      sync.Mutex // one Advance or Rebuild at a time
}

// Record is one person with what they master. Points are by code, because a catalog may
// change while the columns stay.
type Record struct {
	Employee competency.Employee
	States   []State
}

// State is what is known of one point.
type State struct {
	Point         string
	mastery.State // but for its Point
}

// column is the states of one point, by number of the person. A state takes 44 bytes.
type column struct {
	people    []Person
	mastery   []float64
	current   []float64 // at the hour of the columns
	held      []float64
	assessed  []int64   // microseconds since 1970
	stability []int64   // nanoseconds
	next      []float64 // current at the coming hour; nil until Advance has been here
}

// stateSize is the bytes of a state in a column, without next.
const stateSize = 44

// state returns the state at an index, without its point.
func (col *column) state(i int) mastery.State {
	return mastery.State{
		Mastery: col.mastery[i], Held: col.held[i], AssessedAt: time.UnixMicro(col.assessed[i]).UTC(), Stability: time.Duration(col.stability[i]),
	}
}

// currentAt computes what is current at a time in a range of a column.
func (col *column) currentAt(out []float64, from, to int, at time.Time) []float64 {
	held, assessed, stability := col.held[from:to], col.assessed[from:to], col.stability[from:to]
	for i, h := range held { // as mastery.State.Current does
		out = append(out, h*mastery.Retention(at.Sub(time.UnixMicro(assessed[i])), time.Duration(stability[i])))
	}
	return out
}

// effectiveHeld returns what was current right after the last evidence.
func effectiveHeld(s mastery.State) float64 {
	if s.Held > 0 {
		return s.Held
	}
	return s.Mastery
}

// put writes or inserts the state of a person, and reports whether it was inserted.
func (col *column) put(p Person, s mastery.State, hour, coming time.Time) (inserted bool) {
	i, found := len(col.people), false
	if i > 0 && p <= col.people[i-1] {
		i, found = slices.BinarySearch(col.people, p)
	}
	if !found {
		col.people = slices.Insert(col.people, i, p)
		col.mastery, col.current, col.held = slices.Insert(col.mastery, i, 0), slices.Insert(col.current, i, 0), slices.Insert(col.held, i, 0)
		col.assessed, col.stability = slices.Insert(col.assessed, i, 0), slices.Insert(col.stability, i, 0)
		if col.next != nil {
			col.next = slices.Insert(col.next, i, 0)
		}
	}
	col.mastery[i], col.current[i], col.held[i] = s.Mastery, s.Current(hour), effectiveHeld(s)
	col.assessed[i], col.stability[i] = s.AssessedAt.UnixMicro(), int64(s.EffectiveStability())
	if col.next != nil {
		col.next[i] = s.Current(coming)
	}
	return !found
}

// remove deletes the state of a person, and reports whether there was one.
func (col *column) remove(p Person) bool {
	i, found := slices.BinarySearch(col.people, p)
	if !found {
		return false
	}
	col.people = slices.Delete(col.people, i, i+1)
	col.mastery, col.current, col.held = slices.Delete(col.mastery, i, i+1), slices.Delete(col.current, i, i+1), slices.Delete(col.held, i, i+1)
	col.assessed, col.stability = slices.Delete(col.assessed, i, i+1), slices.Delete(col.stability, i, i+1)
	if col.next != nil {
		col.next = slices.Delete(col.next, i, i+1)
	}
	return true
}

// columnOf returns the column of a point, a new one where there is none.
func (c *Columns) columnOf(point string) *column {
	i, ok := c.byPoint[point]
	if !ok {
		i = int32(len(c.columns))
		c.byPoint[point] = i
		c.columns, c.codes = append(c.columns, column{}), append(c.codes, point)
	}
	return &c.columns[i]
}

// layout is where a graph's points have their columns.
type layout struct {
	graph   *kg.Graph
	codes   int     // how many columns it knows
	columns []int32 // point → column, -1 for none
}

// layoutFor returns the layout of a graph. It costs O(columns) once a graph, and then
// O(1) unless a column has come.
func (c *Columns) layoutFor(g *kg.Graph) []int32 {
	known := c.layout.Load()
	if g == nil || known != nil && known.graph == g && known.codes == len(c.codes) {
		return known.of(g)
	}
	next := &layout{graph: g, codes: len(c.codes)}
	seen := 0
	if known != nil && known.graph == g {
		next.columns, seen = slices.Clone(known.columns), known.codes
	} else {
		next.columns = slices.Repeat([]int32{-1}, g.Points())
	}
	for i := seen; i < len(c.codes); i++ {
		if n, ok := g.Find(c.codes[i]); ok && g.IsPoint(n) {
			next.columns[n] = int32(i)
		}
	}
	c.layout.Store(next)
	return next.columns
}

func (l *layout) of(g *kg.Graph) []int32 {
	if g == nil {
		return nil
	}
	return l.columns
}
