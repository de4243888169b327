package kg

// The graph of what comes before what, for ordering and for cycles alone. A
// competency is two of its vertices: all that the competency requires leads to
// its entry, which leads to everything in it; everything in it leads to its
// exit, which leads to all that require the competency. Entry leads to exit even
// where the competency is empty, so that a cycle through it is seen. The
// vertices are the raw points, then entry and exit of each raw competency.
type before struct {
	points int
	next   rows[int32]
}

func (b before) entry(raw Node) int32 {
	if int(raw) < b.points {
		return int32(raw)
	}
	return int32(b.points + 2*(int(raw)-b.points))
}

func (b before) exit(raw Node) int32 {
	if int(raw) < b.points {
		return int32(raw)
	}
	return b.entry(raw) + 1
}

// raw returns the point or competency that a vertex stands for.
func (b before) raw(v int32) Node {
	if int(v) < b.points {
		return Node(v)
	}
	return Node(b.points + (int(v)-b.points)/2)
}

func (b before) vertices() int { return len(b.next.start) - 1 }

func (c *compiler) before() before {
	n := len(c.rawParent)
	b := before{points: c.points}
	vertices := c.points + 2*(n-c.points)
	b.next = collect(vertices, len(c.from)+2*n+(n-c.points), func(yield func(Node, int32)) {
		for i := range c.from {
			yield(Node(b.exit(c.from[i])), b.entry(c.to[i]))
		}
		for raw := range Node(n) {
			if parent := c.rawParent[raw]; parent != None {
				yield(Node(b.entry(parent)), b.entry(raw))
				yield(Node(b.exit(raw)), b.exit(parent))
			}
			if int(raw) >= c.points {
				yield(Node(b.entry(raw)), b.exit(raw))
			}
		}
	})
	return b
}

// order numbers the points in a topological order (Kahn's algorithm, first in
// first out, so that the same catalog always gets the same numbers) or returns
// the cycles that forbid one.
func (c *compiler) order() error {
	b := c.before()
	waiting := make([]int32, b.vertices())
	for _, v := range b.next.items {
		waiting[v]++
	}
	queue := make([]int32, 0, len(waiting))
	for v, w := range waiting {
		if w == 0 {
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
		for _, w := range b.next.of(Node(v)) {
			if waiting[w]--; waiting[w] == 0 {
				queue = append(queue, w)
			}
		}
	}
	if len(queue) == len(waiting) {
		return nil
	}
	return c.cycles(b, waiting)
}
