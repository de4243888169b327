package kg

import (
	"cmp"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// groupPrerequisites sorts the prerequisites of each owner into needs, choices and
// soft edges.
func (c *compiler) groupPrerequisites() {
	cat, n := &c.catalog, len(c.record)
	each := func(ends []Node) func(func(Node, int32)) {
		return func(yield func(Node, int32)) {
			for i, end := range ends {
				yield(end, int32(i))
			}
		}
	}
	c.out = newRows(n, len(c.from), each(c.from))
	c.in = newRows(n, len(c.to), each(c.to))
	c.needs.start, c.choices.start, c.soft.start = make([]int32, n+1), make([]int32, n+1), make([]int32, n+1)
	c.needs.items = make([]Alternative, 0, len(c.from))
	// Clauses point into one array of alternatives, which must not move.
	choices := make([]Alternative, 0, len(c.from))
	var hard []int32
	for owner := Node(0); int(owner) < n; owner++ {
		hard = hard[:0]
		for _, e := range c.in.of(owner) {
			if cat.Prerequisites[e].Strength == competency.Soft {
				c.soft.items = append(c.soft.items, c.from[e])
			} else {
				hard = append(hard, e)
			}
		}
		slices.SortFunc(hard, func(a, b int32) int {
			return cmp.Or(strings.Compare(cat.Prerequisites[a].Clause, cat.Prerequisites[b].Clause),
				cmp.Compare(c.rank[c.from[a]], c.rank[c.from[b]]))
		})
		for i := 0; i < len(hard); {
			name, end := cat.Prerequisites[hard[i]].Clause, i+1
			for name != "" && end < len(hard) && cat.Prerequisites[hard[end]].Clause == name {
				end++
			}
			if end-i == 1 {
				c.needs.items = append(c.needs.items, c.alternative(hard[i]))
			} else {
				first := len(choices)
				for _, e := range hard[i:end] {
					choices = append(choices, c.alternative(e))
				}
				c.choices.items = append(c.choices.items, Clause{Owner: owner, Name: name, Alternatives: choices[first:len(choices):len(choices)]})
			}
			i = end
		}
		c.needs.start[owner+1] = int32(len(c.needs.items))
		c.choices.start[owner+1] = int32(len(c.choices.items))
		c.soft.start[owner+1] = int32(len(c.soft.items))
	}
	c.above = make([]Node, n)
	owns := func(g Node) bool { return len(c.in.of(g)) > 0 }
	nearest := func(node Node) {
		up := c.parent[node]
		if up != None && !owns(up) {
			up = c.above[up]
		}
		c.above[node] = up
	}
	for g := c.points; g < n; g++ { // tree order: parents first
		nearest(Node(g))
	}
	for p := range c.points {
		nearest(Node(p))
	}
}

func (c *compiler) alternative(edge int32) Alternative {
	a := Alternative{Node: c.from[edge], Theta: competency.DefaultPrerequisiteLevel, Edge: edge}
	if level := c.catalog.Prerequisites[edge].Level; level != nil {
		a.Theta = *level
	}
	if !c.IsPoint(a.Node) && len(c.Members(a.Node)) == 0 {
		c.warnings = append(c.warnings, fault.Problem{
			Place: fault.Place{Record: competency.Prerequisites, Index: int(edge), Field: "prerequisite"}, Code: fault.InvalidArgument,
			Text: fault.T("competency %s contains no knowledge point, so as a prerequisite it is always satisfied",
				"能力项 %s 不含任何知识点，作为先导恒为满足", c.Code(a.Node)),
		})
	}
	return a
}
