package analysis

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/plan"
)

// PathOptions bounds and personalises a path.
type PathOptions struct {
	At             *time.Time
	BudgetMinutes  *int
	Objective      plan.Objective // zero means plan.Coverage
	AssumeMastered []string
	Exclude        []string
	Locale         *string
}

// resolve returns the options, empty ones where none are given, or refuses them.
func (o *PathOptions) resolve() (PathOptions, error) {
	if o == nil {
		return PathOptions{}, nil
	}
	if o.BudgetMinutes != nil && *o.BudgetMinutes < 0 {
		return *o, fault.New(fault.InvalidArgument, "budgetMinutes must be at least 0, not %d", "budgetMinutes 不得小于 0，而不是 %d", *o.BudgetMinutes)
	}
	if o.Objective != "" && o.Objective != plan.Coverage && o.Objective != plan.Critical {
		return *o, fault.New(fault.InvalidArgument, "objective must be %s or %s, not %q", "objective 必须是 %s 或 %s，而不是 %q", plan.Coverage, plan.Critical, o.Objective)
	}
	return *o, nil
}

func (o PathOptions) limits(modalities []competency.Modality, exclude []kg.Node) plan.Limits {
	return plan.Limits{
		BudgetMinutes: o.BudgetMinutes, Objective: o.Objective, Modalities: modalities, Locale: optional.Value(o.Locale), Exclude: exclude,
	}
}

// fallBackTo returns the options, completed by those of another question.
func (o PathOptions) fallBackTo(other PathOptions) PathOptions {
	o.Objective = cmp.Or(o.Objective, other.Objective)
	o.At, o.BudgetMinutes, o.Locale = cmp.Or(o.At, other.At), cmp.Or(o.BudgetMinutes, other.BudgetMinutes), cmp.Or(o.Locale, other.Locale)
	if o.AssumeMastered == nil {
		o.AssumeMastered = other.AssumeMastered
	}
	if o.Exclude == nil {
		o.Exclude = other.Exclude
	}
	return o
}

// LearningPath is the ordered way from a person to a position.
type LearningPath struct {
	*query
	path    *plan.Path
	options PathOptions
	limits  plan.Limits
	detour  *Detour
	unlocks func() []int
	chains  func() []int32
}

// LearningPath makes the path of a person towards a position.
func (a *Analysis) LearningPath(ctx context.Context, employee, position string, options *PathOptions) (*LearningPath, error) {
	o, err := options.resolve()
	if err != nil {
		return nil, err
	}
	profile, err := a.people.LoadProfile(ctx, access.Learner, employee)
	if err != nil {
		return nil, err
	}
	return a.makePath(profile, position, a.timeOf(o.At), o, nil)
}

// makePath makes the path of a person who has been read.
func (a *Analysis) makePath(profile *people.Profile, position string, at time.Time, options PathOptions, choices []plan.Choice) (*LearningPath, error) {
	q, err := a.newQuery(profile, position, at, options.AssumeMastered)
	if err != nil {
		return nil, err
	}
	exclude, err := q.snapshot.ResolvePoints("exclude", options.Exclude)
	if err != nil {
		return nil, err
	}
	limits := options.limits(profile.Modalities(), exclude)
	limits.Choices = choices
	return q.newPath(plan.Make(q.snapshot.Graph(), q.states, q.position, limits, q.at), options, limits), nil
}

func (q *query) newPath(path *plan.Path, options PathOptions, limits plan.Limits) *LearningPath {
	return &LearningPath{
		query: q, path: path, options: options, limits: limits,
		unlocks: sync.OnceValue(path.Pending.Unlocks), chains: sync.OnceValue(path.Pending.Chains),
	}
}

// WhatIf makes the path of the same person, from the same states at the same
// moment, towards another position or with other options. What is not given stays
// as it was asked for. Nothing is written.
func (p *LearningPath) WhatIf(position *string, options *PathOptions) (*LearningPath, error) {
	given, err := options.resolve()
	if err != nil {
		return nil, err
	}
	all := given.fallBackTo(p.options)
	at := p.at
	if all.At != nil {
		at = *all.At
	}
	if position == nil {
		position = new(p.Position().Code())
	}
	return p.analysis.makePath(p.profile, *position, at, all, p.limits.Choices)
}

// NextSteps returns the first steps of the path that wait for nothing.
func (a *Analysis) NextSteps(ctx context.Context, employee, position string, first int, options *PathOptions) ([]LearningStep, error) {
	return nextSteps(first, func() (*LearningPath, error) { return a.LearningPath(ctx, employee, position, options) })
}

// NextStepsAfter returns the first steps that wait for nothing, of a person of whom
// something new is known.
func (a *Analysis) NextStepsAfter(ctx context.Context, u people.LearnerUpdate, position string, first int, options *PathOptions) ([]LearningStep, error) {
	return nextSteps(first, func() (*LearningPath, error) {
		o, err := options.resolve()
		if err != nil {
			return nil, err
		}
		profile, err := u.Profile(ctx)
		if err != nil {
			return nil, err
		}
		return a.makePath(profile, position, a.timeOf(o.At), o, nil)
	})
}

func nextSteps(first int, makePath func() (*LearningPath, error)) ([]LearningStep, error) {
	if err := page.CheckSize(first); err != nil {
		return nil, err
	}
	p, err := makePath()
	if err != nil {
		return nil, err
	}
	return p.stepViews(p.path.Next(first)), nil
}

// Steps returns the steps in their order, at most so many.
func (p *LearningPath) Steps(ctx context.Context, first *int) ([]LearningStep, error) {
	steps := p.path.Steps
	if first != nil {
		if *first < 0 {
			return nil, fault.New(fault.InvalidArgument, "first must be at least 0, not %d", "first 不得小于 0，而不是 %d", *first)
		}
		steps = steps[:min(*first, len(steps))]
	}
	return catalog.ChargeItems(ctx, p.stepViews(steps))
}

func (p *LearningPath) stepViews(steps []plan.Step) []LearningStep {
	views := make([]LearningStep, len(steps))
	for i, s := range steps {
		views[i] = LearningStep{p, s}
	}
	return views
}

// TotalMinutes returns the minutes of all steps.
func (p *LearningPath) TotalMinutes() int { return p.path.TotalMinutes }

// WithinBudget reports that nothing was left out.
func (p *LearningPath) WithinBudget() bool { return p.path.WithinBudget }

// Unreached returns the unmet requirements that no step reaches.
func (p *LearningPath) Unreached() []RequirementGap {
	gaps := make([]RequirementGap, len(p.path.Unreached))
	for i, g := range p.path.Unreached {
		gaps[i] = RequirementGap{p.snapshot, g}
	}
	return gaps
}

// Quality compares the path with what no path can be better than; coverage after so
// many minutes, the budget or else all minutes where none are given.
func (p *LearningPath) Quality(ctx context.Context, atMinutes *int) (*plan.Quality, error) {
	minutes := p.path.TotalMinutes
	if p.options.BudgetMinutes != nil {
		minutes = *p.options.BudgetMinutes
	}
	if atMinutes != nil {
		minutes = *atMinutes
	}
	if minutes < 0 {
		return nil, fault.New(fault.InvalidArgument, "atMinutes must be at least 0, not %d", "atMinutes 不得小于 0，而不是 %d", minutes)
	}
	q, whole := p.path.Quality(minutes, func() bool { return ctx.Err() != nil })
	if !whole {
		return nil, catalog.StoreFault(ctx.Err())
	}
	return &q, nil
}
