package service

import (
	"cmp"
	"context"
	"strings"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
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

func (o *PathOptions) check() error {
	if o.BudgetMinutes != nil && *o.BudgetMinutes < 0 {
		return invalidArgument("budgetMinutes must be at least 0, not %d", "budgetMinutes 不得小于 0，而不是 %d", *o.BudgetMinutes)
	}
	if o.Objective != "" && o.Objective != plan.Coverage && o.Objective != plan.Critical {
		return invalidArgument("objective must be %s or %s, not %q", "objective 必须是 %s 或 %s，而不是 %q", plan.Coverage, plan.Critical, o.Objective)
	}
	return nil
}

func (o *PathOptions) limits(modalities []competency.Modality, exclude []kg.Node) plan.Limits {
	return plan.Limits{
		BudgetMinutes: o.BudgetMinutes, Objective: o.Objective, Modalities: modalities, Locale: value(o.Locale), Exclude: exclude,
	}
}

// or returns the options with those of another question for what they leave out.
func (o PathOptions) or(other PathOptions) PathOptions {
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
	*question
	path    *plan.Path
	options PathOptions
	limits  plan.Limits
	detour  *Detour
	unlocks func() []int
	chains  func() []int32
}

// LearningPath makes the path of a person towards a position.
func (s *Service) LearningPath(ctx context.Context, employee, position string, options *PathOptions) (*LearningPath, error) {
	return s.reading(employee).path(ctx, position, options)
}

func (read reading) path(ctx context.Context, position string, options *PathOptions) (*LearningPath, error) {
	if options == nil {
		options = &PathOptions{}
	}
	if err := options.check(); err != nil {
		return nil, err
	}
	who, err := read(ctx)
	if err != nil {
		return nil, err
	}
	q, err := who.about(position, options.At, options.AssumeMastered)
	if err != nil {
		return nil, err
	}
	return q.way(*options, nil)
}

// way makes the path that a question asks for.
func (q *question) way(options PathOptions, choices []plan.Choice) (*LearningPath, error) {
	exclude, err := q.e.named("exclude", options.Exclude)
	if err != nil {
		return nil, err
	}
	limits := options.limits(q.profile.Employee.Modalities, exclude)
	limits.Choices = choices
	return q.along(plan.Make(q.e.graph, q.states, q.goal, limits, q.at), options, limits), nil
}

func (q *question) along(path *plan.Path, options PathOptions, limits plan.Limits) *LearningPath {
	return &LearningPath{
		question: q, path: path, options: options, limits: limits,
		unlocks: sync.OnceValue(path.Pending.Unlocks), chains: sync.OnceValue(path.Pending.Chains),
	}
}

// WhatIf makes the path of the same person, from the same states at the same
// moment, towards another position or with other options. What is not given stays
// as it was asked for. Nothing is written.
func (p *LearningPath) WhatIf(position *string, options *PathOptions) (*LearningPath, error) {
	if options == nil {
		options = &PathOptions{}
	}
	if err := options.check(); err != nil {
		return nil, err
	}
	all := options.or(p.options)
	if position == nil {
		position = new(p.Position().Code())
	}
	q, err := p.about(*position, all.At, all.AssumeMastered)
	if err != nil {
		return nil, err
	}
	return q.way(all, p.limits.Choices)
}

// NextSteps returns the first steps of the path that wait for nothing.
func (s *Service) NextSteps(ctx context.Context, employee, position string, first int, options *PathOptions) ([]LearningStep, error) {
	return s.reading(employee).nextSteps(ctx, position, first, options)
}

func (read reading) nextSteps(ctx context.Context, position string, first int, options *PathOptions) ([]LearningStep, error) {
	if err := checkFirst(first); err != nil {
		return nil, err
	}
	p, err := read.path(ctx, position, options)
	if err != nil {
		return nil, err
	}
	return p.views(p.path.Next(first)), nil
}

// Steps returns the steps in their order, at most so many.
func (p *LearningPath) Steps(ctx context.Context, first *int) ([]LearningStep, error) {
	steps := p.path.Steps
	if first != nil {
		if *first < 0 {
			return nil, invalidArgument("first must be at least 0, not %d", "first 不得小于 0，而不是 %d", *first)
		}
		steps = steps[:min(*first, len(steps))]
	}
	return listed(ctx, p.views(steps))
}

func (p *LearningPath) views(steps []plan.Step) []LearningStep {
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
		gaps[i] = RequirementGap{p.e, g}
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
		return nil, invalidArgument("atMinutes must be at least 0, not %d", "atMinutes 不得小于 0，而不是 %d", minutes)
	}
	q, whole := p.path.Quality(minutes, func() bool { return ctx.Err() != nil })
	if !whole {
		return nil, unavailable(ctx.Err())
	}
	return &q, nil
}

// LearningStep is one step of a path.
type LearningStep struct {
	p    *LearningPath
	step plan.Step
}

// Order returns the place in the path, from 1.
func (l LearningStep) Order() int { return l.step.Order }

// Kind says what the step is for.
func (l LearningStep) Kind() plan.Kind { return l.step.Kind }

// KnowledgePoint returns what it is about.
func (l LearningStep) KnowledgePoint() KnowledgePoint {
	return KnowledgePoint{l.p.e, l.step.Point}
}

// Minutes returns how long it takes.
func (l LearningStep) Minutes() int { return l.step.Minutes }

// CumulativeMinutes returns the minutes when it is done.
func (l LearningStep) CumulativeMinutes() int { return l.step.Cumulative }

// Target returns the mastery to reach.
func (l LearningStep) Target() float64 { return l.step.Target }

// Mastery returns the mastery so far, nil where there is no evidence.
func (l LearningStep) Mastery() *float64 {
	if l.step.Assessed {
		return &l.step.Mastery
	}
	return nil
}

// Resource returns what to learn from, if there is anything.
func (l LearningStep) Resource() *Resource {
	if l.step.Resource < 0 {
		return nil
	}
	return &Resource{l.p.e, l.step.Resource}
}

// WaitsFor returns the pending points of what the step chose, by code.
func (l LearningStep) WaitsFor(ctx context.Context) ([]KnowledgePoint, error) {
	if l.step.Pending < 0 {
		return []KnowledgePoint{}, nil
	}
	return listed(ctx, l.p.e.points(l.p.path.Pending.WaitsFor(l.step.Pending)))
}

// Unlocks returns how many pending points rest on the step.
func (l LearningStep) Unlocks() int {
	if l.step.Pending < 0 {
		return 0
	}
	return l.p.unlocks()[l.step.Pending]
}

// ReasonKind says which sort of reason a step has.
type ReasonKind string

// The kinds of reason.
const (
	ReasonRequired     ReasonKind = "REQUIRED"
	ReasonPrerequisite ReasonKind = "PREREQUISITE"
	ReasonDecayed      ReasonKind = "DECAYED"
)

// Reason says why a step is in the path. Chain leads from an unmet requirement
// to the step's point.
type Reason struct {
	Kind    ReasonKind
	Message string
	Chain   []KnowledgePoint
}

// Reasons returns why the step is in the path, in the request's language.
func (l LearningStep) Reasons(ctx context.Context) ([]Reason, error) {
	lang := Lang(ctx)
	position := l.p.Position().NameIn(lang)
	chain := []kg.Node{l.step.Point}
	if l.step.Pending >= 0 {
		chain = l.p.path.Chain(l.p.chains(), l.step.Pending)
	}
	points, err := listed(ctx, l.p.e.points(chain))
	if err != nil {
		return nil, err
	}
	reason := Reason{Kind: ReasonPrerequisite, Chain: points}
	required := l.p.path.Report.Of(chain[0])
	switch {
	case l.step.Kind == plan.Review:
		reason.Kind = ReasonDecayed
		reason.Message = fault.T("%s requires %s; it was mastered at %s and has faded to %s", "%s要求%s；曾掌握到 %s，现已衰减到 %s",
			position, competency.Percent(l.step.Target), competency.Percent(required.Mastery), competency.Percent(required.Current)).In(lang)
	case len(chain) == 1:
		reason.Kind = ReasonRequired
		reason.Message = fault.T("%s requires %s; %s", "%s要求%s；%s", position, competency.Percent(required.Level), standing(required)).In(lang)
	default:
		names := make([]string, len(chain))
		for i, point := range points { // in the order of learning
			names[len(chain)-1-i] = point.NameIn(lang)
		}
		reason.Message = fault.T("comes before what %s requires: %s", "是%s所要求内容的先导：%s", position, strings.Join(names, " → ")).In(lang)
	}
	return []Reason{reason}, nil
}

func standing(g gap.Gap) fault.Text {
	if g.Status == gap.Unassessed {
		return fault.T("there is no evidence yet", "尚无评估")
	}
	return fault.T("it is at %s", "当前为 %s", competency.Percent(g.Current))
}
