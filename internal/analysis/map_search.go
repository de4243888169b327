package analysis

import (
	"cmp"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
)

// mapSearch is a breadth-first search over prerequisites in one direction. A competency stands
// for all its points, as in the compiled graph.
type mapSearch struct {
	graph   *kg.Graph
	soft    bool             // whether SOFT edges count
	seen    map[kg.Node]bool // points, and competencies whose points have all been reached
	visited map[kg.Node]bool // points and competencies whose edges have been followed
}

func newMapSearch(g *kg.Graph, soft bool) *mapSearch {
	return &mapSearch{g, soft, map[kg.Node]bool{}, map[kg.Node]bool{}}
}

// prerequisites returns the points that some points rest on, by the number of steps to them:
// first the points themselves. Points of one level are sorted by code. It costs O(edges that
// are followed + what is reached · log what is reached).
func (s *mapSearch) prerequisites(starts []kg.Node, steps int) [][]kg.Node {
	return s.levels(starts, steps, func(p kg.Node, reach func(kg.Node)) {
		for owner := p; owner != kg.None && !s.visited[owner]; owner = s.graph.OwnerAbove(owner) {
			s.visited[owner] = true
			for _, a := range s.graph.Needs(owner) {
				reach(a.Node)
			}
			for _, c := range s.graph.Choices(owner) {
				for _, a := range c.Alternatives {
					reach(a.Node)
				}
			}
			if s.soft {
				for _, n := range s.graph.Soft(owner) {
					reach(n)
				}
			}
		}
	})
}

// dependents returns the points that rest on some points, as prerequisites does.
func (s *mapSearch) dependents(starts []kg.Node, steps int) [][]kg.Node {
	edges := s.graph.Catalog().Prerequisites
	return s.levels(starts, steps, func(p kg.Node, reach func(kg.Node)) {
		for n := p; n != kg.None && !s.visited[n]; n = s.graph.Parent(n) {
			s.visited[n] = true
			for _, i := range s.graph.Out(n) {
				if e := &edges[i]; s.soft || e.Strength == competency.Hard {
					dependent, _ := s.graph.Find(e.Dependent)
					reach(dependent)
				}
			}
		}
	})
}

func (s *mapSearch) levels(starts []kg.Node, steps int, follow func(p kg.Node, reach func(kg.Node))) (levels [][]kg.Node) {
	var level []kg.Node
	reach := func(n kg.Node) {
		if s.seen[n] {
			return
		}
		s.seen[n] = true
		for _, m := range s.graph.Members(n) {
			if m == n || !s.seen[m] {
				s.seen[m] = true
				level = append(level, m)
			}
		}
	}
	for _, n := range starts {
		reach(n)
	}
	for len(level) > 0 {
		s.sortByCode(level)
		levels = append(levels, level)
		if len(levels) > steps {
			return levels
		}
		last := level
		level = nil
		for _, p := range last {
			follow(p, reach)
		}
	}
	return levels
}

func (s *mapSearch) sortByCode(points []kg.Node) {
	slices.SortFunc(points, func(a, b kg.Node) int { return cmp.Compare(s.graph.Rank(a), s.graph.Rank(b)) })
}

// mergeLevels returns the points of two searches, the nearest first, each of them once.
func mergeLevels(a, b [][]kg.Node) (points []kg.Node) {
	seen := map[kg.Node]bool{}
	for i := range max(len(a), len(b)) {
		for _, levels := range [][][]kg.Node{a, b} {
			if i >= len(levels) {
				continue
			}
			for _, n := range levels[i] {
				if !seen[n] {
					seen[n] = true
					points = append(points, n)
				}
			}
		}
	}
	return points
}
