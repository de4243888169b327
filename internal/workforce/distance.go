package workforce

import (
	"cmp"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/plan"
)

// Distance is how far one position is from another.
type Distance struct {
	Minutes    int     // of the path of a person who has finished the path to the first from nothing
	Similarity float64 // weighted Jaccard index of what they require
}

// share is the part of a point in a position: level × weight / Σ weight.
type share struct {
	rank  int32 // of the point's code
	value float64
}

// PositionDistance returns how far it is from one position to another. It is not symmetric.
// It costs two workloads.
func PositionDistance(g *kg.Graph, from, to kg.Position) Distance {
	return Distance{
		Minutes:    plan.NewWorkload(g, finishedPath(g, from), g.Requirements(to), nil, finishedAt).Minutes,
		Similarity: similarity(sharesOf(g, from), sharesOf(g, to)),
	}
}

// finishedAt is when paths are finished, and distances asked for: nothing is forgotten.
var finishedAt = time.Unix(0, 0)

// finishedPath returns what a person masters who has finished the path to a position from
// nothing: of each of its points what was needed.
func finishedPath(g *kg.Graph, position kg.Position) []mastery.State {
	targets := plan.NewWorkload(g, nil, g.Requirements(position), nil, finishedAt).Targets
	states := make([]mastery.State, len(targets))
	for i, t := range targets {
		states[i] = mastery.State{Point: t.Point, Mastery: t.Need, AssessedAt: finishedAt}
	}
	return states
}

func sharesOf(g *kg.Graph, position kg.Position) []share {
	requirements, total := requirementsByCode(g, g.Requirements(position)), totalWeight(g, position)
	shares := make([]share, len(requirements))
	for i, r := range requirements {
		shares[i] = share{g.Rank(r.Point), r.Level * r.Weight / total}
	}
	return shares
}

// similarity returns Σ min / Σ max over the points of either, in the order of codes; 1 where
// there are none.
func similarity(a, b []share) float64 {
	points := slices.Concat(a, b)
	slices.SortFunc(points, func(x, y share) int { return cmp.Or(cmp.Compare(x.rank, y.rank), cmp.Compare(x.value, y.value)) })
	common, all := 0.0, 0.0
	for i, s := range points {
		switch {
		case i+1 < len(points) && points[i+1].rank == s.rank: // the lesser of two
			common += s.value
		default:
			all += s.value
		}
	}
	if all == 0 {
		return 1
	}
	return common / all
}
