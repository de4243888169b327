package analysis

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/plan"
)

// maxRoutes is how many routes are worth comparing.
const maxRoutes = 3

// Routes returns different routes, at most three: first the path itself.
func (p *LearningPath) Routes(ctx context.Context, first int) ([]LearningPath, error) {
	if first < 0 || first > maxRoutes {
		return nil, fault.New(fault.InvalidArgument, "first must be between 0 and %d, not %d", "first 须在 0 与 %d 之间，而不是 %d", maxRoutes, first)
	}
	if first == 0 {
		return []LearningPath{}, nil
	}
	routes := []LearningPath{*p}
	for _, r := range p.path.Routes(p.states, p.limits, first-1) {
		limits := p.limits
		limits.Choices = append(slices.Clone(limits.Choices), r.Detour)
		route := p.newPath(r.Path, p.options, limits)
		route.detour = &Detour{p, route, PathChoice{p.snapshot, r.Detour}}
		routes = append(routes, *route)
	}
	return catalog.ChargeItems(ctx, routes)
}

// Choices returns which of several alternatives the path takes, and where.
func (p *LearningPath) Choices(ctx context.Context) ([]PathChoice, error) {
	choices := []PathChoice{}
	for _, c := range p.path.Pending.Choices() {
		choices = append(choices, PathChoice{p.snapshot, c})
	}
	return catalog.ChargeItems(ctx, choices)
}

// Detour returns what distinguishes a route from the first one, nil for that.
func (p *LearningPath) Detour() *Detour { return p.detour }

// PathChoice is a clause of which a path takes one alternative.
type PathChoice struct {
	snapshot *catalog.Snapshot
	choice   plan.Choice
}

// KnowledgePoint returns the point that needs the clause.
func (c PathChoice) KnowledgePoint() catalog.KnowledgePoint {
	return c.snapshot.Point(c.choice.Point)
}

// Clause returns the name of the clause.
func (c PathChoice) Clause() string { return c.choice.Clause.Name }

// Taken returns what the path takes.
func (c PathChoice) Taken() catalog.Learnable {
	return c.snapshot.Learnable(c.choice.Taken.Node)
}

// Others returns what it could have taken instead, by code.
func (c PathChoice) Others(ctx context.Context) ([]catalog.Learnable, error) {
	others := []catalog.Learnable{}
	for _, a := range c.choice.Clause.Alternatives {
		if a != c.choice.Taken {
			others = append(others, c.snapshot.Learnable(a.Node))
		}
	}
	return catalog.ChargeItems(ctx, others)
}

// Detour is what distinguishes a route from the first one.
type Detour struct {
	from, to *LearningPath
	choice   PathChoice
}

// Choice returns the choice that is made differently.
func (d *Detour) Choice() PathChoice { return d.choice }

// Minutes returns how many minutes longer the route is; less than 0 where it is
// shorter.
func (d *Detour) Minutes() int { return d.to.path.TotalMinutes - d.from.path.TotalMinutes }

// Adds returns the points of its steps that the first one spares, in path order.
func (d *Detour) Adds(ctx context.Context) ([]catalog.KnowledgePoint, error) {
	return catalog.ChargeItems(ctx, d.to.pointsNotIn(d.from))
}

// Spares returns the points of steps of the first one that it does without, in
// path order.
func (d *Detour) Spares(ctx context.Context) ([]catalog.KnowledgePoint, error) {
	return catalog.ChargeItems(ctx, d.from.pointsNotIn(d.to))
}

// pointsNotIn returns the points of steps for which another path has no step.
func (p *LearningPath) pointsNotIn(other *LearningPath) []catalog.KnowledgePoint {
	inOther := map[kg.Node]bool{}
	for _, s := range other.path.Steps {
		inOther[s.Point] = true
	}
	points := []catalog.KnowledgePoint{}
	for _, s := range p.path.Steps {
		if !inOther[s.Point] {
			points = append(points, p.snapshot.Point(s.Point))
		}
	}
	return points
}
