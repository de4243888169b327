package workforce

import (
	"iter"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/mastery"
)

// Columns keep what everyone masters, by point: the people in the order of the department
// tree, with what a requirement compares. They are safe for concurrent use.
type Columns struct {
	mu      sync.RWMutex
	roster  *roster
	byPoint map[string]int32 // code of a point → its column
	columns []column
	hour    time.Time // the moment of every column's current
}

// column is the states of one point, by person.
type column struct {
	people    []Person
	mastery   []float64
	current   []float64 // at the hour of the columns
	held      []float64
	assessed  []int64 // microseconds since 1970
	stability []int64 // nanoseconds
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

// Build makes the columns of some departments and people, for an hour.
func Build(units []competency.OrgUnit, records iter.Seq2[Record, error], hour time.Time) (*Columns, error) {
	c := &Columns{byPoint: map[string]int32{}, hour: hour}
	var people []competency.Employee
	var states [][]State
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		people, states = append(people, r.Employee), append(states, r.States)
	}
	c.roster = newRoster(units, people)
	of := make([][]State, len(people))
	for i, e := range people {
		of[c.roster.numbers[e.Code]] = states[i]
	}
	for p, list := range of {
		for _, s := range list {
			c.columnOf(s.Point).add(Person(p), s.State, hour)
		}
	}
	return c, nil
}

func (c *Columns) columnOf(point string) *column {
	i, ok := c.byPoint[point]
	if !ok {
		i = int32(len(c.columns))
		c.byPoint[point] = i
		c.columns = append(c.columns, column{})
	}
	return &c.columns[i]
}

func (col *column) add(p Person, s mastery.State, hour time.Time) {
	held := s.Held
	if held <= 0 {
		held = s.Mastery
	}
	col.people, col.mastery, col.current = append(col.people, p), append(col.mastery, s.Mastery), append(col.current, s.Current(hour))
	col.held, col.assessed, col.stability = append(col.held, held), append(col.assessed, s.AssessedAt.UnixMicro()), append(col.stability, int64(s.EffectiveStability()))
}

// stateAt returns the state at an index of a column, without its point.
func (col *column) stateAt(i int) mastery.State {
	return mastery.State{
		Mastery: col.mastery[i], Held: col.held[i], AssessedAt: time.UnixMicro(col.assessed[i]).UTC(), Stability: time.Duration(col.stability[i]),
	}
}
