package workforce

// arenaSize is about how many states an arena holds.
const arenaSize = 1 << 20

// arena lends pieces of a few large allocations to columns: allocated one by one, columns
// would be rounded up. A column that outgrows its piece gets memory of its own, and the
// piece is lost until a rebuild.
type arena struct {
	people                 []Person
	mastery, current, held []float64
	assessed, stability    []int64
}

// roomFor is the states for which a column of some states has memory after a build.
func roomFor(states int) int { return states + states/32 + 1 }

func newArena(room int) *arena {
	return &arena{
		make([]Person, room), make([]float64, room), make([]float64, room), make([]float64, room), make([]int64, room), make([]int64, room),
	}
}

// column returns an empty column with room for some states.
func (a *arena) column(room int) column {
	return column{
		people: cut(&a.people, room), mastery: cut(&a.mastery, room), current: cut(&a.current, room), held: cut(&a.held, room),
		assessed: cut(&a.assessed, room), stability: cut(&a.stability, room),
	}
}

// cut takes an empty slice from the beginning of memory; one without capacity where too
// little is left.
func cut[T any](from *[]T, room int) []T {
	if room > len(*from) {
		return nil
	}
	s := (*from)[:0:room]
	*from = (*from)[room:]
	return s
}

// arenas divides columns into ranges of about arenaSize states.
func (c *Columns) arenas() (bounds [][2]int) {
	from, states := 0, 0
	for i := range c.columns {
		if states += len(c.columns[i].people); states >= arenaSize || i == len(c.columns)-1 {
			bounds = append(bounds, [2]int{from, i + 1})
			from, states = i+1, 0
		}
	}
	return bounds
}

// MemoryBytes returns how much memory the columns take. It costs O(columns + people).
func (c *Columns) MemoryBytes() int64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	bytes := c.roster.memoryBytes() + int64(c.outgrown)*stateSize
	for i := range c.columns {
		col := &c.columns[i]
		bytes += columnSize + int64(len(c.codes[i])) + 4*int64(cap(col.people)) +
			8*int64(cap(col.mastery)+cap(col.current)+cap(col.held)+cap(col.assessed)+cap(col.stability)+cap(col.next))
	}
	return bytes
}

// columnSize is the bytes of a column without states: seven slice headers, its code twice,
// an entry of a map.
const columnSize = 7*24 + 2*16 + 24

// EstimateBytes returns about how much memory columns will take at most, the next hour's
// among it. Build holds no more, beside garbage; Rebuild holds twice as much.
func EstimateBytes(states, people int64) int64 {
	const room = (stateSize + 8) / 32 // what arenas keep to grow
	return states*(stateSize+8+room+1) + people*personSize
}
