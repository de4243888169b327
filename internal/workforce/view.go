package workforce

import (
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
)

// View is the columns as one question reads them: one graph, one moment. It is valid until
// the function returns that Columns.Read has called.
type View struct {
	Graph   *kg.Graph
	At      time.Time
	columns *Columns
	roster  *roster
	layout  []int32 // point → column
}

// Read calls a function with a view of the columns, which do not change meanwhile.
// The zero time stands for their hour. The function must not take longer than a question
// about everyone does, because changes wait for it, and must not call Read again. Numbers of
// people and sets mean nothing after it.
func (c *Columns) Read(g *kg.Graph, at time.Time, ask func(*View) error) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if at.IsZero() {
		at = c.hour
	}
	return ask(&View{Graph: g, At: at, columns: c, roster: c.roster, layout: c.layoutFor(g)})
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
func (v *View) Everyone() Set { return v.roster.present.clone() }

// Department returns the people of a department with all beneath it, nobody where there is
// no such department. It costs O(departments beneath it + people), as does Direct.
func (v *View) Department(code string) Set {
	s := newSet(len(v.roster.people))
	for _, unit := range v.roster.tree.Below(code) {
		s.addAll(v.roster.units.of(unit))
	}
	return s
}

// Direct returns the people who are directly in a department; those in no department, or
// beneath no root, where the code is empty.
func (v *View) Direct(code string) Set {
	s := newSet(len(v.roster.people))
	if code != "" {
		if _, ok := v.roster.tree.Unit(code); ok {
			s.addAll(v.roster.units.of(code))
		}
		return s
	}
	for unit := range v.roster.rooted {
		s.addAll(v.roster.units.of(unit))
	}
	return v.roster.present.Without(s)
}

// Line returns everyone who reports to a person at any depth, without that person. It costs
// O(result + people/64).
func (v *View) Line(manager string) Set {
	s := newSet(len(v.roster.people))
	top, ok := v.roster.numbers[manager]
	if !ok {
		return s
	}
	s.add(top) // so that a circle ends there
	for next := []Person{top}; len(next) > 0; {
		team := v.roster.team[next[len(next)-1]]
		next = next[:len(next)-1]
		if team == nil {
			continue
		}
		for _, p := range *team {
			if !s.Has(p) {
				s.add(p)
				next = append(next, p)
			}
		}
	}
	s.remove(top)
	return s
}

// Reports returns the people who report to a person directly. It costs O(result + people/64).
func (v *View) Reports(manager string) Set {
	s := newSet(len(v.roster.people))
	for _, p := range v.roster.reports.of(manager) {
		s.add(p)
	}
	return s
}

// Incumbents returns the people who hold a position. It costs O(result + people/64).
func (v *View) Incumbents(position kg.Position) Set {
	s := newSet(len(v.roster.people))
	s.addAll(v.roster.positions.of(v.Graph.Catalog().Positions[position].Code))
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
	if s.Len() >= len(v.roster.byCode)/16 {
		for _, p := range v.roster.byCode {
			if s.Has(p) {
				list = append(list, p)
			}
		}
		return list
	}
	for p := range s.All() { // sort places, which compares faster than codes
		list = append(list, Person(v.roster.rank[p]))
	}
	slices.Sort(list)
	for i, place := range list {
		list[i] = v.roster.byCode[place]
	}
	return list
}
