// Package layout draws an acyclic graph in layers from left to right.
//
// It is the framework of Sugiyama, Tagawa and Toda (Methods for Visual Understanding of
// Hierarchical System Structures, 1981) with the refinements of Gansner, Koutsofios, North
// and Vo (A Technique for Drawing Directed Graphs, 1993): layers by longest chains
// (layer.go), virtual nodes where an edge passes through a layer (route.go), and an order
// by barycentre sweeps (order.go). Nodes are grouped in lanes, horizontal bands that lie
// one below the other (lane.go).
//
// Everything is on a grid of layers and rows, so that a drawing needs no more than a width
// and a height. It is pure: the same graph gives the same layout, whatever the order of its
// edges.
package layout

// Edge leads from a node to one that lies in a later layer.
type Edge struct{ From, To int }

// Graph is what is drawn. Nodes are numbered from 0. Nodes of one lane stay together, and
// lanes are numbered from 0 in the order that they have where nothing speaks for another.
// An edge on a cycle may lead backwards, and passes through no place.
type Graph struct {
	Lanes []int // node → its lane
	Edges []Edge
}

// Place is where a node is drawn.
type Place struct{ Layer, Row int }

// Lane is a band of rows. No other lane has places in them.
type Lane struct{ Lane, Row, Rows int }

// Layout says where everything is drawn. No two nodes have one place, and no edge passes
// through the place of a node. Edges that share an end may share places on their way.
type Layout struct {
	Layers, Rows int
	Lanes        []Lane  // from top to bottom, those that have a node
	Nodes        []Place // by node
	Edges        [][]int // by edge, the row in each layer between its ends
}

// rounds is how many sweeps put the rows in order: half of them in each direction.
const rounds = 8

// Compute lays a graph out. It costs O(rounds · (places · log places + links)), where
// places are the nodes and what edges pass through: 20 ms for 2,000 nodes with 6,000 edges.
func Compute(g Graph) *Layout {
	d := &drawing{graph: g}
	d.assignLayers()
	d.routeEdges()
	d.arrangeLanes()
	d.orderRows()
	return d.layout()
}

// drawing is a graph on its way to a layout. Its vertices are the nodes, and then the
// virtual nodes that edges pass through.
type drawing struct {
	graph  Graph
	layers int
	layer  []int     // by vertex
	lane   []int     // by vertex
	row    []int     // by vertex, in the whole drawing
	before [][]int32 // by vertex, its neighbours in the layer before
	after  [][]int32 // by vertex, its neighbours in the layer after
	trunks []trunk   // by edge
	lanes  []Lane    // from top to bottom
}

func (d *drawing) layout() *Layout {
	l := &Layout{Layers: d.layers, Lanes: d.lanes, Nodes: make([]Place, len(d.graph.Lanes)), Edges: make([][]int, len(d.graph.Edges))}
	for _, lane := range d.lanes {
		l.Rows += lane.Rows
	}
	for n := range l.Nodes {
		l.Nodes[n] = Place{d.layer[n], d.row[n]}
	}
	for i, e := range d.graph.Edges {
		l.Edges[i] = []int{}
		for layer := d.layer[e.From] + 1; layer < d.layer[e.To]; layer++ {
			l.Edges[i] = append(l.Edges[i], d.row[d.trunks[i].at(layer)])
		}
	}
	return l
}
