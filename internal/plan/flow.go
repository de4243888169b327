package plan

import "math"

// flowNetwork finds closures of maximum worth by maximum flow (Dinic's algorithm).
// The source feeds vertices of positive worth; vertices of negative worth drain into
// the sink. A vertex can pass any amount to what it requires.
type flowNetwork struct {
	source, sink int32
	head         []int32 // vertex → its first arc, -1 for none
	arcs         []arc
	level, next  []int32
	queue        []int32
}

// arc is half of a pair. The reverse arc is at its index with the last bit flipped.
type arc struct {
	to, next int32
	capacity int64
}

// reset makes a network of so many vertices without arcs. It reuses the memory.
func (n *flowNetwork) reset(vertices int) {
	n.source, n.sink = int32(vertices), int32(vertices)+1
	n.head, n.arcs = resized(n.head, vertices+2), n.arcs[:0]
	for i := range n.head {
		n.head[i] = -1
	}
}

func (n *flowNetwork) addArc(from, to int32, capacity int64) {
	n.arcs = append(n.arcs, arc{to, n.head[from], capacity}, arc{from, n.head[to], 0})
	n.head[from], n.head[to] = int32(len(n.arcs)-2), int32(len(n.arcs)-1)
}

func (n *flowNetwork) require(v, other int32) { n.addArc(v, other, math.MaxInt64/2) }

func (n *flowNetwork) setWorth(v int32, worth int64) {
	if worth > 0 {
		n.addArc(n.source, v, worth)
	} else if worth < 0 {
		n.addArc(v, n.sink, -worth)
	}
}

// maximize finds a maximum flow from the source to the sink.
func (n *flowNetwork) maximize() {
	n.level, n.next = resized(n.level, len(n.head)), resized(n.next, len(n.head))
	for n.updateLevels() {
		copy(n.next, n.head)
		for n.augment(n.source, math.MaxInt64) > 0 {
		}
	}
}

// inClosure reports, after maximize, whether a vertex is in the smallest closure of
// maximum worth.
func (n *flowNetwork) inClosure(v int32) bool { return n.level[v] >= 0 }

// updateLevels finds the distance of each vertex from the source, up to that of the
// sink; -1 for a vertex out of reach. It reports whether the sink is in reach.
func (n *flowNetwork) updateLevels() bool {
	for v := range n.level {
		n.level[v] = -1
	}
	n.level[n.source] = 0
	n.queue = append(n.queue[:0], n.source)
	for i := 0; i < len(n.queue) && n.level[n.sink] < 0; i++ {
		v := n.queue[i]
		for a := n.head[v]; a >= 0; a = n.arcs[a].next {
			if to := n.arcs[a].to; n.arcs[a].capacity > 0 && n.level[to] < 0 {
				n.level[to] = n.level[v] + 1
				n.queue = append(n.queue, to)
			}
		}
	}
	return n.level[n.sink] >= 0
}

// augment sends as much as it can along one path to the sink, and returns it.
func (n *flowNetwork) augment(v int32, most int64) int64 {
	if v == n.sink {
		return most
	}
	for ; n.next[v] >= 0; n.next[v] = n.arcs[n.next[v]].next {
		a := n.next[v]
		if to := n.arcs[a].to; n.arcs[a].capacity > 0 && n.level[to] == n.level[v]+1 {
			if sent := n.augment(to, min(most, n.arcs[a].capacity)); sent > 0 {
				n.arcs[a].capacity -= sent
				n.arcs[a^1].capacity += sent
				return sent
			}
		}
	}
	return 0
}
