// Package gap finds what is missing between one person and one position.
//
// It is pure: the same graph, states, position and time give the same report.
package gap

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// Status is how far a person meets one requirement.
type Status string

// The statuses; all but Met are unmet.
const (
	Met        Status = "MET"        // mastery ≥ level, and nine tenths of the level are current
	Decayed    Status = "DECAYED"    // mastery ≥ level, but too little of it is current
	Below      Status = "BELOW"      // assessed, and mastery is below the level
	Unassessed Status = "UNASSESSED" // no mastery, which is not zero
)

// Gap is one requirement with the mastery of the person, in [0,1]. Mastery and
// Current are undefined where Status is Unassessed.
type Gap struct {
	kg.Requirement
	Status  Status
	Mastery float64
	Current float64
}

// Shortfall returns how much current is below the level: 0 where the requirement is
// met, and never negative.
func (g Gap) Shortfall() float64 {
	if g.Status == Met {
		return 0
	}
	return max(0, g.Level-g.current())
}

// Value returns the weighted coverage that closing the gap gains: v of the design,
// weight × (1 − Fulfilment).
func (g Gap) Value() float64 { return g.Weight * (1 - g.Fulfilment()) }

// Fulfilment returns the share of the level that is reached: 1 where the requirement is
// met, else min(1, current/level).
func (g Gap) Fulfilment() float64 {
	if g.Status == Met {
		return 1
	}
	return min(1, g.current()/g.Level)
}

func (g Gap) current() float64 {
	if g.Status == Unassessed {
		return 0
	}
	return g.Current
}

// Group is the gap over the required points in one competency, at any depth.
type Group struct {
	Competency      kg.Node
	Coverage        float64
	Unmet, Required int
}

// Report is the gap between one person and one position. Gaps holds every
// requirement: critical ones first, then by Value, largest first, then by code.
// Coverage is the weighted share of the levels that is reached, in [0,1].
type Report struct {
	Position      kg.Position
	Gaps          []Gap
	Coverage      float64
	Ready         bool
	CriticalReady bool
}

// Analyze compares the requirements of a position with the states of a person at a
// time. At most one state per point is read. It costs O(states · log requirements +
// requirements · log requirements).
func Analyze(g *kg.Graph, states []mastery.State, position kg.Position, now time.Time) *Report {
	required := g.Requirements(position)
	r := &Report{Position: position, Gaps: make([]Gap, len(required)), Ready: true, CriticalReady: true}
	for i, req := range required {
		r.Gaps[i] = Gap{Requirement: req, Status: Unassessed}
	}
	for _, s := range states {
		i, ok := slices.BinarySearchFunc(required, s.Point, func(r kg.Requirement, n kg.Node) int { return cmp.Compare(r.Point, n) })
		if !ok {
			continue
		}
		gap := &r.Gaps[i]
		gap.Mastery, gap.Current = s.Mastery, s.Current(now)
		gap.Status = StatusOf(s, gap.Level, now)
	}
	r.Coverage = coverage(g, r.Gaps)
	for i := range r.Gaps {
		if r.Gaps[i].Status != Met {
			r.Ready = false
			r.CriticalReady = r.CriticalReady && !r.Gaps[i].Critical
		}
	}
	sortGaps(g, r.Gaps)
	return r
}

// StatusOf returns how far a state meets a level at a time. Where there is no state, the status
// is Unassessed.
func StatusOf(s mastery.State, level float64, now time.Time) Status {
	switch {
	case !competency.AtLeast(s.Mastery, level):
		return Below
	case s.Meets(level, now):
		return Met
	default:
		return Decayed
	}
}

// RequirementOn returns the requirement on a point, or the zero Gap. It costs O(requirements).
func (r *Report) RequirementOn(point kg.Node) Gap {
	i := slices.IndexFunc(r.Gaps, func(g Gap) bool { return g.Point == point })
	if i < 0 {
		return Gap{}
	}
	return r.Gaps[i]
}

// coverage is the weighted share of the levels that is reached, and 1 where nothing
// is required. It adds up in the order of codes, so that it is the same everywhere to
// the last bit.
func coverage(g *kg.Graph, gaps []Gap) float64 {
	if len(gaps) == 0 {
		return 1
	}
	gaps = slices.Clone(gaps)
	slices.SortFunc(gaps, func(a, b Gap) int { return cmp.Compare(g.Rank(a.Point), g.Rank(b.Point)) })
	var reached, total float64
	for _, gap := range gaps {
		reached += float64(gap.Weight * gap.Fulfilment()) // not fused with the sum, which would round differently on some processors
		total += gap.Weight
	}
	return reached / total
}

func sortGaps(g *kg.Graph, gaps []Gap) {
	// The order must not depend on rounding errors.
	rounded := func(gap *Gap) float64 { return math.Round(gap.Value() * 1e9) }
	slices.SortFunc(gaps, func(a, b Gap) int {
		if a.Critical != b.Critical {
			if a.Critical {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(rounded(&b), rounded(&a)), cmp.Compare(g.Rank(a.Point), g.Rank(b.Point)))
	})
}

// Groups returns the gap of every competency above a required point, in tree order
// with siblings by code. It costs O(requirements · depth of the tree).
func (r *Report) Groups(g *kg.Graph) []Group {
	gapsIn := map[kg.Node][]Gap{}
	for _, gap := range r.Gaps {
		for above := range g.Ancestors(gap.Point) {
			gapsIn[above] = append(gapsIn[above], gap)
		}
	}
	groups := make([]Group, 0, len(gapsIn))
	for node, gaps := range gapsIn {
		group := Group{Competency: node, Coverage: coverage(g, gaps), Required: len(gaps)}
		for _, gap := range gaps {
			if gap.Status != Met {
				group.Unmet++
			}
		}
		groups = append(groups, group)
	}
	slices.SortFunc(groups, func(a, b Group) int { return cmp.Compare(a.Competency, b.Competency) })
	return groups
}
