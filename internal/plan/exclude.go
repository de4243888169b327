package plan

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
)

// excludePoints marks points as unlearnable, and all that cannot be learned without
// them. It costs O(graph), or nothing where no point is excluded.
func (s *search) excludePoints(points []kg.Node) {
	if len(points) == 0 {
		return
	}
	s.unlearnable = make([]bool, s.g.Points())
	for _, p := range points {
		s.unlearnable[p] = true
	}
	for p := slices.Min(points); s.g.IsPoint(p); p++ { // topological order
		s.unlearnable[p] = s.unlearnable[p] || s.lacksAlternative(p)
	}
}

// lacksAlternative reports whether a clause of a point has no available alternative.
func (s *search) lacksAlternative(p kg.Node) bool {
	unavailable := func(a kg.Alternative) bool { return !s.available(a) }
	for owner := p; owner != kg.None; owner = s.g.OwnerAbove(owner) {
		if slices.ContainsFunc(s.g.Needs(owner), unavailable) {
			return true
		}
		for _, c := range s.g.Choices(owner) {
			if !slices.ContainsFunc(c.Alternatives, s.available) {
				return true
			}
		}
	}
	return false
}

// available reports whether an alternative is mastered or can still be learned.
func (s *search) available(a kg.Alternative) bool {
	for _, m := range s.g.Members(a.Node) {
		if s.unlearnable[m] && !competency.AtLeast(s.points[m].mastery, a.Theta) {
			return false
		}
	}
	return true
}
