package plan

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
)

// exclude blocks points, and whatever cannot be learned without them: what has a
// clause none of whose alternatives is left. It costs O(graph), and nothing where
// no point is excluded.
func (s *search) exclude(points []kg.Node) {
	if len(points) == 0 {
		return
	}
	s.blocked = make([]bool, s.g.Points())
	for _, p := range points {
		s.blocked[p] = true
	}
	for p := slices.Min(points); s.g.IsPoint(p); p++ { // what comes before has a lower number
		s.blocked[p] = s.blocked[p] || s.stuck(p)
	}
}

// stuck reports whether a clause of a point has no alternative left.
func (s *search) stuck(p kg.Node) bool {
	lost := func(a kg.Alternative) bool { return !s.left(a) }
	for owner := p; owner != kg.None; owner = s.g.Above(owner) {
		if slices.ContainsFunc(s.g.Needs(owner), lost) {
			return true
		}
		for _, c := range s.g.Choices(owner) {
			if !slices.ContainsFunc(c.Alternatives, s.left) {
				return true
			}
		}
	}
	return false
}

// left reports whether an alternative is mastered or can still be learned.
func (s *search) left(a kg.Alternative) bool {
	for _, m := range s.g.Members(a.Node) {
		if s.blocked[m] && !competency.AtLeast(s.at[m].mastery, a.Theta) {
			return false
		}
	}
	return true
}
