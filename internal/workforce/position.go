package workforce

import (
	"cmp"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// PositionsFor returns how a person with these states stands to every position that
// requires a point, in the order of a Shortlist, ties by code. It costs a gap analysis and
// a workload for each.
func PositionsFor(g *kg.Graph, e *competency.Employee, states []mastery.State, at time.Time) []Readiness {
	var list []Readiness
	for i := range g.Catalog().Positions {
		if p := kg.Position(i); len(g.Requirements(p)) > 0 {
			list = append(list, ReadinessFor(g, e, states, p, at))
		}
	}
	slices.SortFunc(list, func(a, b Readiness) int { return cmp.Or(a.compare(&b), cmp.Compare(a.Position, b.Position)) })
	return list
}

// ReadinessFor returns how a person with these states stands to a position. It costs a gap
// analysis and a workload.
func ReadinessFor(g *kg.Graph, e *competency.Employee, states []mastery.State, position kg.Position, at time.Time) Readiness {
	return newReadiness(g, position, e, states, standingOf(g, gap.Analyze(g, states, position, at)), at)
}

// standingOf returns the standing that a report tells.
func standingOf(g *kg.Graph, r *gap.Report) Standing {
	s := Standing{Coverage: r.Coverage}
	gaps := slices.SortedFunc(slices.Values(r.Gaps), func(a, b gap.Gap) int { return cmp.Compare(g.Rank(a.Point), g.Rank(b.Point)) })
	total, unassessed := 0.0, 0.0
	for i := range gaps {
		total += gaps[i].Weight
		if gaps[i].Status == gap.Unassessed {
			unassessed += gaps[i].Weight
		}
		if gaps[i].Status != gap.Met {
			s.Unmet++
			if gaps[i].Critical {
				s.CriticalUnmet++
			}
		}
	}
	if total > 0 {
		s.Unassessed = unassessed / total
	}
	return s
}
