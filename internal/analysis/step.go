package analysis

import (
	"context"
	"strings"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/plan"
)

// LearningStep is one step of a path.
type LearningStep struct {
	path *LearningPath
	step plan.Step
}

// Order returns the place in the path, from 1.
func (l LearningStep) Order() int { return l.step.Order }

// Kind says what the step is for.
func (l LearningStep) Kind() plan.Kind { return l.step.Kind }

// KnowledgePoint returns what it is about.
func (l LearningStep) KnowledgePoint() catalog.KnowledgePoint {
	return l.path.snapshot.Point(l.step.Point)
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
func (l LearningStep) Resource() *catalog.Resource {
	if l.step.Resource < 0 {
		return nil
	}
	return new(l.path.snapshot.Resource(l.step.Resource))
}

// WaitsFor returns the pending points of what the step chose, by code.
func (l LearningStep) WaitsFor(ctx context.Context) ([]catalog.KnowledgePoint, error) {
	if l.step.Pending < 0 {
		return []catalog.KnowledgePoint{}, nil
	}
	return catalog.ChargeItems(ctx, l.path.snapshot.Points(l.path.path.Pending.WaitsFor(l.step.Pending)))
}

// Unlocks returns how many pending points rest on the step.
func (l LearningStep) Unlocks() int {
	if l.step.Pending < 0 {
		return 0
	}
	return l.path.unlocks()[l.step.Pending]
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
	Chain   []catalog.KnowledgePoint
}

// Reasons returns why the step is in the path, in the request's language.
func (l LearningStep) Reasons(ctx context.Context) ([]Reason, error) {
	lang := catalog.Lang(ctx)
	position := l.path.Position().NameIn(lang)
	chain := []kg.Node{l.step.Point}
	if l.step.Pending >= 0 {
		chain = l.path.path.Chain(l.path.chains(), l.step.Pending)
	}
	points, err := catalog.ChargeItems(ctx, l.path.snapshot.Points(chain))
	if err != nil {
		return nil, err
	}
	reason := Reason{Kind: ReasonPrerequisite, Chain: points}
	required := l.path.path.Report.RequirementOn(chain[0])
	switch {
	case l.step.Kind == plan.Review:
		reason.Kind = ReasonDecayed
		reason.Message = fault.T("%s requires %s; it was mastered at %s and has faded to %s", "%s要求 %s；曾掌握到 %s，现已衰减到 %s",
			position, competency.FormatPercent(l.step.Target), competency.FormatPercent(required.Mastery), competency.FormatPercent(required.Current)).In(lang)
	case len(chain) == 1:
		reason.Kind = ReasonRequired
		reason.Message = fault.T("%s requires %s; %s", "%s要求 %s；%s", position, competency.FormatPercent(required.Level), currentText(required)).In(lang)
	default:
		names := make([]string, len(chain))
		for i, point := range points { // in the order of learning
			names[len(chain)-1-i] = point.NameIn(lang)
		}
		reason.Message = fault.T("comes before what %s requires: %s", "是%s所要求内容的先导：%s", position, strings.Join(names, " → ")).In(lang)
	}
	return []Reason{reason}, nil
}

func currentText(g gap.Gap) fault.Text {
	if g.Status == gap.Unassessed {
		return fault.T("there is no evidence yet", "尚无评估")
	}
	return fault.T("it is at %s", "当前为 %s", competency.FormatPercent(g.Current))
}
