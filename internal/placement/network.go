package placement

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// network is what a closure says about who can know what: nodes, the points and
// the gates between them, numbered so that what a node rests on comes before it.
type network struct {
	nodes  []node
	of     map[kg.Node]int32 // point → its node
	inputs []int32           // edge → the node that it comes from; the edges of a node lie together
	target []int32           // edge → the node that it leads to
	out    []int32           // edges, sorted by the node that they come from
}

// node is a point or a gate. A point can hold only where all of its inputs do; a
// gate holds exactly where all of them do, or where some does.
type node struct {
	kind    kind
	point   kg.Node // None for a gate
	in, out span
	mastery float64 // what the evidence says of a point, -1 for none
	need    float64 // what is asked of it
}

// earned reports whether a point is mastered as far as it is needed.
func (n *node) earned() bool { return n.mastery >= 0 && competency.AtLeast(n.mastery, n.need) }

type span struct{ lo, hi int32 }

type kind uint8

const (
	point kind = iota
	all
	some
)

// builder makes a network from the bottom up.
type builder struct {
	network
	g      *kg.Graph
	groups map[kg.Node]int32 // competency → the gate of all its points, or always
	owners map[kg.Node]int32 // competency → the gate of all that its points inherit, or always
}

// always stands for a gate without inputs: it holds whatever is known.
const always int32 = -1

// newNetwork makes the network of the points that could be pending for a position,
// whichever alternatives are chosen, and of the earned points that they rest on.
// It costs O(points of the graph + closure²/64 + edges · closure/64).
func newNetwork(g *kg.Graph, states []mastery.State, position kg.Position) *network {
	need, level := make([]float64, g.Points()), make(map[kg.Node]float64, len(states))
	for _, s := range states {
		level[s.Point] = s.Mastery
	}
	top := kg.None
	raise := func(a kg.Alternative) {
		for _, m := range g.Members(a.Node) {
			need[m], top = max(need[m], a.Theta), max(top, m)
		}
	}
	for _, r := range g.Requirements(position) {
		raise(kg.Alternative{Node: r.Point, Theta: r.Level})
	}
	satisfied := func(a kg.Alternative) bool {
		return !slices.ContainsFunc(g.Members(a.Node), func(m kg.Node) bool { return !competency.AtLeast(level[m], a.Theta) })
	}
	passed := map[kg.Node]bool{}
	for p := top; p >= 0; p-- { // whatever rests on a point has a higher number
		if need[p] == 0 || competency.AtLeast(level[p], need[p]) {
			continue
		}
		for owner := p; owner != kg.None && !passed[owner]; owner = g.Above(owner) {
			passed[owner] = owner != p
			for _, a := range g.Needs(owner) {
				raise(a)
			}
			for _, c := range g.Choices(owner) {
				enough := slices.ContainsFunc(c.Alternatives, satisfied)
				for _, a := range c.Alternatives {
					if !enough || satisfied(a) { // nobody has to learn the others
						raise(a)
					}
				}
			}
		}
	}
	b := builder{network: network{of: map[kg.Node]int32{}}, g: g, groups: map[kg.Node]int32{}, owners: map[kg.Node]int32{}}
	for p := kg.Node(0); p <= top; p++ {
		if need[p] == 0 {
			continue
		}
		n := node{kind: point, point: p, mastery: -1, need: need[p]}
		if have, assessed := level[p]; assessed {
			n.mastery = have
		}
		inputs := b.clauses(nil, p)
		if above := b.owner(g.Above(p)); above != always {
			inputs = append(inputs, above)
		}
		b.of[p] = b.add(n, inputs)
	}
	b.reduce()
	return &b.network
}

// add appends a node with its inputs.
func (b *builder) add(n node, inputs []int32) int32 {
	slices.Sort(inputs)
	inputs = slices.Compact(inputs)
	n.in.lo = int32(len(b.inputs))
	b.inputs = append(b.inputs, inputs...)
	n.in.hi = int32(len(b.inputs))
	b.nodes = append(b.nodes, n)
	return int32(len(b.nodes) - 1)
}

// gate returns a node that holds where all of the inputs do, or some: the input
// itself where there is one.
func (b *builder) gate(kind kind, inputs []int32) int32 {
	switch len(inputs) {
	case 0:
		return always
	case 1:
		return inputs[0]
	}
	return b.add(node{kind: kind, point: kg.None, mastery: -1}, inputs)
}

// clauses appends a node for each HARD clause that an owner itself has. What is
// not in the network, because nothing pending rests on it, is passed over.
func (b *builder) clauses(inputs []int32, owner kg.Node) []int32 {
	for _, a := range b.g.Needs(owner) {
		if n, ok := b.alternative(a); ok && n != always {
			inputs = append(inputs, n)
		}
	}
	for _, c := range b.g.Choices(owner) {
		var any []int32
		for _, a := range c.Alternatives {
			n, ok := b.alternative(a)
			if !ok || n == always {
				any = nil
				break
			}
			any = append(any, n)
		}
		if n := b.gate(some, any); n != always {
			inputs = append(inputs, n)
		}
	}
	return inputs
}

// alternative returns the node of an alternative, if it is in the network.
func (b *builder) alternative(a kg.Alternative) (n int32, ok bool) {
	if b.g.IsPoint(a.Node) {
		n, ok = b.of[a.Node]
		return n, ok
	}
	n, ok = b.groups[a.Node]
	if ok {
		return n, true
	}
	var inputs []int32
	for _, m := range b.g.Members(a.Node) {
		if n, ok := b.of[m]; ok {
			inputs = append(inputs, n)
		}
	}
	if len(inputs) == 0 && len(b.g.Members(a.Node)) > 0 {
		return always, false
	}
	n = b.gate(all, inputs)
	b.groups[a.Node] = n
	return n, true
}

// owner returns the gate of what the points in a competency inherit.
func (b *builder) owner(c kg.Node) int32 {
	if c == kg.None {
		return always
	}
	n, ok := b.owners[c]
	if !ok {
		inputs := b.clauses(nil, c)
		if above := b.owner(b.g.Above(c)); above != always {
			inputs = append(inputs, above)
		}
		n = b.gate(all, inputs)
		b.owners[c] = n
	}
	return n
}

// columns is how many nodes reduce follows at a time, which bounds its memory.
const columns = 64 * 64

// reduce takes out the edges that others imply.
func (b *builder) reduce() {
	n := len(b.nodes)
	redundant := make([]bool, len(b.inputs))
	words := (min(n, columns) + 63) / 64
	implied := make([]uint64, n*words) // node → which of the columns hold where it does
	for first := 0; first < n; first += columns {
		b.follow(int32(first), words, implied, redundant)
	}
	inputs := b.inputs
	b.inputs = make([]int32, 0, len(inputs))
	for v := range b.nodes {
		n := &b.nodes[v]
		lo := int32(len(b.inputs))
		for e := n.in.lo; e < n.in.hi; e++ {
			if !redundant[e] {
				b.inputs = append(b.inputs, inputs[e])
			}
		}
		n.in = span{lo, int32(len(b.inputs))}
		if n.kind == some && n.in.hi-n.in.lo == 1 {
			n.kind = all // no choice is left
		}
	}
	b.link()
}

// link lists the edges by where they come from.
func (net *network) link() {
	start := make([]int32, len(net.nodes)+1)
	for _, u := range net.inputs {
		start[u+1]++
	}
	for v := range net.nodes {
		start[v+1] += start[v]
		net.nodes[v].out = span{start[v], start[v+1]}
	}
	net.out, net.target = make([]int32, len(net.inputs)), make([]int32, len(net.inputs))
	for v := range net.nodes {
		for e := net.nodes[v].in.lo; e < net.nodes[v].in.hi; e++ {
			u := net.inputs[e]
			net.target[e] = int32(v)
			net.out[start[u]] = e
			start[u]++
		}
	}
}

// mirror turns a network upside down: a node of it holds where that of the other
// does not, and rests on what rests on that. Node v becomes the v-th from the end.
// What a choice rests on is no more needed than its other alternatives, so that no
// edge leads there.
func (net *network) mirror() *network {
	last := int32(len(net.nodes) - 1)
	m := &network{nodes: make([]node, 0, len(net.nodes)), inputs: make([]int32, 0, len(net.inputs))}
	for v := last; v >= 0; v-- {
		n := &net.nodes[v]
		turned := node{kind: n.kind, point: n.point, mastery: -1}
		if n.kind == some {
			turned.kind = all
		}
		turned.in.lo = int32(len(m.inputs))
		for _, e := range net.out[n.out.lo:n.out.hi] {
			if t := net.target[e]; net.nodes[t].kind != some {
				m.inputs = append(m.inputs, last-t)
			}
		}
		turned.in.hi = int32(len(m.inputs))
		m.nodes = append(m.nodes, turned)
	}
	m.link()
	return m
}

// follow does for some columns what reduce does for all.
func (b *builder) follow(first int32, words int, implied []uint64, redundant []bool) {
	clear(implied)
	set := func(v int32) []uint64 { return implied[int(v)*words : (int(v)+1)*words] }
	within := func(u int32) bool { return u >= first && u < first+columns }
	has := func(v, u int32) bool { return set(v)[(u-first)/64]>>((u-first)%64)&1 == 1 }
	for v := first; v < int32(len(b.nodes)); v++ { // what comes before implies none of the columns
		nd, mine := &b.nodes[v], set(v)
		for e := nd.in.lo; e < nd.in.hi; e++ {
			u := b.inputs[e]
			for f := nd.in.lo; f < nd.in.hi; f++ {
				w := b.inputs[f]
				switch {
				case f == e || !within(u):
				case nd.kind != some && has(w, u):
					redundant[e] = true // who has the other one has this one
				case nd.kind == some && has(w, u):
					redundant[f] = true // the other one adds nothing to the choice
				}
			}
			if nd.kind != some {
				for i, bits := range set(u) {
					mine[i] |= bits
				}
			}
		}
		if within(v) {
			mine[(v-first)/64] |= 1 << ((v - first) % 64)
		}
	}
}

// heights returns for each node how many points the longest chain beneath it has,
// and the most of them all.
func (net *network) heights() (height []int, top int) {
	height = make([]int, len(net.nodes))
	for v, n := range net.nodes {
		for _, u := range net.inputs[n.in.lo:n.in.hi] {
			above := height[u]
			if net.nodes[u].kind == point {
				above++
			}
			height[v] = max(height[v], above)
		}
		top = max(top, height[v])
	}
	return height, top
}
