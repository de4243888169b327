package layout

import "math"

// assignLayers gives each node the number of nodes on the longest chain that leads to it
// (longest-path layering). A node that nothing leads to stands right before the first that
// it leads to, so that its edges are short.
func (d *drawing) assignLayers() {
	n := len(d.graph.Lanes)
	d.layer = make([]int, n)
	incoming, next := make([]int, n), make([][]int, n)
	for _, e := range d.graph.Edges {
		incoming[e.To]++
		next[e.From] = append(next[e.From], e.To)
	}
	waiting := append([]int(nil), incoming...)
	queue := make([]int, 0, n)
	for node := range n {
		if waiting[node] == 0 {
			queue = append(queue, node)
		}
	}
	for i := 0; i < len(queue); i++ {
		for _, to := range next[queue[i]] {
			d.layer[to] = max(d.layer[to], d.layer[queue[i]]+1)
			if waiting[to]--; waiting[to] == 0 {
				queue = append(queue, to)
			}
		}
	}
	for node := range n {
		if incoming[node] == 0 && len(next[node]) > 0 {
			first := math.MaxInt
			for _, to := range next[node] {
				first = min(first, d.layer[to])
			}
			d.layer[node] = max(0, first-1)
		}
	}
	for _, layer := range d.layer {
		d.layers = max(d.layers, layer+1)
	}
}
