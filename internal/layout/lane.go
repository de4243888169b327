package layout

import (
	"cmp"
	"slices"
)

// arrangeLanes puts the lanes below each other, each as high as its tallest layer. Lanes that
// edges connect lie near each other.
func (d *drawing) arrangeLanes() {
	lanes := 0
	for _, lane := range d.graph.Lanes {
		lanes = max(lanes, lane+1)
	}
	heights := make([][]int, lanes) // by lane and layer, the vertices
	for v, lane := range d.lane {
		if heights[lane] == nil {
			heights[lane] = make([]int, d.layers)
		}
		heights[lane][d.layer[v]]++
	}
	var order []int
	for lane := range lanes {
		if heights[lane] != nil {
			order = append(order, lane)
		}
	}
	o := newLaneOrder(d.graph, order)
	o.sweep()
	o.exchange()
	row := 0
	for _, lane := range o.order {
		rows := slices.Max(heights[lane])
		d.lanes = append(d.lanes, Lane{lane, row, rows})
		row += rows
	}
}

// laneOrder is the order of lanes, which is better the fewer lanes the edges cross.
type laneOrder struct {
	order []int
	place map[int]int      // by lane, its place in the order
	links map[int][]weight // by lane, the lanes that it is connected with
}

// weight is how many edges lead to a lane.
type weight struct{ lane, edges int }

func newLaneOrder(g Graph, order []int) *laneOrder {
	o := &laneOrder{order, map[int]int{}, map[int][]weight{}}
	counts := map[[2]int]int{}
	for _, e := range g.Edges {
		if a, b := g.Lanes[e.From], g.Lanes[e.To]; a != b {
			counts[[2]int{a, b}]++
			counts[[2]int{b, a}]++
		}
	}
	for pair, n := range counts { // sums of whole numbers, so that their order does not count
		o.links[pair[0]] = append(o.links[pair[0]], weight{pair[1], n})
	}
	o.number()
	return o
}

func (o *laneOrder) number() {
	for i, lane := range o.order {
		o.place[lane] = i
	}
}

// crossed returns how many lanes all edges cross, each counted from both of its ends.
func (o *laneOrder) crossed() (total int) {
	for lane, links := range o.links {
		for _, l := range links {
			total += l.edges * max(o.place[lane]-o.place[l.lane], o.place[l.lane]-o.place[lane])
		}
	}
	return total
}

// sweep moves each lane to the mean place of those that it is connected with, several times,
// and keeps the best order. The first of several counts, so lanes stay where nothing is gained.
func (o *laneOrder) sweep() {
	best, least := slices.Clone(o.order), o.crossed()
	for range rounds {
		wishes := make(map[int]float64, len(o.order))
		for _, lane := range o.order {
			sum, count := 0, 0
			for _, l := range o.links[lane] {
				sum += l.edges * o.place[l.lane]
				count += l.edges
			}
			wishes[lane] = mean(sum, count, o.place[lane])
		}
		slices.SortStableFunc(o.order, func(a, b int) int { return cmp.Compare(wishes[a], wishes[b]) })
		o.number()
		if crossed := o.crossed(); crossed < least {
			best, least = slices.Clone(o.order), crossed
		}
	}
	o.order = best
	o.number()
}

// exchange swaps neighbouring lanes as long as edges cross fewer lanes by it.
func (o *laneOrder) exchange() {
	for range rounds {
		swapped := false
		for i := range len(o.order) - 1 {
			upper, lower := o.order[i], o.order[i+1]
			if gain := o.pull(upper, lower, i+1) - o.pull(lower, upper, i); gain > 0 {
				o.order[i], o.order[i+1] = lower, upper
				o.place[lower], o.place[upper] = i, i+1
				swapped = true
			}
		}
		if !swapped {
			return
		}
	}
}

// pull returns how many more edges of a lane lead to places below one than above it, besides
// those to another lane.
func (o *laneOrder) pull(lane, other, place int) (edges int) {
	for _, l := range o.links[lane] {
		switch {
		case l.lane == other:
		case o.place[l.lane] > place:
			edges += l.edges
		case o.place[l.lane] < place:
			edges -= l.edges
		}
	}
	return edges
}

// mean returns the mean of a sum of whole numbers, or what there is instead of none.
func mean(sum, count, without int) float64 {
	if count == 0 {
		return float64(without)
	}
	return float64(sum) / float64(count)
}
