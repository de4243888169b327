package workforce

import "github.com/zhitu/zhitu/internal/kg"

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
// where asked for.
func (v *View) HeatMap(g Group, position kg.Position, tier int, people bool) *HeatMap { panic("heat") }
