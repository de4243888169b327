package plan

import (
	"cmp"
	"slices"

	"github.com/zhitu/zhitu/internal/mastery"
)

// maxDetours is how many other alternatives are tried to find routes.
const maxDetours = 64

// Route is an alternative to a path: it differs from it by a detour at one choice.
type Route struct {
	*Path
	Detour Choice
}

// Routes returns at most so many alternatives to a path of Make with the same states
// and limits, the fastest first. Each is the path where one of its choices is made
// differently. Each spares something of the path, and no two have the same points to
// learn to the same levels. It costs a path for each alternative that was not taken,
// up to 64 of them.
func (p *Path) Routes(states []mastery.State, limits Limits, most int) []Route {
	var routes []Route
	if most <= 0 {
		return routes
	}
	tried := 0
	for _, choice := range p.Pending.Choices() {
		for _, other := range choice.Clause.Alternatives {
			if other == choice.Taken || tried == maxDetours {
				continue
			}
			tried++
			detour := Choice{choice.Point, choice.Clause, other}
			l := limits
			l.Choices = append(slices.Clone(limits.Choices), detour)
			path := makePath(p.Pending.g, states, p.Report, l)
			if !path.Pending.contains(p.Pending) && !slices.ContainsFunc(routes, func(r Route) bool { return r.Pending.equal(path.Pending) }) {
				routes = append(routes, Route{path, detour})
			}
		}
	}
	slices.SortStableFunc(routes, func(a, b Route) int { return cmp.Compare(a.TotalMinutes, b.TotalMinutes) })
	return routes[:min(most, len(routes))]
}

// contains reports whether this set contains another, with at least its needs.
func (p *PendingSet) contains(other *PendingSet) bool {
	for i, point := range other.points {
		if j, ok := p.index(point); !ok || p.details[j].need < other.details[i].need {
			return false
		}
	}
	return true
}

// equal reports whether two sets hold the same points with the same needs.
func (p *PendingSet) equal(other *PendingSet) bool {
	return slices.Equal(p.points, other.points) && slices.EqualFunc(p.details, other.details, func(a, b pendingDetail) bool { return a.need == b.need })
}
