// Package kg compiles a catalog into an immutable graph in memory, laid out for the
// questions of packages gap and plan.
//
// Knowledge points are nodes, numbered in topological order: sorting by Node gives a
// valid order of learning. Competencies are junctions: an edge at a competency is
// stored once and never multiplied out over its points. All adjacency is in
// compressed sparse rows, so reading it allocates nothing. A Graph never changes
// after Compile; any number of goroutines may read it.
package kg

import (
	"iter"
	"sort"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Node is a knowledge point (0 … Points()-1, in topological order) or a
// competency (from Points() on, in tree order with siblings by code).
type Node int32

// None is no node.
const None Node = -1

// Position is the index of a position, in the order of codes.
type Position int32

// Alternative is one way to satisfy a clause: a point, or all points of a competency,
// with a mastery of at least Theta. Edge is its index in Catalog's prerequisites.
type Alternative struct {
	Node  Node
	Edge  int32
	Theta float64
}

// Clause is a choice: one of its two or more alternatives is enough. Alternatives are
// sorted by code. Owner is the dependent as written, a point or a competency.
type Clause struct {
	Owner        Node
	Name         string
	Alternatives []Alternative
}

// Requirement is what a position requires of one point, by the most specific
// statement. Weight is the point's share of the weight of that statement.
type Requirement struct {
	Point    Node
	Level    float64
	Weight   float64
	Critical bool
}

// Graph is a compiled catalog.
type Graph struct {
	catalog  competency.Catalog
	points   int
	record   []int32 // node → index in catalog.KnowledgePoints or .Competencies
	rank     []int32 // node → place of its code among all codes
	byCode   map[string]Node
	parent   []Node        // node → the competency directly above
	members  []Node        // points in tree order; a competency's are contiguous
	ranges   []memberRange // competency → its members
	subtree  []Node        // competency → first competency after its subtree
	needs    rows[Alternative]
	choices  rows[Clause]
	soft     rows[Node]
	above    []Node      // node → OwnerAbove
	out      rows[int32] // node → edges in which it is the prerequisite
	in       rows[int32] // node → edges in which it is the dependent
	depth    []int32
	minutes  []int32
	teachers rows[int32] // point → resources
	related  rows[Node]
	required rows[int32] // node → requirements as written, by target
	expanded rows[Requirement]
	written  rows[int32] // position → requirements as written
	warnings []fault.Problem
}

type memberRange struct{ lo, hi int32 }

// Catalog returns the catalog of the graph, sorted. It must not be changed.
func (g *Graph) Catalog() *competency.Catalog { return &g.catalog }

// Warnings returns what is allowed but unlikely to be intended.
func (g *Graph) Warnings() []fault.Problem { return g.warnings }

// Points returns the number of knowledge points.
func (g *Graph) Points() int { return g.points }

// Nodes returns the number of knowledge points and competencies.
func (g *Graph) Nodes() int { return len(g.record) }

// IsPoint reports whether a node is a knowledge point.
func (g *Graph) IsPoint(n Node) bool { return int(n) < g.points }

// Find returns the node with a code in Unicode NFC, and whether there is one.
func (g *Graph) Find(code string) (Node, bool) {
	n, ok := g.byCode[code]
	if !ok {
		n = None
	}
	return n, ok
}

// FindPosition returns the position with a code in Unicode NFC, and whether there is
// one. It costs O(log positions).
func (g *Graph) FindPosition(code string) (Position, bool) {
	list := g.catalog.Positions
	i := sort.Search(len(list), func(i int) bool { return list[i].Code >= code })
	return Position(i), i < len(list) && list[i].Code == code
}

// FindResource returns the index of the resource with a code in Unicode NFC, and
// whether there is one. It costs O(log resources).
func (g *Graph) FindResource(code string) (int32, bool) {
	list := g.catalog.Resources
	i := sort.Search(len(list), func(i int) bool { return list[i].Code >= code })
	return int32(i), i < len(list) && list[i].Code == code
}

// Point returns the record of a knowledge point.
func (g *Graph) Point(n Node) *competency.KnowledgePoint {
	return &g.catalog.KnowledgePoints[g.record[n]]
}

// PointAt returns the node of the point at an index of the catalog.
func (g *Graph) PointAt(i int) Node { return g.byCode[g.catalog.KnowledgePoints[i].Code] }

// Competency returns the record of a competency.
func (g *Graph) Competency(n Node) *competency.Competency {
	return &g.catalog.Competencies[g.record[n]]
}

// Code returns the code of a node.
func (g *Graph) Code(n Node) string {
	if g.IsPoint(n) {
		return g.Point(n).Code
	}
	return g.Competency(n).Code
}

// Name returns the name of a node.
func (g *Graph) Name(n Node) string {
	if g.IsPoint(n) {
		return g.Point(n).Name
	}
	return g.Competency(n).Name
}

// Rank returns the place of the code of a node in the order of all codes. It compares
// faster than the codes.
func (g *Graph) Rank(n Node) int32 { return g.rank[n] }

// Parent returns the competency directly above a node, or None.
func (g *Graph) Parent(n Node) Node { return g.parent[n] }

// Ancestors iterates over the competencies above a node, nearest first.
func (g *Graph) Ancestors(n Node) iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for a := g.parent[n]; a != None && yield(a); a = g.parent[a] {
		}
	}
}

// Members returns the points in a competency at any depth, or the point itself.
func (g *Graph) Members(n Node) []Node {
	if g.IsPoint(n) {
		return []Node{n}
	}
	s := g.ranges[int(n)-g.points]
	return g.members[s.lo:s.hi]
}

// OwnPoints returns the points directly in a competency, by code.
func (g *Graph) OwnPoints(n Node) []Node {
	all := g.Members(n)
	return all[:sort.Search(len(all), func(i int) bool { return g.parent[all[i]] != n })]
}

// Children iterates over the competencies directly below one, by code. None stands for
// the root.
func (g *Graph) Children(n Node) iter.Seq[Node] {
	first, end := Node(g.points), Node(len(g.record))
	if n != None {
		first, end = n+1, g.subtree[int(n)-g.points]
	}
	return func(yield func(Node) bool) {
		for c := first; c < end && yield(c); c = g.subtree[int(c)-g.points] {
		}
	}
}

// Needs returns the HARD prerequisites of an owner itself that leave no choice.
func (g *Graph) Needs(owner Node) []Alternative { return g.needs.of(owner) }

// Choices returns the HARD clauses of an owner itself that leave a choice, by name.
func (g *Graph) Choices(owner Node) []Clause { return g.choices.of(owner) }

// Soft returns the SOFT prerequisites of an owner itself.
func (g *Graph) Soft(owner Node) []Node { return g.soft.of(owner) }

// OwnerAbove returns the nearest competency above a node that owns prerequisites, or
// None. A point has its own prerequisites, and inherits those of each OwnerAbove.
func (g *Graph) OwnerAbove(n Node) Node { return g.above[n] }

// In returns the edges whose dependent is exactly this node, as indices in Catalog's
// prerequisites.
func (g *Graph) In(n Node) []int32 { return g.in.of(n) }

// Out returns the edges whose prerequisite is exactly this node, as indices in
// Catalog's prerequisites.
func (g *Graph) Out(n Node) []int32 { return g.out.of(n) }

// Depth returns the number of points on the longest chain of HARD prerequisites
// beneath a point, every alternative counted.
func (g *Graph) Depth(n Node) int32 { return g.depth[n] }

// Minutes returns the minutes of learning a point, or the default.
func (g *Graph) Minutes(n Node) int32 { return g.minutes[n] }

// ResourcesFor returns the resources that teach a point, as indices in Catalog's
// resources, by code.
func (g *Graph) ResourcesFor(n Node) []int32 { return g.teachers.of(n) }

// Related returns the points related to a point, by code.
func (g *Graph) Related(n Node) []Node { return g.related.of(n) }

// RequirementsOn returns the requirements whose target is exactly this node, as indices in
// Catalog's requirements.
func (g *Graph) RequirementsOn(n Node) []int32 { return g.required.of(n) }

// Requirements returns the requirements of a position, expanded to points, in node
// order.
func (g *Graph) Requirements(p Position) []Requirement { return g.expanded.of(Node(p)) }

// StatedRequirements returns the requirements of a position as written, as indices in Catalog's
// requirements, by target.
func (g *Graph) StatedRequirements(p Position) []int32 { return g.written.of(Node(p)) }

// rows is a list of lists in one piece of memory (compressed sparse rows).
type rows[T any] struct {
	start []int32
	items []T
}

func (r rows[T]) of(n Node) []T { return r.items[r.start[n]:r.start[n+1]:r.start[n+1]] }

// newRows builds n rows from at most count pairs of row and item, by a counting sort.
// Items of a row keep their order.
func newRows[T any](n, count int, each func(yield func(row Node, item T))) rows[T] {
	r := rows[T]{start: make([]int32, n+1), items: make([]T, count)}
	each(func(row Node, _ T) { r.start[row+1]++ })
	for i := range n {
		r.start[i+1] += r.start[i]
	}
	next := append([]int32(nil), r.start[:n]...)
	each(func(row Node, item T) {
		r.items[next[row]] = item
		next[row]++
	})
	r.items = r.items[:r.start[n]]
	return r
}
