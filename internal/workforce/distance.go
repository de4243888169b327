package workforce

import (
	"cmp"
	"slices"
	"sync"
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

// Distances tells how far the positions of a graph are from each other. It keeps what the
// path to each position gives, once asked for. It is safe for concurrent use.
type Distances struct {
	g        *kg.Graph
	finished []func() []mastery.State // position → what its path gives
	shares   []func() []share         // position → what it requires
}

// share is the part of a point in a position: level × weight / Σ weight.
type share struct {
	rank  int32 // of the point's code
	value float64
}

// NewDistances prepares the distances of a graph. It costs O(positions).
func NewDistances(g *kg.Graph) *Distances {
	d := &Distances{g: g}
	for i := range g.Catalog().Positions {
		p := kg.Position(i)
		d.finished = append(d.finished, sync.OnceValue(func() []mastery.State { return finishedPath(g, p) }))
		d.shares = append(d.shares, sync.OnceValue(func() []share { return sharesOf(g, p) }))
	}
	return d
}

// Between returns how far it is from one position to another. It is not symmetric. It costs
// one workload.
func (d *Distances) Between(from, to kg.Position) Distance {
	return distance(d.g, d.finished[from](), d.shares[from](), d.shares[to](), to)
}

// PositionDistance returns how far it is from one position to another. It is not symmetric.
// It costs two workloads; for many pairs of positions use Distances.
func PositionDistance(g *kg.Graph, from, to kg.Position) Distance {
	return distance(g, finishedPath(g, from), sharesOf(g, from), sharesOf(g, to), to)
}

func distance(g *kg.Graph, finished []mastery.State, from, to []share, position kg.Position) Distance {
	return Distance{
		Minutes:    plan.NewWorkload(g, finished, g.Requirements(position), nil, finishedAt).Minutes,
		Similarity: similarity(from, to),
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
