package kg

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Cycle is a cycle of points and competencies along containment and prerequisites.
// Each step comes before the next, and the last before the first.
type Cycle []Step

// Step is a point or competency of a Cycle.
type Step struct{ Code, Name string }

// String writes the cycle closed: "A 甲 → B 乙 → A 甲".
func (c Cycle) String() string {
	const maxSteps = 100 // a message for people stays short
	parts := make([]string, 0, len(c)+1)
	for i, s := range c {
		if i == maxSteps {
			parts = append(parts, fmt.Sprintf("… (%d)", len(c)))
			break
		}
		parts = append(parts, strings.TrimSpace(s.Code+" "+s.Name))
	}
	return strings.Join(append(parts, parts[0]), " → ")
}

// CycleError refuses a catalog with cycles. It holds one short cycle of each strongly
// connected component. Where all cycles of a component share an edge, as after one
// edit, it is a shortest.
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

// Cycles checks a catalog for cycles alone; it may have other problems. Edges with an
// unknown end, and edges from a node to itself, are ignored. It returns a *CycleError
// or nil. It costs O(n log n + m), and more where there are cycles.
func Cycles(catalog competency.Catalog) error {
	c := compiler{Graph: &Graph{catalog: sortedCopy(catalog), points: len(catalog.KnowledgePoints)}}
	_ = c.resolveReferences() // what it refuses, it leaves out
	kept := 0
	for i, from := range c.from {
		if to := c.to[i]; from != None && to != None && from != to {
			c.from[kept], c.to[kept] = from, to
			kept++
		}
	}
	c.from, c.to = c.from[:kept], c.to[:kept]
	return c.sortTopologically()
}

// findCycles finds the strongly connected components that Kahn's algorithm could not
// order, and a short cycle in each.
func (c *compiler) findCycles(pg precedenceGraph, inDegree []int32) error {
	search := cycleSearch{pg: pg, component: stronglyConnected(pg, inDegree), cameFrom: make([]int32, pg.vertices()), depth: make([]int32, pg.vertices())}
	err, reported := &CycleError{}, map[string]bool{}
	for _, members := range search.componentMembers() {
		found := search.shortestCycle(members)
		if found == nil {
			continue
		}
		// Competencies that contain each other are a cycle of their entries, and one of
		// their exits in reverse.
		if !slices.ContainsFunc(found, func(v int32) bool { return v != pg.exit(pg.raw(v)) || int(v) < c.points }) {
			slices.Reverse(found)
		}
		cycle := c.nameCycle(pg, found)
		if key := fmt.Sprint(cycle); !reported[key] {
			reported[key] = true
			err.Cycles = append(err.Cycles, cycle)
		}
	}
	return err
}

// nameCycle names the vertices of a cycle. Entry and exit of one competency are one
// step. It starts at the least code, so that the same cycle always reads the same.
func (c *compiler) nameCycle(pg precedenceGraph, vertices []int32) Cycle {
	var cycle Cycle
	for i, v := range vertices {
		raw := pg.raw(v)
		if i > 0 && raw == pg.raw(vertices[i-1]) {
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

// stronglyConnected labels the vertices of positive in-degree with their strongly
// connected component, from 1; 0 is none. This is Tarjan's algorithm (1972), without
// recursion since chains may be as long as the catalog.
func stronglyConnected(pg precedenceGraph, inDegree []int32) []int32 {
	n := pg.vertices()
	component, index, low := make([]int32, n), make([]int32, n), make([]int32, n)
	var stack, path []int32
	cursor := make([]int32, n)
	onStack := make([]bool, n)
	visited, count := int32(0), int32(0)
	for root := range n {
		if inDegree[root] == 0 || index[root] != 0 {
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
			for next := pg.next.of(Node(v)); int(cursor[v]) < len(next); cursor[v]++ {
				w := next[cursor[v]]
				if inDegree[w] == 0 {
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
				count++
				for {
					w := stack[len(stack)-1]
					stack = stack[:len(stack)-1]
					onStack[w] = false
					component[w] = count
					if w == v {
						break
					}
				}
			}
		}
	}
	return component
}

// cycleSearch finds short cycles breadth first, within one component at a time.
type cycleSearch struct {
	pg              precedenceGraph
	component       []int32
	cameFrom, depth []int32 // depth counts the steps so far, 0 where not visited
	queue           []int32
}

// componentMembers lists the vertices of each component, in the order of their first.
func (s *cycleSearch) componentMembers() [][]int32 {
	members := map[int32][]int32{}
	var order []int32
	for v, p := range s.component {
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

// shortestCycle returns a shortest cycle of a component, nil where it has none.
//
// It searches from every vertex, first from those of the first cycle found, as long
// as that is affordable. Where one edit closed all cycles, the first one has the edge
// that all share. So the result is a shortest for large components too, unless cycles
// have many thousands of steps.
func (s *cycleSearch) shortestCycle(members []int32) []int32 {
	best, steps := s.cycleThrough(members[0], math.MaxInt32)
	if best == nil {
		return nil
	}
	work := 20_000_000 // vertices visited
	for _, v := range slices.Concat(best, members) {
		if work -= len(s.queue); work < 0 {
			break
		}
		if found, fewer := s.cycleThrough(v, steps); found != nil {
			best, steps = found, fewer
		}
	}
	return best
}

// cycleThrough returns a shortest cycle through a vertex within its component, and
// its number of steps, by breadth-first search. It returns nil where none has fewer
// steps than the limit.
func (s *cycleSearch) cycleThrough(start, limit int32) (cycle []int32, steps int32) {
	s.queue = s.queue[:0]
	s.visit(start, start, 1)
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
		for _, w := range s.pg.next.of(Node(v)) {
			if s.pg.raw(w) == s.pg.raw(start) && w <= start { // start itself, or the entry of the same competency
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
			s.visit(w, v, s.depth[v]+1)
		}
	}
	return nil, 0
}

// visit records how a vertex was reached, unless it was visited before. Entry and
// exit of a competency are one step, so who visits the entry visits the exit too.
func (s *cycleSearch) visit(v, from, depth int32) {
	if s.component[v] != s.component[from] || s.depth[v] != 0 {
		return
	}
	s.depth[v], s.cameFrom[v] = depth, from
	s.queue = append(s.queue, v)
	if exit := s.pg.exit(s.pg.raw(v)); exit != v {
		s.visit(exit, v, depth)
	}
}
