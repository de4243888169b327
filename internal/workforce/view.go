package workforce

import (
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// View is the columns as one question reads them: one graph, one moment. It is valid until
// the function returns that Columns.Read has called.
type View struct {
	Graph   *kg.Graph
	At      time.Time
	columns *Columns
	roster  *roster
}

// Hour returns the moment that answers where a question names none: questions about it are
// the quick ones.
func (c *Columns) Hour() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.hour
}

// Read calls a function with a view of the columns, which do not change meanwhile.
// It must not take longer than a question about everyone does: writers wait for it.
func (c *Columns) Read(g *kg.Graph, at time.Time, ask func(*View) error) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return ask(&View{Graph: g, At: at, columns: c, roster: c.roster})
}

// Employee returns the record of a person. It must not be changed.
func (v *View) Employee(p Person) *competency.Employee { return &v.roster.people[p] }

// Find returns the person with a code.
func (v *View) Find(code string) (Person, bool) {
	p, ok := v.roster.numbers[code]
	return p, ok
}

// Tree returns the departments.
func (v *View) Tree() *competency.OrgTree { return v.roster.tree }

// Everyone returns the whole firm.
func (v *View) Everyone() Set {
	s := newSet(len(v.roster.people))
	s.addSpan(span{0, Person(len(v.roster.people))})
	return s
}

// Department returns the people of a department with all beneath it, nobody where there is
// no such department.
func (v *View) Department(code string) Set {
	s := newSet(len(v.roster.people))
	for _, unit := range v.roster.tree.Below(code) {
		s.addSpan(v.roster.direct[unit])
	}
	return s
}

// Direct returns the people who are directly in a department; those in no department, or
// beneath no root, where the code is empty.
func (v *View) Direct(code string) Set {
	s := newSet(len(v.roster.people))
	if code == "" {
		s.addSpan(v.roster.loose)
	} else {
		s.addSpan(v.roster.direct[code])
	}
	return s
}

func (s *Set) addSpan(r span) {
	for p := r.from; p < r.to; p++ {
		s.add(p)
	}
}

// Line returns everyone who reports to a person at any depth, without that person.
func (v *View) Line(manager string) Set {
	s := newSet(len(v.roster.people))
	for _, code := range v.roster.reports.Below(manager) {
		if code != manager {
			s.add(v.roster.numbers[code])
		}
	}
	return s
}

// Incumbents returns the people who hold a position.
func (v *View) Incumbents(position kg.Position) Set {
	code := v.Graph.Catalog().Positions[position].Code
	s := newSet(len(v.roster.people))
	for i, e := range v.roster.people {
		if e.Position == code {
			s.add(Person(i))
		}
	}
	return s
}

// Position returns the position that a person holds.
func (v *View) Position(p Person) (kg.Position, bool) {
	code := v.roster.people[p].Position
	if code == "" {
		return 0, false
	}
	return v.Graph.FindPosition(code)
}

// InCodeOrder returns the people of a set in the order of their codes.
func (v *View) InCodeOrder(s Set) []Person {
	list := make([]Person, 0, s.Len())
	if s.Len() < len(v.roster.byCode)/16 {
		list = slices.AppendSeq(list, s.All())
		slices.SortFunc(list, func(a, b Person) int { return compareCodes(v, a, b) })
		return list
	}
	for _, p := range v.roster.byCode {
		if s.Has(p) {
			list = append(list, p)
		}
	}
	return list
}

func compareCodes(v *View, a, b Person) int {
	if v.roster.people[a].Code < v.roster.people[b].Code {
		return -1
	}
	if a == b {
		return 0
	}
	return 1
}

// Postings are what some people master of one point, by number, in one piece of memory.
// A negative mastery stands for none; its current is 0. They must not be changed.
type Postings struct {
	People  []Person
	Mastery []float64
	Current []float64 // at the moment of the view
}

// Postings returns what people master of a point, in one or more pieces. People outside of
// the bounds of the set are left out; within them some may not be in it. Each person is
// there at most once, but where their mastery is negative.
func (v *View) Postings(point kg.Node, s Set) []Postings {
	i, ok := v.columns.byPoint[v.Graph.Code(point)]
	if !ok || s.Len() == 0 {
		return nil
	}
	col := &v.columns.columns[i]
	from, _ := slices.BinarySearch(col.people, s.low)
	to, _ := slices.BinarySearch(col.people, s.high)
	p := Postings{col.people[from:to], col.mastery[from:to], col.current[from:to]}
	if !v.At.Equal(v.columns.hour) {
		p.Current = make([]float64, to-from)
		for j := range p.Current {
			p.Current[j] = col.stateAt(from + j).Current(v.At)
		}
	}
	return []Postings{p}
}

// Gather returns what each person of a list masters of some points, which are in ascending
// order: for each person the states that gap and plan read. It costs O(states of the points
// within the bounds of the people).
func (v *View) Gather(people []Person, points []kg.Node) [][]mastery.State {
	s := newSet(len(v.roster.people))
	row := map[Person]int{}
	for i, p := range people {
		s.add(p)
		row[p] = i
	}
	rows := make([][]mastery.State, len(people))
	for _, n := range points {
		i, ok := v.columns.byPoint[v.Graph.Code(n)]
		if !ok {
			continue
		}
		col := &v.columns.columns[i]
		for j, p := range col.people {
			if s.Has(p) && col.mastery[j] >= 0 {
				state := col.stateAt(j)
				state.Point = n
				rows[row[p]] = append(rows[row[p]], state)
			}
		}
	}
	return rows
}
