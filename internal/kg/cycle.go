package kg

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Cycle is a way from a point or competency back to itself along containment
// and prerequisites. Each comes before the next, and the last before the first.
type Cycle []Step

// Step is one stop of a Cycle.
type Step struct{ Code, Name string }

// String shows the cycle closed: "A 甲 → B 乙 → A 甲".
func (c Cycle) String() string {
	const most = 100 // stops, in a message for people
	parts := make([]string, 0, len(c)+1)
	for i, s := range c {
		if i == most {
			parts = append(parts, fmt.Sprintf("… (%d)", len(c)))
			break
		}
		parts = append(parts, strings.TrimSpace(s.Code+" "+s.Name))
	}
	return strings.Join(append(parts, parts[0]), " → ")
}

// CycleError refuses a catalog with cycles. It holds one short cycle of each
// strongly connected part; where all cycles of a part share an edge, as when one
// edit closed them, it is a shortest.
type CycleError struct{ Cycles []Cycle }

func (e *CycleError) Error() string {
	return fmt.Sprintf("kg: %d cycles, the first: %s", len(e.Cycles), e.Cycles[0])
}

// Problems returns the cycles as problems of the input, without a place.
func (e *CycleError) Problems() []fault.Problem {
	problems := make([]fault.Problem, len(e.Cycles))
	for i, c := range e.Cycles {
		problems[i] = fault.Problem{Code: fault.Cycle, Text: fault.T(
			"prerequisites and containment close a cycle: %s; remove one of its edges",
			"先导关系与包含关系形成环：%s；请去掉其中一条关系", c)}
	}
	return problems
}

// Cycles looks for cycles alone, in a catalog that may be at fault otherwise: a
// reference to nothing is no edge to it, nor is one from something to itself.
// It returns a *CycleError or nil.
func Cycles(catalog competency.Catalog) error {
	c := compiler{Graph: &Graph{catalog: sorted(catalog), points: len(catalog.KnowledgePoints)}}
	_ = c.resolve() // what it refuses, it leaves out
	kept := 0
	for i, from := range c.from {
		if to := c.to[i]; from != None && to != None && from != to {
			c.from[kept], c.to[kept] = from, to
			kept++
		}
	}
	c.from, c.to = c.from[:kept], c.to[:kept]
	return c.order()
}

// cycles finds the parts of the graph that Kahn's algorithm could not order and
// a short cycle in each.
func (c *compiler) cycles(b before, waiting []int32) error {
	search := cycleSearch{b: b, part: components(b, waiting), cameFrom: make([]int32, b.vertices()), depth: make([]int32, b.vertices())}
	err, reported := &CycleError{}, map[string]bool{}
	for _, members := range search.parts() {
		found := search.shortest(members)
		if found == nil {
			continue
		}
		// Competencies that contain each other are a cycle of their entries and
		// another, backwards, of their exits.
		if !slices.ContainsFunc(found, func(v int32) bool { return v != b.exit(b.raw(v)) || int(v) < c.points }) {
			slices.Reverse(found)
		}
		cycle := c.witness(b, found)
		if key := fmt.Sprint(cycle); !reported[key] {
			reported[key] = true
			err.Cycles = append(err.Cycles, cycle)
		}
	}
	return err
}

// witness names the vertices of a cycle; entry and exit of one competency are
// one stop. It starts at the least code, so that the same cycle reads the same.
func (c *compiler) witness(b before, vertices []int32) Cycle {
	var cycle Cycle
	for i, v := range vertices {
		raw := b.raw(v)
		if i > 0 && raw == b.raw(vertices[i-1]) {
			continue
		}
		if int(raw) < c.points {
			k := &c.catalog.KnowledgePoints[raw]
			cycle = append(cycle, Step{k.Code, k.Name})
		} else {
			k := &c.catalog.Competencies[int(raw)-c.points]
			cycle = append(cycle, Step{k.Code, k.Name})
		}
	}
	if len(cycle) > 1 && cycle[0] == cycle[len(cycle)-1] {
		cycle = cycle[:len(cycle)-1]
	}
	least := 0
	for i := range cycle {
		if cycle[i].Code < cycle[least].Code {
			least = i
		}
	}
	return slices.Concat(cycle[least:], cycle[:least])
}

// components labels the vertices that are still waiting with their strongly
// connected component, from 1; 0 is none (Tarjan 1972, without recursion, since
// chains may be as long as the catalog).
func components(b before, waiting []int32) []int32 {
	n := b.vertices()
	part, index, low := make([]int32, n), make([]int32, n), make([]int32, n)
	var stack, path []int32
	cursor := make([]int32, n)
	onStack := make([]bool, n)
	visited, parts := int32(0), int32(0)
	for root := range n {
		if waiting[root] == 0 || index[root] != 0 {
			continue
		}
		path = append(path[:0], int32(root))
		for len(path) > 0 {
			v := path[len(path)-1]
			if index[v] == 0 {
				visited++
				index[v], low[v] = visited, visited
				stack = append(stack, v)
				onStack[v] = true
			}
			descended := false
			for next := b.next.of(Node(v)); int(cursor[v]) < len(next); cursor[v]++ {
				w := next[cursor[v]]
				if waiting[w] == 0 {
					continue
				}
				if index[w] == 0 {
					path = append(path, w)
					descended = true
					break
				}
				if onStack[w] {
					low[v] = min(low[v], low[w])
				}
			}
			if descended {
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 {
				up := path[len(path)-1]
				low[up] = min(low[up], low[v])
			}
			if low[v] == index[v] {
				parts++
				for {
					w := stack[len(stack)-1]
					stack = stack[:len(stack)-1]
					onStack[w] = false
					part[w] = parts
					if w == v {
						break
					}
				}
			}
		}
	}
	return part
}

type cycleSearch struct {
	b               before
	part            []int32
	cameFrom, depth []int32 // depth counts the stops on the way, 0 where not reached
	queue           []int32
}

// parts lists the vertices of each component, in the order of their first.
func (s *cycleSearch) parts() [][]int32 {
	members := map[int32][]int32{}
	var order []int32
	for v, p := range s.part {
		if p == 0 {
			continue
		}
		if members[p] == nil {
			order = append(order, p)
		}
		members[p] = append(members[p], int32(v))
	}
	lists := make([][]int32, len(order))
	for i, p := range order {
		lists[i] = members[p]
	}
	return lists
}

// shortest returns a shortest cycle of a component, nil where it has none. It
// looks through every vertex, first through those of the first cycle found, as
// long as that is affordable: of a component too large for it, the cycle is
// still a shortest where one edit closed all of them, since the first has what
// all share, but for those of many thousands of stops.
func (s *cycleSearch) shortest(members []int32) []int32 {
	best, stops := s.through(members[0], math.MaxInt32)
	if best == nil {
		return nil
	}
	work := 20_000_000 // vertices visited
	for _, v := range slices.Concat(best, members) {
		if work -= len(s.queue); work < 0 {
			break
		}
		if found, fewer := s.through(v, stops); found != nil {
			best, stops = found, fewer
		}
	}
	return best
}

// through returns a cycle through a vertex within its component that has fewer
// stops than any other and than the limit, and how many; found breadth first.
func (s *cycleSearch) through(start, limit int32) (cycle []int32, stops int32) {
	s.queue = s.queue[:0]
	s.reach(start, start, 1)
	defer func() {
		for _, v := range s.queue {
			s.depth[v] = 0
		}
	}()
	for i := 0; i < len(s.queue); i++ {
		v := s.queue[i]
		if s.depth[v] >= limit {
			return nil, 0
		}
		for _, w := range s.b.next.of(Node(v)) {
			if s.b.raw(w) == s.b.raw(start) && w <= start { // start itself, or the entry that leads to it for nothing
				for u := v; u != start; u = s.cameFrom[u] {
					cycle = append(cycle, u)
				}
				cycle = append(cycle, start)
				if w != start {
					cycle = append(cycle, w)
				}
				slices.Reverse(cycle)
				return cycle, s.depth[v]
			}
			s.reach(w, v, s.depth[v]+1)
		}
	}
	return nil, 0
}

// reach notes the way to a vertex where none is known yet. Entry and exit of a
// competency are one stop, so that who enters is at the exit too.
func (s *cycleSearch) reach(v, from, depth int32) {
	if s.part[v] != s.part[from] || s.depth[v] != 0 {
		return
	}
	s.depth[v], s.cameFrom[v] = depth, from
	s.queue = append(s.queue, v)
	if exit := s.b.exit(s.b.raw(v)); exit != v {
		s.reach(exit, v, depth)
	}
}
