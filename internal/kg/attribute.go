package kg

import (
	"cmp"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
)

// indexAttributes builds the rows without precedence: minutes, resources, related
// points, requirements by target.
func (c *compiler) indexAttributes() {
	cat := &c.catalog
	c.minutes = make([]int32, c.points)
	for p := range c.minutes {
		c.minutes[p] = competency.DefaultMinutes
		if m := c.Point(Node(p)).Minutes; m != nil {
			c.minutes[p] = int32(*m)
		}
	}
	taught := 0
	for i := range cat.Resources {
		taught += len(cat.Resources[i].Teaches)
	}
	c.teachers = newRows(c.points, taught, func(yield func(Node, int32)) {
		for i := range cat.Resources {
			for _, code := range cat.Resources[i].Teaches {
				yield(c.byCode[code], int32(i))
			}
		}
	})
	c.related = newRows(c.points, 2*len(cat.Related), func(yield func(Node, Node)) {
		for _, r := range cat.Related {
			a, b := c.byCode[r.A], c.byCode[r.B]
			yield(a, b)
			yield(b, a)
		}
	})
	for p := range c.points {
		slices.SortFunc(c.related.of(Node(p)), func(a, b Node) int { return cmp.Compare(c.rank[a], c.rank[b]) })
	}
	c.required = newRows(len(c.record), len(cat.Requirements), func(yield func(Node, int32)) {
		for i, r := range cat.Requirements {
			yield(c.byCode[r.Target], int32(i))
		}
	})
}
