package layout

import (
	"cmp"
	"math"
	"slices"
)

// cell is what lies in one lane and one layer, from top to bottom.
type cell struct {
	lane     int // place in drawing.lanes
	vertices []int
}

// orderRows gives each vertex its row, by barycentre sweeps over the layers: every vertex
// moves as near as its cell allows to the mean row of its neighbours in the layer before, or
// after.
func (d *drawing) orderRows() {
	d.row = make([]int, len(d.layer))
	layers := d.cells()
	wishes := make([]float64, len(d.layer))
	for round := range rounds {
		neighbours := d.before
		if round%2 == 1 {
			neighbours = d.after
		}
		for i := range layers {
			layer := layers[i]
			if round%2 == 1 {
				layer = layers[len(layers)-1-i]
			}
			for _, c := range layer {
				for _, v := range c.vertices {
					sum := 0 // of whole numbers, so that their order does not count
					for _, w := range neighbours[v] {
						sum += d.row[w]
					}
					wishes[v] = mean(sum, len(neighbours[v]), d.row[v])
				}
				slices.SortStableFunc(c.vertices, func(a, b int) int { return cmp.Compare(wishes[a], wishes[b]) })
				d.place(c, wishes)
			}
		}
	}
}

// place gives the vertices of a cell rows of its lane, in their order and near what they wish.
func (d *drawing) place(c cell, wishes []float64) {
	lane := d.lanes[c.lane]
	next := lane.Row // the first row that is free
	for i, v := range c.vertices {
		last := lane.Row + lane.Rows - (len(c.vertices) - i) // leaves a row for each that follows
		d.row[v] = min(max(int(math.Ceil(wishes[v]-0.5)), next), last)
		next = d.row[v] + 1
	}
}

// cells returns the cells of each layer, from top to bottom, with their vertices in the
// middle of the lane.
func (d *drawing) cells() [][]cell {
	place := map[int]int{}
	for i, lane := range d.lanes {
		place[lane.Lane] = i
	}
	all := make([][]int, d.layers*len(d.lanes))
	for v := range d.layer {
		i := d.layer[v]*len(d.lanes) + place[d.lane[v]]
		all[i] = append(all[i], v)
	}
	layers := make([][]cell, d.layers)
	for i, vertices := range all {
		if len(vertices) == 0 {
			continue
		}
		c := cell{i % len(d.lanes), vertices}
		lane := d.lanes[c.lane]
		for j, v := range vertices {
			d.row[v] = lane.Row + (lane.Rows-len(vertices))/2 + j
		}
		layers[i/len(d.lanes)] = append(layers[i/len(d.lanes)], c)
	}
	return layers
}
