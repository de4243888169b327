package service

import (
	"context"
	"slices"

	"github.com/zhitu/zhitu/internal/plan"
)

// maxRoutes is how many ways are worth comparing.
const maxRoutes = 3

// Routes returns different ways, at most three: first the path itself.
func (p *LearningPath) Routes(ctx context.Context, first int) ([]LearningPath, error) {
	if first < 0 || first > maxRoutes {
		return nil, invalidArgument("first must be between 0 and %d, not %d", "first 须在 0 与 %d 之间，而不是 %d", maxRoutes, first)
	}
	if first == 0 {
		return []LearningPath{}, nil
	}
	ways := []LearningPath{*p}
	for _, r := range p.path.Routes(p.states, p.limits, first-1) {
		limits := p.limits
		limits.Choices = append(slices.Clone(limits.Choices), r.Detour)
		way := p.along(r.Path, p.options, limits)
		way.detour = &Detour{p, way, PathChoice{p.e, r.Detour}}
		ways = append(ways, *way)
	}
	return listed(ctx, ways)
}

// Choices returns which of several alternatives the path takes, and where.
func (p *LearningPath) Choices(ctx context.Context) ([]PathChoice, error) {
	choices := []PathChoice{}
	for _, c := range p.path.Pending.Choices() {
		choices = append(choices, PathChoice{p.e, c})
	}
	return listed(ctx, choices)
}

// Detour returns what distinguishes a route from the first one, nil for that.
func (p *LearningPath) Detour() *Detour { return p.detour }

// PathChoice is a clause of which a path takes one alternative.
type PathChoice struct {
	e      *edition
	choice plan.Choice
}

// KnowledgePoint returns the point that needs the clause.
func (c PathChoice) KnowledgePoint() KnowledgePoint { return KnowledgePoint{c.e, c.choice.Point} }

// Clause returns the name of the clause.
func (c PathChoice) Clause() string { return c.choice.Clause.Name }

// Taken returns what the path takes.
func (c PathChoice) Taken() Learnable { return c.e.view(c.choice.Taken.Node) }

// Others returns what it could have taken instead, by code.
func (c PathChoice) Others(ctx context.Context) ([]Learnable, error) {
	others := []Learnable{}
	for _, a := range c.choice.Clause.Alternatives {
		if a != c.choice.Taken {
			others = append(others, c.e.view(a.Node))
		}
	}
	return listed(ctx, others)
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
func (d *Detour) Adds(ctx context.Context) ([]KnowledgePoint, error) {
	return listed(ctx, d.to.beside(d.from))
}

// Spares returns the points of steps of the first one that it does without, in
// path order.
func (d *Detour) Spares(ctx context.Context) ([]KnowledgePoint, error) {
	return listed(ctx, d.from.beside(d.to))
}

// beside returns the points of steps that another path has none for.
func (p *LearningPath) beside(other *LearningPath) []KnowledgePoint {
	there := map[KnowledgePoint]bool{}
	for _, s := range other.path.Steps {
		there[KnowledgePoint{p.e, s.Point}] = true
	}
	points := []KnowledgePoint{}
	for _, s := range p.path.Steps {
		if k := (KnowledgePoint{p.e, s.Point}); !there[k] {
			points = append(points, k)
		}
	}
	return points
}
