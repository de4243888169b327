package kg

// numberTree numbers the competencies in tree order, and lists the points of each.
// Then all nodes have their final numbers.
func (c *compiler) numberTree() {
	n := len(c.rawParent)
	children := newRows(n+1, n, func(yield func(Node, Node)) { // row n is the root
		for raw := range n {
			parent := c.rawParent[raw]
			if parent == None {
				parent = Node(n)
			}
			yield(parent, Node(raw)) // points before competencies, each by code
		}
	})
	groups := n - c.points
	c.record, c.parent, c.rank = make([]int32, n), make([]Node, n), make([]int32, n)
	c.ranges, c.subtree = make([]memberRange, groups), make([]Node, groups)
	c.members = make([]Node, 0, c.points)
	next := Node(c.points)
	var visit func(raw, parent Node)
	visit = func(raw, parent Node) {
		if int(raw) < c.points {
			node := c.node[raw]
			c.parent[node] = parent
			if parent != None {
				c.members = append(c.members, node)
			}
			return
		}
		node := next
		next++
		c.node[raw], c.parent[node] = node, parent
		lo := int32(len(c.members))
		for _, child := range children.of(raw) {
			visit(child, node)
		}
		c.ranges[int(node)-c.points] = memberRange{lo, int32(len(c.members))}
		c.subtree[int(node)-c.points] = next
	}
	for _, top := range children.of(Node(n)) {
		visit(top, None)
	}
	for raw, node := range c.node {
		c.record[node] = int32(raw)
		if raw >= c.points {
			c.record[node] = int32(raw - c.points)
		}
	}
	for i := range c.from {
		c.from[i], c.to[i] = c.node[c.from[i]], c.node[c.to[i]]
	}
	c.byCode = c.raw
	for code, raw := range c.byCode {
		c.byCode[code] = c.node[raw]
	}
	c.rankCodes()
}

// rankCodes merges the two sorted lists of codes into one order.
func (c *compiler) rankCodes() {
	points, groups := c.catalog.KnowledgePoints, c.catalog.Competencies
	for i, j, r := 0, 0, int32(0); i < len(points) || j < len(groups); r++ {
		if j == len(groups) || i < len(points) && points[i].Code < groups[j].Code {
			c.rank[c.node[i]] = r
			i++
		} else {
			c.rank[c.node[c.points+j]] = r
			j++
		}
	}
}
