package plan

import (
	"cmp"
	"slices"

	"github.com/zhitu/zhitu/internal/mastery"
)

// mostDetours is how many other alternatives are tried for the sake of routes.
const mostDetours = 64

// Route is another way to a position than a path: it leaves that at a choice.
type Route struct {
	*Path
	Detour Choice
}

// Routes returns at most so many other ways to the position than a path that Make
// has returned for the same states and limits: those that the same rules give
// when one of its choices is made differently, the fastest first. Each of them
// spares something of the path, and no two have the same points to learn to the
// same levels. It costs a path for each alternative that was not taken, up to 64
// of them.
func (p *Path) Routes(states []mastery.State, limits Limits, most int) []Route {
	var routes []Route
	if most <= 0 {
		return routes
	}
	tried := 0
	for _, choice := range p.Pending.Choices() {
		for _, other := range choice.Clause.Alternatives {
			if other == choice.Taken || tried == mostDetours {
				continue
			}
			tried++
			detour := Choice{choice.Point, choice.Clause, other}
			l := limits
			l.Choices = append(slices.Clone(limits.Choices), detour)
			path := along(p.Pending.g, states, p.Report, l)
			if !path.Pending.holds(p.Pending) && !slices.ContainsFunc(routes, func(r Route) bool { return r.Pending.same(path.Pending) }) {
				routes = append(routes, Route{path, detour})
			}
		}
	}
	slices.SortStableFunc(routes, func(a, b Route) int { return cmp.Compare(a.TotalMinutes, b.TotalMinutes) })
	return routes[:min(most, len(routes))]
}

// holds reports whether all of another set is in this one.
func (p *Pending) holds(other *Pending) bool {
	for i, point := range other.points {
		if j, ok := p.index(point); !ok || p.wants[j].need < other.wants[i].need {
			return false
		}
	}
	return true
}

// same reports whether two sets hold the same points with the same needs.
func (p *Pending) same(other *Pending) bool {
	return slices.Equal(p.points, other.points) && slices.EqualFunc(p.wants, other.wants, func(a, b want) bool { return a.need == b.need })
}
