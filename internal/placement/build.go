package placement

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// builder makes a network bottom up.
type builder struct {
	Network
	g      *kg.Graph
	groups map[kg.Node]int32 // competency → the gate of all its points, or always
	owners map[kg.Node]int32 // competency → the gate of all that its points inherit, or always
}

// always stands for a gate without inputs, which always holds.
const always int32 = -1

// NewNetwork returns the network of the points that could be pending for a
// position, whichever alternatives are chosen, and of the earned points beneath
// them. At most one state per point is read. It costs O(points of the graph +
// closure²/64 + edges · closure/64).
func NewNetwork(g *kg.Graph, states []mastery.State, position kg.Position) *Network {
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
	visited := map[kg.Node]bool{}
	for p := top; p >= 0; p-- { // reverse topological order: dependents first
		if need[p] == 0 || competency.AtLeast(level[p], need[p]) {
			continue
		}
		for owner := p; owner != kg.None && !visited[owner]; owner = g.OwnerAbove(owner) {
			visited[owner] = owner != p
			for _, a := range g.Needs(owner) {
				raise(a)
			}
			for _, c := range g.Choices(owner) {
				enough := slices.ContainsFunc(c.Alternatives, satisfied)
				for _, a := range c.Alternatives {
					if !enough || satisfied(a) { // the others need not be learned
						raise(a)
					}
				}
			}
		}
	}
	b := builder{Network: Network{nodeOf: map[kg.Node]int32{}}, g: g, groups: map[kg.Node]int32{}, owners: map[kg.Node]int32{}}
	for p := kg.Node(0); p <= top; p++ {
		if need[p] == 0 {
			continue
		}
		n := node{kind: PointNode, point: p, mastery: -1, need: need[p]}
		if have, assessed := level[p]; assessed {
			n.mastery = have
		}
		inputs := b.addClauses(nil, p)
		if inherited := b.ownerGate(g.OwnerAbove(p)); inherited != always {
			inputs = append(inputs, inherited)
		}
		b.nodeOf[p] = b.addNode(n, inputs)
	}
	b.reduce()
	return &b.Network
}

// addNode appends a node with its inputs.
func (b *builder) addNode(n node, inputs []int32) int32 {
	slices.Sort(inputs)
	inputs = slices.Compact(inputs)
	n.in.lo = int32(len(b.inputs))
	b.inputs = append(b.inputs, inputs...)
	n.in.hi = int32(len(b.inputs))
	b.nodes = append(b.nodes, n)
	return int32(len(b.nodes) - 1)
}

// gate returns a gate over inputs, or the input itself where there is one.
func (b *builder) gate(kind NodeKind, inputs []int32) int32 {
	switch len(inputs) {
	case 0:
		return always
	case 1:
		return inputs[0]
	}
	return b.addNode(node{kind: kind, point: kg.None, mastery: -1}, inputs)
}

// addClauses appends a node for each HARD clause of an owner itself. What is not
// in the network, because nothing pending rests on it, is left out.
func (b *builder) addClauses(inputs []int32, owner kg.Node) []int32 {
	for _, a := range b.g.Needs(owner) {
		if n, ok := b.alternative(a); ok && n != always {
			inputs = append(inputs, n)
		}
	}
	for _, c := range b.g.Choices(owner) {
		var alternatives []int32
		for _, a := range c.Alternatives {
			n, ok := b.alternative(a)
			if !ok || n == always {
				alternatives = nil
				break
			}
			alternatives = append(alternatives, n)
		}
		if n := b.gate(OrGate, alternatives); n != always {
			inputs = append(inputs, n)
		}
	}
	return inputs
}

// alternative returns the node of an alternative, if it is in the network.
func (b *builder) alternative(a kg.Alternative) (n int32, ok bool) {
	if b.g.IsPoint(a.Node) {
		n, ok = b.nodeOf[a.Node]
		return n, ok
	}
	n, ok = b.groups[a.Node]
	if ok {
		return n, true
	}
	var inputs []int32
	for _, m := range b.g.Members(a.Node) {
		if n, ok := b.nodeOf[m]; ok {
			inputs = append(inputs, n)
		}
	}
	if len(inputs) == 0 && len(b.g.Members(a.Node)) > 0 {
		return always, false
	}
	n = b.gate(AndGate, inputs)
	b.groups[a.Node] = n
	return n, true
}

// ownerGate returns the gate of the clauses that points inherit from a competency.
func (b *builder) ownerGate(c kg.Node) int32 {
	if c == kg.None {
		return always
	}
	n, ok := b.owners[c]
	if !ok {
		inputs := b.addClauses(nil, c)
		if inherited := b.ownerGate(b.g.OwnerAbove(c)); inherited != always {
			inputs = append(inputs, inherited)
		}
		n = b.gate(AndGate, inputs)
		b.owners[c] = n
	}
	return n
}
