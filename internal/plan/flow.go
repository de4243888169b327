package plan

import "math"

// network finds closures of greatest worth by maximum flow (Dinic's algorithm).
// What is worth something is fed by the source, what costs something drains
// into the sink, and what needs something else can pass on any amount to it.
type network struct {
	source, sink int32
	head         []int32 // vertex → its first arc, -1 for none
	arcs         []arc
	level, next  []int32
	queue        []int32
}

// arc is half of a pair: the other direction is at its index with the last bit
// turned.
type arc struct {
	to, next int32
	room     int64
}

// reset makes a network of so many vertices and no arcs, in the memory of the one
// before.
func (n *network) reset(vertices int) {
	n.source, n.sink = int32(vertices), int32(vertices)+1
	n.head, n.arcs = resized(n.head, vertices+2), n.arcs[:0]
	for i := range n.head {
		n.head[i] = -1
	}
}

func (n *network) arc(from, to int32, room int64) {
	n.arcs = append(n.arcs, arc{to, n.head[from], room}, arc{from, n.head[to], 0})
	n.head[from], n.head[to] = int32(len(n.arcs)-2), int32(len(n.arcs)-1)
}

func (n *network) needs(v, other int32) { n.arc(v, other, math.MaxInt64/2) }

func (n *network) worth(v int32, worth int64) {
	if worth > 0 {
		n.arc(n.source, v, worth)
	} else if worth < 0 {
		n.arc(v, n.sink, -worth)
	}
}

// flow sends all that it can from the source to the sink.
func (n *network) flow() {
	n.level, n.next = resized(n.level, len(n.head)), resized(n.next, len(n.head))
	for n.levels() {
		copy(n.next, n.head)
		for n.push(n.source, math.MaxInt64) > 0 {
		}
	}
}

// closed reports, after the flow, whether a vertex is in the smallest closure of
// greatest worth.
func (n *network) closed(v int32) bool { return n.level[v] >= 0 }

// levels measures how far each vertex is from the source, as far as to the sink, -1
// for those that it no longer reaches, and reports whether it reaches the sink.
func (n *network) levels() bool {
	for v := range n.level {
		n.level[v] = -1
	}
	n.level[n.source] = 0
	n.queue = append(n.queue[:0], n.source)
	for q := 0; q < len(n.queue) && n.level[n.sink] < 0; q++ {
		v := n.queue[q]
		for a := n.head[v]; a >= 0; a = n.arcs[a].next {
			if to := n.arcs[a].to; n.arcs[a].room > 0 && n.level[to] < 0 {
				n.level[to] = n.level[v] + 1
				n.queue = append(n.queue, to)
			}
		}
	}
	return n.level[n.sink] >= 0
}

// push sends as much as it can down one way to the sink.
func (n *network) push(v int32, most int64) int64 {
	if v == n.sink {
		return most
	}
	for ; n.next[v] >= 0; n.next[v] = n.arcs[n.next[v]].next {
		a := n.next[v]
		if to := n.arcs[a].to; n.arcs[a].room > 0 && n.level[to] == n.level[v]+1 {
			if sent := n.push(to, min(most, n.arcs[a].room)); sent > 0 {
				n.arcs[a].room -= sent
				n.arcs[a^1].room += sent
				return sent
			}
		}
	}
	return 0
}
