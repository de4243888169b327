package kg

// precedenceGraph is the order of learning as a graph, for sorting and cycles alone.
// Its vertices are the raw points, then entry and exit of each raw competency.
//
// All that a competency requires leads to its entry, which leads to everything in
// it. Everything in it leads to its exit, which leads to all that require the
// competency. Entry leads to exit even where the competency is empty, so that a cycle
// through it is found.
type precedenceGraph struct {
	points int
	next   rows[int32]
}

func (pg precedenceGraph) entry(raw Node) int32 {
	if int(raw) < pg.points {
		return int32(raw)
	}
	return int32(pg.points + 2*(int(raw)-pg.points))
}

func (pg precedenceGraph) exit(raw Node) int32 {
	if int(raw) < pg.points {
		return int32(raw)
	}
	return pg.entry(raw) + 1
}

// raw returns the point or competency that a vertex stands for.
func (pg precedenceGraph) raw(v int32) Node {
	if int(v) < pg.points {
		return Node(v)
	}
	return Node(pg.points + (int(v)-pg.points)/2)
}

func (pg precedenceGraph) vertices() int { return len(pg.next.start) - 1 }

func (c *compiler) precedence() precedenceGraph {
	n := len(c.rawParent)
	pg := precedenceGraph{points: c.points}
	vertices := c.points + 2*(n-c.points)
	pg.next = newRows(vertices, len(c.from)+2*n+(n-c.points), func(yield func(Node, int32)) {
		for i := range c.from {
			yield(Node(pg.exit(c.from[i])), pg.entry(c.to[i]))
		}
		for raw := range Node(n) {
			if parent := c.rawParent[raw]; parent != None {
				yield(Node(pg.entry(parent)), pg.entry(raw))
				yield(Node(pg.exit(raw)), pg.exit(parent))
			}
			if int(raw) >= c.points {
				yield(Node(pg.entry(raw)), pg.exit(raw))
			}
		}
	})
	return pg
}

// sortTopologically numbers the points in topological order, by Kahn's algorithm. The
// queue is first in first out, so the same catalog always gets the same numbers. It
// returns a *CycleError where there is no such order.
func (c *compiler) sortTopologically() error {
	pg := c.precedence()
	inDegree := make([]int32, pg.vertices())
	for _, v := range pg.next.items {
		inDegree[v]++
	}
	queue := make([]int32, 0, len(inDegree))
	for v, degree := range inDegree {
		if degree == 0 {
			queue = append(queue, int32(v))
		}
	}
	c.node = make([]Node, len(c.rawParent))
	next := Node(0)
	for i := 0; i < len(queue); i++ {
		v := queue[i]
		if int(v) < c.points {
			c.node[v] = next
			next++
		}
		for _, w := range pg.next.of(Node(v)) {
			if inDegree[w]--; inDegree[w] == 0 {
				queue = append(queue, w)
			}
		}
	}
	if len(queue) == len(inDegree) {
		return nil
	}
	return c.findCycles(pg, inDegree)
}
