package workforce

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/plan"
)

// team is the people who may be trained, and the points that lack holders: the goals.
type team struct {
	ctx    context.Context
	g      *kg.Graph
	at     time.Time
	most   int              // minutes of one person
	goals  []kg.Requirement // in node order
	wanted []int            // goal → holders that it lacks
	met    []Set            // goal → who meets it now
	goalAt map[kg.Node]int  // point → goal
	people []trainee
	effort int // how much work with plans is left to the search
}

// trainee is a person of the team.
type trainee struct {
	learner *Learner
	able    goalSet  // goals that the person does not meet
	singles [][]work // goal → what its path alone consists of
	memo    map[string]*outcome
}

// work is a step of a path.
type work struct {
	point   kg.Node
	minutes int
}

// outcome is what a person attains by a set of goals.
type outcome struct {
	minutes int
	holds   goalSet // the goals, and those on whose path they are LEARN steps up to their level
}

// newTeam returns a team without goals.
func newTeam(ctx context.Context, g *kg.Graph, at time.Time, pool []Learner, maxMinutes *int) *team {
	t := &team{ctx: ctx, g: g, at: at, most: noLimit, goalAt: map[kg.Node]int{}, people: make([]trainee, len(pool)), effort: maxSearchEffort}
	if maxMinutes != nil {
		t.most = *maxMinutes
	}
	for i := range pool {
		t.people[i] = trainee{learner: &pool[i], memo: map[string]*outcome{}}
	}
	return t
}

// addGoal adds a point that lacks so many holders.
func (t *team) addGoal(r kg.Requirement, lacking int, met Set) {
	t.goalAt[r.Point] = len(t.goals)
	t.goals, t.wanted, t.met = append(t.goals, r), append(t.wanted, lacking), append(t.met, met)
}

// prepare finds the path of each person to each goal alone.
func (t *team) prepare(done func(people int) error) error {
	for i := range t.people {
		p := &t.people[i]
		p.able, p.singles = newGoalSet(len(t.goals)), make([][]work, len(t.goals))
		for k := range t.goals {
			if t.met[k].Has(p.learner.Person) {
				continue
			}
			if err := t.ctx.Err(); err != nil {
				return err
			}
			p.able.add(k)
			p.singles[k] = t.single(p, k)
		}
		if done != nil {
			if err := done(i + 1); err != nil {
				return err
			}
		}
	}
	return nil
}

// single returns the steps of the path of a person to one goal.
func (t *team) single(p *trainee, k int) []work {
	w := plan.NewWorkload(t.g, p.learner.States, t.goals[k:k+1], p.learner.Employee.Modalities, t.at)
	if len(w.Targets) == 0 {
		return []work{{t.goals[k].Point, w.Minutes}} // a review
	}
	steps := make([]work, len(w.Targets))
	for i, target := range w.Targets {
		steps[i] = work{target.Point, target.Minutes}
	}
	return steps
}

// outcome returns what a person attains by a set of goals, each of them able to be one.
func (t *team) outcome(person int, goals goalSet) (*outcome, error) {
	p, key := &t.people[person], goals.key()
	if o := p.memo[key]; o != nil {
		return o, nil
	}
	if err := t.ctx.Err(); err != nil {
		return nil, err
	}
	var required []kg.Requirement
	for k := range goals.all() {
		required = append(required, t.goals[k])
	}
	w := plan.NewWorkload(t.g, p.learner.States, required, p.learner.Employee.Modalities, t.at)
	t.effort -= 1 + len(w.Targets)
	o := &outcome{w.Minutes, goals}
	for _, target := range w.Targets {
		if k, ok := t.goalAt[target.Point]; ok && p.able.has(k) && !o.holds.has(k) && competency.AtLeast(target.Need, t.goals[k].Level) {
			o.holds = o.holds.with(k)
		}
	}
	p.memo[key] = o
	return o, nil
}

// allowed reports whether an outcome is within the minutes that one person may get.
func (t *team) allowed(o *outcome) bool { return o.minutes <= t.most }
