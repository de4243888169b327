package workforce

import "github.com/zhitu/zhitu/internal/kg"

// HolderClass says how many people hold a point.
type HolderClass string

// The classes.
const (
	NoHolder      HolderClass = "NONE"
	SingleHolder  HolderClass = "SINGLE"
	ThinHolders   HolderClass = "THIN"
	EnoughHolders HolderClass = "ENOUGH"
)

// Holding is who holds a point at a level.
type Holding struct {
	Point   kg.Node
	Level   float64
	Holders Set
	Class   HolderClass
}

// Holders returns, for each point and level that a position held in the group requires, the
// holders in it; by code of the point, levels ascending.
func (v *View) Holders(g Group) []Holding { panic("holders") }

// Risk is a critical requirement that nobody or one person meets.
type Risk struct {
	Holding
	Affected Set // people of the group whose position has it critical at that level
}

// Risks returns the risks of a group: by class, most affected people first, code, level.
func (v *View) Risks(g Group) []Risk { panic("risks") }

// BusFactor returns the least number of holders in a group over the critical requirements of
// a position, and false where nothing is critical.
func (v *View) BusFactor(g Group, position kg.Position) (int, bool) { panic("bus factor") }
