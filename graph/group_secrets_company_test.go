package graph_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
)

// secretCompany is a random company in the plainest form. What may be told of it is worked out
// here once more, from the text of the contract alone.
type secretCompany struct {
	*rand.Rand
	catalog   competency.Catalog
	graph     *kg.Graph
	units     []competency.OrgUnit
	people    []competency.Employee // by code
	mastery   map[string]map[string]float64
	positions []string // those that require something, and last one that requires nothing
	told      map[string]int
}

// newSecretCompany draws a company with so many people at most in a department and in none.
func newSecretCompany(t testing.TB, seed uint64, inUnit, inNone int) *secretCompany {
	c := &secretCompany{Rand: rand.New(rand.NewPCG(seed, 17)), mastery: map[string]map[string]float64{}, told: map[string]int{}}
	shape := kgtest.Shape{Points: 12, Layers: 4, PerPoint: 1.2, Groups: 6, Alternatives: .3, Junctions: .2, Positions: 4, Required: 4, Resources: 4}
	world := kgtest.RandomWorld(seed, shape)
	world.Positions = append(world.Positions, competency.Position{Code: "Z", Name: "requires nothing"})
	c.catalog, c.graph = world.Catalog, world.Compile(t)
	c.positions = []string{"P00", "P01", "P02", "P03", "Z"}
	above := []string{"", "", "D0", "D0", "D1", "D2"}
	for i := range 6 {
		c.units = append(c.units, competency.OrgUnit{Code: fmt.Sprintf("D%d", i), Name: "D", Parent: above[i]})
	}
	for i, n := range []int{inUnit, inUnit, inUnit, inUnit, inUnit, inUnit, inNone} {
		for range c.IntN(n + 1) {
			e := competency.Employee{Code: fmt.Sprintf("E%03d", len(c.people)*37%211), Name: "E", Position: c.positions[c.IntN(len(c.positions))]}
			if i < 6 {
				e.OrgUnit = c.units[i].Code
			}
			if len(c.people) > 0 && c.IntN(4) > 0 {
				e.Manager = c.people[c.IntN(len(c.people))].Code
			}
			c.people = append(c.people, e)
			c.mastery[e.Code] = c.randomStates()
		}
	}
	slices.SortFunc(c.people, func(a, b competency.Employee) int { return strings.Compare(a.Code, b.Code) })
	return c
}

func (c *secretCompany) randomStates() map[string]float64 {
	states := map[string]float64{}
	for _, p := range c.catalog.KnowledgePoints {
		if c.IntN(3) > 0 {
			states[p.Code] = []float64{.1, .3, .5, .7, .85, .95, 1}[c.IntN(7)]
		}
	}
	return states
}

// clone copies what a test changes.
func (c *secretCompany) clone() *secretCompany {
	d := *c
	d.people, d.mastery = slices.Clone(c.people), maps.Clone(c.mastery)
	return &d
}

func (c *secretCompany) changes() (cs competency.ChangeSet) {
	cs.Put.Catalog = c.catalog
	cs.Put.People = competency.People{OrgUnits: c.units, Employees: c.people}
	for _, e := range c.people {
		for _, point := range slices.Sorted(maps.Keys(c.mastery[e.Code])) {
			cs.Put.Mastery = append(cs.Put.Mastery, competency.Assessment{Employee: e.Code, KnowledgePoint: point, Mastery: c.mastery[e.Code][point], AssessedAt: kgtest.Now})
		}
	}
	return cs
}

// unitsAbove returns a department and those above it.
func (c *secretCompany) unitsAbove(code string) (list []string) {
	for code != "" {
		list = append(list, code)
		i := slices.IndexFunc(c.units, func(u competency.OrgUnit) bool { return u.Code == code })
		code = c.units[i].Parent
	}
	return list
}

// person returns where somebody stands.
func (c *secretCompany) person(e competency.Employee) access.Person {
	p := access.Person{Code: e.Code, Units: c.unitsAbove(e.OrgUnit)}
	for up := e.Manager; up != "" && up != e.Code && !slices.Contains(p.Managers, up); {
		p.Managers = append(p.Managers, up)
		i := slices.IndexFunc(c.people, func(e competency.Employee) bool { return e.Code == up })
		up = c.people[i].Manager
	}
	return p
}

// cells are parts of the firm: "firm", "D0" with all beneath it, "D0 itself", and " itself" of the firm.
func (c *secretCompany) cellsOf(e competency.Employee) []string {
	return append([]string{"firm", e.OrgUnit + " itself"}, c.unitsAbove(e.OrgUnit)...)
}

// toldCells is in which parts of the firm a figure is told that counts some people. Of figures that
// states select it is told only where one about everyone is, which is within.
func (c *secretCompany) toldCells(counted, unread func(competency.Employee) bool, within map[string]bool) map[string]bool {
	people, hidden := map[string]int{}, map[string]int{}
	for _, e := range c.people {
		if counted(e) {
			for _, cell := range c.cellsOf(e) {
				people[cell]++
				if unread(e) {
					hidden[cell]++
				}
			}
		}
	}
	told := map[string]bool{"firm": hidden["firm"] >= 5 && (within == nil || within["firm"])}
	var divide func(cell, unit string)
	divide = func(cell, unit string) {
		var parts, below []string
		for _, u := range c.units { // by code
			if u.Parent == unit {
				parts, below = append(parts, u.Code), append(below, u.Code)
			}
		}
		parts = append(parts, unit+" itself")
		for {
			withheld, smallest := 0, ""
			for _, p := range parts {
				if _, decided := told[p]; !decided {
					told[p] = told[cell] && hidden[p] >= 5 && (within == nil || within[p])
				}
				if !told[p] {
					withheld += hidden[p]
				} else if smallest == "" || people[p] < people[smallest] {
					smallest = p
				}
			}
			if withheld == 0 || withheld >= 5 || smallest == "" {
				break
			}
			told[smallest] = false
		}
		for _, u := range below {
			divide(u, u)
		}
	}
	divide("firm", "")
	return told
}

// columns returns, for each column of a heat map of own positions, by tier and competency, who has a
// cell in it.
func (c *secretCompany) columns() map[string]func(competency.Employee) bool {
	holders := map[string]map[string]bool{} // column → positions
	for i, p := range c.graph.Catalog().Positions {
		for _, r := range c.graph.Requirements(kg.Position(i)) {
			above := slices.Collect(c.graph.Ancestors(r.Point))
			slices.Reverse(above)
			for tier := range 3 {
				column := fmt.Sprintf("%d elsewhere", tier)
				if tier < len(above) {
					column = fmt.Sprintf("%d %s", tier, c.graph.Code(above[tier]))
				}
				if holders[column] == nil {
					holders[column] = map[string]bool{}
				}
				holders[column][p.Code] = true
			}
		}
	}
	columns := map[string]func(competency.Employee) bool{}
	for column, positions := range holders {
		columns[column] = func(e competency.Employee) bool { return positions[e.Position] }
	}
	return columns
}

// atom names the least part of the firm that told figures divide it into, in which somebody is.
func (c *secretCompany) atom(e competency.Employee, unread func(competency.Employee) bool) string {
	var atom []string
	divide := func(column string, told map[string]bool) {
		for _, cell := range c.cellsOf(e) {
			if told[cell] {
				atom = append(atom, column+cell)
			}
		}
	}
	divide("", c.toldCells(everyone, unread, nil))
	columns := c.columns()
	for _, column := range slices.Sorted(maps.Keys(columns)) {
		divide(column+" ", c.toldCells(columns[column], unread, nil))
	}
	return strings.Join(append(atom, e.Position), "|")
}

func everyone(competency.Employee) bool { return true }
