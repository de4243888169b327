package plan

import (
	"cmp"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// mostDetours is how many other alternatives are tried for the sake of routes.
const mostDetours = 64

// Route is a way to a position: a path, and where it leaves the first route. The
// first one leaves nothing.
type Route struct {
	*Path
	Detour *Choice
}

// Routes returns at most so many ways of somebody with these states towards a
// position: first the path that Make returns, then those that the same rules give
// when one of its choices is made differently, the fastest first. Each of them spares
// something of the first, and no two have the same points to learn to the same
// levels. It costs a path for each alternative
// that was not taken, up to 64 of them.
func Routes(g *kg.Graph, states []mastery.State, goal kg.Position, limits Limits, now time.Time, most int) []Route {
	routes := []Route{{Path: Make(g, states, goal, limits, now)}}
	for _, choice := range routes[0].Pending.Choices() {
		for _, other := range choice.Clause.Alternatives {
			if other == choice.Taken || len(routes) > mostDetours {
				continue
			}
			detour := Choice{choice.Point, choice.Clause, other}
			l := limits
			l.Choices = append(slices.Clone(limits.Choices), detour)
			path := Make(g, states, goal, l, now)
			if !path.Pending.holds(routes[0].Pending) && !slices.ContainsFunc(routes, func(r Route) bool { return r.Pending.same(path.Pending) }) {
				routes = append(routes, Route{path, &detour})
			}
		}
	}
	slices.SortStableFunc(routes[1:], func(a, b Route) int { return cmp.Compare(a.TotalMinutes, b.TotalMinutes) })
	return routes[:min(most, len(routes))]
}

// holds reports whether all of another set is in this one.
func (p *Pending) holds(other *Pending) bool {
	for i, point := range other.points {
		if j, ok := p.index(point); !ok || p.need[j] < other.need[i] {
			return false
		}
	}
	return true
}

// same reports whether two sets hold the same points with the same needs.
func (p *Pending) same(other *Pending) bool {
	return slices.Equal(p.points, other.points) && slices.Equal(p.need, other.need)
}
