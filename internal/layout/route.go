package layout

// trunk is the common way of the long edges of a node on one side of it: one virtual node in
// each of some consecutive layers, in the lane of the node. So a node with many long edges
// takes one row, and not one for each of them.
type trunk struct {
	first  int // the first of its layers
	vertex int // the virtual node in that layer; the others follow
}

// at returns the virtual node in a layer.
func (t trunk) at(layer int) int { return t.vertex + layer - t.first }

// The sides of a node.
const (
	left  = iota // of the edges that lead to it
	right        // of the edges that it leads to
)

// routeEdges takes each edge that skips layers along a trunk of one of its ends: of the end
// with more such edges, and of the first where they have as many.
func (d *drawing) routeEdges() {
	n := len(d.graph.Lanes)
	d.lane = append([]int(nil), d.graph.Lanes...)
	long := make([]int, n) // by node, its edges that skip layers
	for _, e := range d.graph.Edges {
		if d.skipped(e) > 0 {
			long[e.From]++
			long[e.To]++
		}
	}
	owner := func(e Edge) (node, side int) {
		if long[e.To] > long[e.From] {
			return e.To, left
		}
		return e.From, right
	}
	lengths := make([][2]int, n) // by node and side, the layers of its trunk
	for _, e := range d.graph.Edges {
		if skipped := d.skipped(e); skipped > 0 {
			node, side := owner(e)
			lengths[node][side] = max(lengths[node][side], skipped)
		}
	}
	trunks := d.makeTrunks(lengths)

	d.trunks = make([]trunk, len(d.graph.Edges))
	for i, e := range d.graph.Edges {
		switch node, side := owner(e); {
		case d.skipped(e) > 0 && side == right:
			d.trunks[i] = trunks[node][side]
			d.link(d.trunks[i].at(d.layer[e.To]-1), e.To)
		case d.skipped(e) > 0:
			d.trunks[i] = trunks[node][side]
			d.link(e.From, d.trunks[i].at(d.layer[e.From]+1))
		case d.skipped(e) == 0:
			d.link(e.From, e.To)
		}
	}
}

// makeTrunks adds the virtual nodes, by node, so that the order of edges does not count.
func (d *drawing) makeTrunks(lengths [][2]int) [][2]trunk {
	places := len(lengths)
	for _, length := range lengths {
		places += length[left] + length[right]
	}
	d.before, d.after = make([][]int32, places), make([][]int32, places)
	trunks := make([][2]trunk, len(lengths))
	for node, length := range lengths {
		trunks[node] = [2]trunk{d.addTrunk(node, d.layer[node]-length[left], length[left]), {}}
		if length[left] > 0 {
			d.link(trunks[node][left].at(d.layer[node]-1), node)
		}
		trunks[node][right] = d.addTrunk(node, d.layer[node]+1, length[right])
		if length[right] > 0 {
			d.link(node, trunks[node][right].vertex)
		}
	}
	return trunks
}

func (d *drawing) addTrunk(node, first, length int) trunk {
	t := trunk{first, len(d.layer)}
	for i := range length {
		d.layer, d.lane = append(d.layer, first+i), append(d.lane, d.lane[node])
		if i > 0 {
			d.link(t.vertex+i-1, t.vertex+i)
		}
	}
	return t
}

// skipped returns how many layers lie between the ends of an edge; below 0 for an edge that
// leads backwards.
func (d *drawing) skipped(e Edge) int { return d.layer[e.To] - d.layer[e.From] - 1 }

// link makes two vertices of neighbouring layers neighbours.
func (d *drawing) link(from, to int) {
	d.after[from] = append(d.after[from], int32(to))
	d.before[to] = append(d.before[to], int32(from))
}
