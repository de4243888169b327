package kg

// computeDepths finds the longest chain of HARD prerequisites beneath each point, by
// dynamic programming in topological order. As a prerequisite, a competency counts by
// its deepest point. As a dependent, it hands its prerequisites to its points.
func (c *compiler) computeDepths() {
	c.depth = make([]int32, c.points)
	deepest := make([]int32, len(c.record)-c.points) // of its points so far; -1 for none
	for g := range deepest {
		deepest[g] = -1
	}
	inherited := make([]int32, len(c.record)-c.points) // depth of its points by its own prerequisites and inherited ones
	known := make([]bool, len(inherited))
	beneath := func(owner Node) (d int32) {
		below := func(n Node) int32 {
			if c.IsPoint(n) {
				return c.depth[n] + 1
			}
			return deepest[int(n)-c.points] + 1
		}
		for _, a := range c.Needs(owner) {
			d = max(d, below(a.Node))
		}
		for _, clause := range c.Choices(owner) {
			for _, a := range clause.Alternatives {
				d = max(d, below(a.Node))
			}
		}
		return d
	}
	// All that a competency requires comes before its first point in topological
	// order, so its depth is known by then.
	var inheritedBy func(g Node) int32
	inheritedBy = func(g Node) int32 {
		if g == None {
			return 0
		}
		if i := int(g) - c.points; !known[i] {
			inherited[i], known[i] = max(beneath(g), inheritedBy(c.above[g])), true
		}
		return inherited[int(g)-c.points]
	}
	for p := Node(0); int(p) < c.points; p++ {
		c.depth[p] = max(beneath(p), inheritedBy(c.above[p]))
		// A parent is at least as deep as its children, so stop where nothing changes.
		for g := c.parent[p]; g != None && deepest[int(g)-c.points] < c.depth[p]; g = c.parent[g] {
			deepest[int(g)-c.points] = c.depth[p]
		}
	}
}
