package kg

import (
	"cmp"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// expandRequirements expands the requirements of each position to points. Where
// several statements apply to a point, the most specific decides. The weight of a
// statement on a competency is shared equally among the points that it decides.
func (c *compiler) expandRequirements() {
	cat := &c.catalog
	positions := len(cat.Positions)
	c.written = newRows(positions, len(cat.Requirements), func(yield func(Node, int32)) {
		for i, r := range cat.Requirements {
			p, _ := c.FindPosition(r.Position)
			yield(Node(p), int32(i))
		}
	})
	c.expanded.start = make([]int32, positions+1)
	decider := make([]int32, c.points) // point → index of the requirement, valid where stamp is of this position
	stamp := make([]int32, c.points)
	var statements []int32
	var touched []Node
	for p := range positions {
		// Less specific statements first, so that the more specific overwrite them. Tree
		// order puts a competency before those in it; points come last.
		statements = append(statements[:0], c.written.of(Node(p))...)
		target := func(i int32) Node { return c.byCode[cat.Requirements[i].Target] }
		slices.SortFunc(statements, func(a, b int32) int {
			ta, tb := target(a), target(b)
			if c.IsPoint(ta) != c.IsPoint(tb) {
				return cmp.Compare(tb, ta)
			}
			return cmp.Compare(ta, tb)
		})
		touched = touched[:0]
		decide := func(n Node, by int32) {
			if stamp[n] != int32(p)+1 {
				stamp[n] = int32(p) + 1
				touched = append(touched, n)
			}
			decider[n] = by
		}
		for _, s := range statements {
			if t := target(s); c.IsPoint(t) {
				decide(t, s)
			} else {
				for _, n := range c.Members(t) {
					decide(n, s)
				}
			}
		}
		shares := make(map[int32]int, len(statements))
		for _, n := range touched {
			shares[decider[n]]++
		}
		for _, s := range statements {
			if shares[s] == 0 {
				c.warnings = append(c.warnings, fault.Problem{
					Place: fault.Place{Record: competency.Requirements, Index: int(s), Field: "target"}, Code: fault.InvalidArgument,
					Text: fault.T("the requirement of %s on %s decides no knowledge point: it has no effect",
						"岗位 %s 对 %s 的要求未决定任何知识点，不起作用", cat.Requirements[s].Position, cat.Requirements[s].Target),
				})
			}
		}
		slices.Sort(touched)
		for _, n := range touched {
			r := &cat.Requirements[decider[n]]
			c.expanded.items = append(c.expanded.items, Requirement{
				Point: n, Level: valueOr(r.Level, competency.DefaultLevel),
				Weight:   valueOr(r.Weight, competency.DefaultWeight) / float64(shares[decider[n]]),
				Critical: valueOr(r.Critical, false),
			})
		}
		c.expanded.start[p+1] = int32(len(c.expanded.items))
	}
}

func valueOr[T any](given *T, standard T) T {
	if given != nil {
		return *given
	}
	return standard
}
