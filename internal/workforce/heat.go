package workforce

import (
	"cmp"
	"iter"
	"slices"

	"github.com/zhitu/zhitu/internal/kg"
)

// HeatMap is how the people of a group stand in the competencies of one tier.
type HeatMap struct {
	// Columns are the competencies in tree order, and last kg.None where a required point is
	// in none of them (elsewhere).
	Columns []kg.Node
	People  []HeatPerson // by code; empty where not asked for
	Units   []HeatUnit   // the departments right below, by code, and last the people directly in the group
	Total   []GroupCell  // by column
	Without int          // people left out, because they hold no position that requires a point
	// HiddenWithout counts hidden people among Without.
	HiddenWithout   int
	WithoutWithheld bool // see Withhold
}

// HeatPerson is the row of a person.
type HeatPerson struct {
	Person Person
	Cells  []Cell // by column; one that requires nothing has Required 0
}

// Cell is how a person stands in the required points of a column.
type Cell struct {
	Coverage   float64
	Unmet      int
	Required   int
	Unassessed float64 // share of the weight
}

// HeatUnit is the row of a department with all beneath it; the code is empty for the people
// directly in the group, whether or not they are measured.
type HeatUnit struct {
	Code  string
	Cells []GroupCell // by column
}

// GroupCell is the mean of cells. The means are 0 where People is 0, or Withheld.
type GroupCell struct {
	People, Hidden                        int // who have the cell; hidden ones among them
	Coverage, Unmet, Required, Unassessed float64
	Withheld                              bool // see Withhold
}

// HeatMap measures everyone of a group against a position, or against their own where it is
// OwnPosition, in the competencies of a tier, roots being tier 0. Rows of people are made
// where asked for. Each posting of a required point is read once, however many positions
// require it. It costs O(postings within the bounds of the group + people · columns).
func (v *View) HeatMap(g Group, position kg.Position, tier int, people bool) *HeatMap {
	a := v.assign(g, position)
	m := &heatMaker{View: v, group: g, assignment: a}
	m.placeRows()
	demands := v.demands(a)
	columns := m.columns(demands, tier)
	out := &HeatMap{Without: a.without, HiddenWithout: a.hiddenWithout, Units: m.units, Total: make([]GroupCell, len(columns))}
	for i := range out.Units {
		out.Units[i].Cells = make([]GroupCell, len(columns))
	}
	if people {
		out.People = make([]HeatPerson, len(m.rows))
		for i, r := range m.rows {
			out.People[i] = HeatPerson{r.person, make([]Cell, len(columns))}
		}
	}
	for _, c := range columns {
		out.Columns = append(out.Columns, c.competency)
	}
	divideWork(len(columns), goroutinesFor(g, demands), func(some iter.Seq[int]) {
		w := m.newWorker()
		for i := range some {
			w.fill(out, i, columns[i].demands)
		}
	})
	return out
}

// heatMaker is what all columns of a heat map share.
type heatMaker struct {
	*View
	group Group
	*assignment
	rows  []heatRow // the people who are measured, by code
	rowOf []int32   // by number from low on
	units []HeatUnit
}

// heatRow is a person who is measured.
type heatRow struct {
	person   Person
	position int32 // index in the assignment
	unit     int32 // index of the department right below; that after them is for no such
	hidden   bool
}

// placeRows finds the people who are measured, and the department right below of each.
func (m *heatMaker) placeRows() {
	m.rowOf = make([]int32, len(m.of))
	unitOf := m.placeUnits()
	anyDirect := false
	for _, p := range m.InCodeOrder(m.group.Members) {
		unit, below := unitOf[m.roster.people[p].OrgUnit]
		if !below {
			unit, anyDirect = int32(len(m.units)), true
		}
		if position := m.of[p-m.low]; position != unassigned {
			m.rowOf[p-m.low] = int32(len(m.rows))
			m.rows = append(m.rows, heatRow{p, position, unit, m.group.Hidden.Has(p)})
		}
	}
	if anyDirect && m.hasUnits() {
		m.units = append(m.units, HeatUnit{})
	}
}

// hasUnits reports whether the group has rows of departments.
func (m *heatMaker) hasUnits() bool { return m.group.Kind == WholeFirm || m.group.Kind == Department }

// placeUnits finds the departments right below the group. It returns the row of each of them
// and of all beneath it: one, even where departments are on a cycle.
func (m *heatMaker) placeUnits() map[string]int32 {
	if !m.hasUnits() {
		return nil
	}
	row := map[string]int32{}
	for i, top := range childUnits(m.Tree(), unitOf(m.group)) {
		m.units = append(m.units, HeatUnit{Code: top})
		for next := []string{top}; len(next) > 0; next = next[1:] {
			if m.group.Kind == WholeFirm || next[0] != m.group.Code { // a cycle comes back to it
				row[next[0]] = int32(i)
				next = append(next, childUnits(m.Tree(), next[0])...)
			}
		}
	}
	return row
}

// heatColumn is a column with what is required in it, by code of the point.
type heatColumn struct {
	competency kg.Node
	demands    []demand
}

// columns divides what is required among the competencies of a tier.
func (m *heatMaker) columns(demands []demand, tier int) (columns []heatColumn) {
	index := map[kg.Node]int{}
	for ofPoint := range chunks(demands, func(d demand) kg.Node { return d.Point }) {
		at := m.tierColumn(ofPoint[0].Point, tier)
		i, seen := index[at]
		if !seen {
			i = len(columns)
			index[at] = i
			columns = append(columns, heatColumn{competency: at})
		}
		columns[i].demands = append(columns[i].demands, ofPoint...)
	}
	slices.SortFunc(columns, func(a, b heatColumn) int {
		if a.competency == kg.None || b.competency == kg.None {
			return cmp.Compare(b.competency, a.competency) // last
		}
		return cmp.Compare(a.competency, b.competency) // nodes are in tree order
	})
	return columns
}
