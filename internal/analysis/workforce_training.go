package analysis

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/workforce"
)

// TrainingPool says who may be trained.
type TrainingPool string

// The pools.
const (
	PoolIncumbents TrainingPool = "INCUMBENTS"
	PoolAll        TrainingPool = "ALL"
)

// maxHolders bounds what a training set is asked for.
const maxHolders = 100

// TrainingSet is the least training after which a group has enough holders.
type TrainingSet struct {
	*groupAnswer
	set      *workforce.TrainingSet
	Position catalog.Position
	plans    []TrainingPlan
}

// TrainingPlan is what one person is trained in.
type TrainingPlan struct {
	Employee people.Employee
	snapshot *catalog.Snapshot
	plan     workforce.TrainingPlan
}

// Goals returns what the person comes to hold, by code.
func (p TrainingPlan) Goals(ctx context.Context) ([]catalog.KnowledgePoint, error) {
	return catalog.ChargeItems(ctx, p.snapshot.Points(p.plan.Goals))
}

// Minutes returns the minutes of the path.
func (p TrainingPlan) Minutes() int { return p.plan.Minutes }

// MissingHolders is how many holders a point is short of.
type MissingHolders struct {
	KnowledgePoint catalog.KnowledgePoint
	Count          int
}

// TrainingSet finds the least training after which a group has enough holders of every critical
// point of a position. It is LIMIT_EXCEEDED where the group is too large for two seconds.
func (a *Analysis) TrainingSet(ctx context.Context, position string, r *WorkforceGroup, holders int, pool TrainingPool, maxMinutes *int, at *time.Time) (*TrainingSet, error) {
	if holders < 1 || holders > maxHolders {
		return nil, fault.New(fault.InvalidArgument, "holders must be from 1 to %d, not %d", "holders 须在 1 与 %d 之间，而不是 %d", maxHolders, holders)
	}
	if maxMinutes != nil && *maxMinutes < 0 {
		return nil, fault.New(fault.InvalidArgument, "maxMinutes must be at least 0, not %d", "maxMinutes 不得小于 0，而不是 %d", *maxMinutes)
	}
	t := &TrainingSet{}
	var learners []workforce.Learner
	var present []workforce.Set
	var err error
	t.groupAnswer, err = a.askMembers(ctx, r, at, func(answer *groupAnswer, v *workforce.View) error {
		p, err := answer.snapshot.FindPosition(position)
		if err != nil {
			return err
		}
		t.Position = *p
		members := answer.group.Members
		trainees := members
		if pool != PoolAll {
			trainees = members.And(v.Incumbents(p.Index()))
		}
		if n := trainees.Len(); n > maxTrainees {
			return tooMany(n, maxTrainees)
		}
		learners, present = v.TrainingPool(answer.group.Group, p.Index(), pool == PoolAll)
		return nil
	})
	if err != nil {
		return nil, err
	}
	budget := newComputeBudget()
	defer budget.release()
	t.set, err = workforce.NewTrainingSet(ctx, t.snapshot.Graph(), t.Position.Index(), learners, present, t.at, workforce.TrainingOptions{
		Holders: holders, MaxMinutes: maxMinutes,
		Done: func(done int) error { // what comes after all are looked at has a bound of its own
			if done > fewTrainees && done < len(learners) && budget.spent() {
				return tooMany(len(learners), max(fewTrainees, done*9/10))
			}
			return nil
		},
	})
	switch {
	case ctx.Err() != nil:
		return nil, catalog.StoreFault(ctx.Err())
	case err != nil:
		return nil, err
	}
	return t, t.addPlans(ctx, learners)
}

// For how many people, at most, a training set is found; and for how many as long as the request
// may take.
const (
	maxTrainees = 5000
	fewTrainees = 100
)

// tooMany says that a group is too large, and which size would do.
func tooMany(people, most int) error {
	return fault.New(fault.LimitExceeded, "%d people take too long to compute: ask for a group of at most %d", "%d 人的计算耗时过长：请将人群缩小到 %d 人以内", people, max(1, most))
}

func (t *TrainingSet) addPlans(ctx context.Context, learners []workforce.Learner) error {
	codes := codesOf(learners)
	list := make([]string, len(t.set.Plans))
	for i, p := range t.set.Plans {
		list[i] = codes[p.Person]
	}
	found, err := t.membersByCode(ctx, list)
	if err != nil {
		return err
	}
	for _, p := range t.set.Plans {
		if e, ok := found[codes[p.Person]]; ok {
			t.plans = append(t.plans, TrainingPlan{e, t.snapshot, p})
		}
	}
	people.NoteMembers(ctx, employeesOf(t.plans, func(p TrainingPlan) people.Employee { return p.Employee }), "trainingSet")
	return nil
}

// codesOf returns the codes of people whose numbers are of a view that has ended.
func codesOf(learners []workforce.Learner) map[workforce.Person]string {
	codes := make(map[workforce.Person]string, len(learners))
	for _, l := range learners {
		codes[l.Person] = l.Employee.Code
	}
	return codes
}

// Plans returns who learns what, by code.
func (t *TrainingSet) Plans(ctx context.Context) ([]TrainingPlan, error) {
	return catalog.ChargeItems(ctx, append([]TrainingPlan{}, t.plans...))
}

// Minutes returns the minutes of all plans.
func (t *TrainingSet) Minutes() int { return t.set.Minutes }

// Bound returns how many minutes no such training can do without.
func (t *TrainingSet) Bound() *int { return t.set.Bound }

// Feasible reports whether every critical point then has the holders that were asked for.
func (t *TrainingSet) Feasible() bool { return t.set.Feasible }

// Missing returns which points then lack how many holders, by code.
func (t *TrainingSet) Missing(ctx context.Context) ([]MissingHolders, error) {
	list := make([]MissingHolders, len(t.set.Missing))
	for i, m := range t.set.Missing {
		list[i] = MissingHolders{t.snapshot.Point(m.Point), m.Count}
	}
	return catalog.ChargeItems(ctx, list)
}
