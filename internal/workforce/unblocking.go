package workforce

import "github.com/zhitu/zhitu/internal/kg"

// Unblocking is a point that is the next step of several people.
type Unblocking struct {
	Point   kg.Node
	Value   float64
	Minutes int // the longest of their steps: one session
	People  Set
	Hidden  int
}
