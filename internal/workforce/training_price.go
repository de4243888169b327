package workforce

import (
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/plan"
)

// lookAt finds the minutes and the prices of the goals of a person. The price of a goal is
// what is unavoidable for it, where the minutes of each point are divided equally among the
// goals for which it is. Bearers is zero, by point.
func (t *team) lookAt(p *trainee, bearers []int) error {
	unavoidable := make([][]work, len(t.goals))
	for k := range p.open.all() {
		if err := t.ctx.Err(); err != nil {
			return err
		}
		w := t.single(p, k)
		p.minutes[k] = w.Minutes
		if w.Choices > 0 {
			p.choosy.add(k)
		}
		unavoidable[k] = t.unavoidable(p, k, w)
		for _, step := range unavoidable[k] {
			bearers[step.point]++
		}
	}
	for k := range p.open.all() {
		for _, step := range unavoidable[k] {
			p.prices[k] += float64(step.minutes) / float64(bearers[step.point])
		}
	}
	for _, steps := range unavoidable {
		for _, step := range steps {
			bearers[step.point] = 0
		}
	}
	return nil
}

// unavoidable returns steps that are on every path on which a person comes to hold a goal,
// with the least minutes that they can have, given the workload towards that goal alone.
func (t *team) unavoidable(p *trainee, k int, w plan.Workload) []work {
	switch {
	case len(w.Targets) == 0:
		return []work{{t.goals[k].Point, int32(t.leastRefresh(p, k, w.Minutes))}}
	case w.Choices == 0:
		return stepsOf(w.Targets)
	}
	return stepsOf(plan.Unavoidable(t.g, p.learner.States, t.goals[k:k+1], p.learner.Employee.Modalities))
}

// leastRefresh returns the least minutes by which a person comes to meet a goal that is
// DECAYED: those of a review, or of learning the point up to what something else asks of it.
func (t *team) leastRefresh(p *trainee, k, review int) int {
	point, least := t.goals[k].Point, review
	for n := point; n != kg.None; n = t.g.Parent(n) {
		for _, i := range t.g.Out(n) {
			edge := &t.g.Catalog().Prerequisites[i]
			if edge.Strength == competency.Soft {
				continue
			}
			asked := kg.Requirement{Point: point, Level: competency.DefaultPrerequisiteLevel}
			if edge.Level != nil {
				asked.Level = *edge.Level
			}
			for _, target := range plan.Unavoidable(t.g, p.learner.States, []kg.Requirement{asked}, p.learner.Employee.Modalities) {
				if target.Point == point {
					least = min(least, target.Minutes)
				}
			}
		}
	}
	return least
}
