package placement

import (
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
)

// Network is an AND/OR graph of what a person can know: the points of a closure
// and the gates between them. Nodes are numbered in topological order, so what a
// node rests on has a lower number. It is immutable.
type Network struct {
	nodes   []node
	nodeOf  map[kg.Node]int32 // point → its node
	inputs  []int32           // edge → the node that it comes from; the edges into a node are adjacent
	targets []int32           // edge → the node that it leads to
	out     []int32           // edges, sorted by the node that they come from
}

// NodeKind is the condition under which a node can hold.
type NodeKind uint8

// The kinds of node. A point can be known only where all of its inputs hold. A
// gate holds exactly where all of its inputs do, or where any does.
const (
	PointNode NodeKind = iota
	AndGate
	OrGate
)

type node struct {
	kind    NodeKind
	point   kg.Node // None for a gate
	in, out span
	mastery float64 // of a point, -1 where it is not assessed
	need    float64 // mastery that is needed of a point
}

// earned reports whether a point is mastered as far as it is needed.
func (n *node) earned() bool { return n.mastery >= 0 && competency.AtLeast(n.mastery, n.need) }

type span struct{ lo, hi int32 }

// Len returns the number of nodes.
func (net *Network) Len() int { return len(net.nodes) }

// Kind returns the kind of a node.
func (net *Network) Kind(v int32) NodeKind { return net.nodes[v].kind }

// Point returns the point of a node, or kg.None for a gate.
func (net *Network) Point(v int32) kg.Node { return net.nodes[v].point }

// Inputs returns the nodes that a node rests on. They must not be changed.
func (net *Network) Inputs(v int32) []int32 {
	n := &net.nodes[v]
	return net.inputs[n.in.lo:n.in.hi:n.in.hi]
}

// Heights returns for each node the number of points on the longest chain beneath
// it, and the largest of them. It costs O(nodes + edges).
func (net *Network) Heights() (heights []int, top int) {
	heights = make([]int, len(net.nodes))
	for v, n := range net.nodes {
		for _, u := range net.inputs[n.in.lo:n.in.hi] {
			height := heights[u]
			if net.nodes[u].kind == PointNode {
				height++
			}
			heights[v] = max(heights[v], height)
		}
		top = max(top, heights[v])
	}
	return heights, top
}

// linkOutputs lists the edges by the node that they come from.
func (net *Network) linkOutputs() {
	start := make([]int32, len(net.nodes)+1)
	for _, u := range net.inputs {
		start[u+1]++
	}
	for v := range net.nodes {
		start[v+1] += start[v]
		net.nodes[v].out = span{start[v], start[v+1]}
	}
	net.out, net.targets = make([]int32, len(net.inputs)), make([]int32, len(net.inputs))
	for v := range net.nodes {
		for e := net.nodes[v].in.lo; e < net.nodes[v].in.hi; e++ {
			u := net.inputs[e]
			net.targets[e] = int32(v)
			net.out[start[u]] = e
			start[u]++
		}
	}
}

// mirror returns the dual network, upside down: a node of it holds where that of
// this network does not. It rests on what rests on that node. Node v becomes the
// v-th from the end. An alternative of a choice is not needed by what chooses, so
// no edge leads into a choice.
func (net *Network) mirror() *Network {
	last := int32(len(net.nodes) - 1)
	m := &Network{nodes: make([]node, 0, len(net.nodes)), inputs: make([]int32, 0, len(net.inputs))}
	for v := last; v >= 0; v-- {
		n := &net.nodes[v]
		dual := node{kind: n.kind, point: n.point, mastery: -1}
		if n.kind == OrGate {
			dual.kind = AndGate
		}
		dual.in.lo = int32(len(m.inputs))
		for _, e := range net.out[n.out.lo:n.out.hi] {
			if t := net.targets[e]; net.nodes[t].kind != OrGate {
				m.inputs = append(m.inputs, last-t)
			}
		}
		dual.in.hi = int32(len(m.inputs))
		m.nodes = append(m.nodes, dual)
	}
	m.linkOutputs()
	return m
}
