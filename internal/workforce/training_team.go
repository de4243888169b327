package workforce

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/plan"
)

// team is the people who may be trained, and the critical points that some of them do not
// meet: the goals. One that lacks no holder is open to nobody, but may come with others: once
// in a while it turns a choice among alternatives into a cheaper one.
type team struct {
	ctx    context.Context
	g      *kg.Graph
	at     time.Time
	most   int              // minutes of one person
	goals  []kg.Requirement // in node order
	wanted []int            // goal → holders that it lacks; 0 where it is not open
	met    []Set            // goal → who meets it now
	goalAt map[kg.Node]int  // point → goal
	people []trainee
	prices [][]float64 // goal → prices of people who were not kept
	effort int         // how much work with plans is left to the search
}

// trainee is a person of the team, with what is known about each goal alone.
type trainee struct {
	learner *Learner
	able    goalSet   // goals that the person does not meet
	open    goalSet   // of these, those that lack holders
	choosy  goalSet   // of these, those with a choice on the path to them alone
	minutes []int     // goal → of the path to it
	paths   [][]work  // goal → the path to it, where the person is near
	prices  []float64 // goal → its part of what is unavoidable, see trainingBound
	memo    map[string]*outcome
}

// work is a step of a path.
type work struct {
	point   kg.Node
	minutes int32
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

// prepare looks at each person and goal alone, and then keeps the people who are near to a
// goal.
func (t *team) prepare(done func(people int) error) error {
	bearers := make([]int, t.g.Points())
	for i := range t.people {
		p := &t.people[i]
		p.able, p.open, p.choosy = newGoalSet(len(t.goals)), newGoalSet(len(t.goals)), newGoalSet(len(t.goals))
		p.minutes, p.prices, p.paths = make([]int, len(t.goals)), make([]float64, len(t.goals)), make([][]work, len(t.goals))
		for k := range t.goals {
			if !t.met[k].Has(p.learner.Person) {
				p.able.add(k)
				if t.wanted[k] > 0 {
					p.open.add(k)
				}
			}
		}
		if err := t.lookAt(p, bearers); err != nil {
			return err
		}
		if done != nil {
			if err := done(i + 1); err != nil {
				return err
			}
		}
	}
	t.keepNearest()
	return nil
}

// nearest is how many people are tried for a goal, besides as many as it lacks.
const nearest = 16

// keepNearest keeps the people with the shortest paths to some goal, with these paths. Where
// minutes are bounded it keeps as many as all goals lack, because each may have room for one
// goal alone. Of the others the prices are kept.
func (t *team) keepNearest() {
	near := make([][]int, len(t.goals))
	kept := make([]bool, len(t.people))
	for k := range t.goals {
		count := nearest + t.wanted[k]
		if t.most != noLimit {
			count = nearest
			for _, n := range t.wanted {
				count += n
			}
		}
		for i := range t.people {
			if t.people[i].open.has(k) {
				near[k] = append(near[k], i)
			}
		}
		slices.SortStableFunc(near[k], func(a, b int) int { return cmp.Compare(t.people[a].minutes[k], t.people[b].minutes[k]) })
		near[k] = near[k][:min(len(near[k]), count)]
		for _, i := range near[k] {
			kept[i] = true
			t.people[i].paths[k] = t.pathTo(&t.people[i], k)
		}
	}
	t.prices = make([][]float64, len(t.goals))
	people := t.people[:0]
	for i, p := range t.people {
		if kept[i] {
			people = append(people, p)
			continue
		}
		for k := range p.open.all() {
			t.prices[k] = append(t.prices[k], p.prices[k])
		}
	}
	t.people = people
}

// pathTo returns the steps of the path of a person to one goal.
func (t *team) pathTo(p *trainee, k int) []work {
	w := t.single(p, k)
	if len(w.Targets) == 0 {
		return []work{{t.goals[k].Point, int32(w.Minutes)}} // a review
	}
	return stepsOf(w.Targets)
}

// single returns the workload of a person towards one goal.
func (t *team) single(p *trainee, k int) plan.Workload {
	return plan.NewWorkload(t.g, p.learner.States, t.goals[k:k+1], p.learner.Employee.Modalities, t.at)
}

func stepsOf(targets []plan.Target) []work {
	steps := make([]work, len(targets))
	for i, target := range targets {
		steps[i] = work{target.Point, int32(target.Minutes)}
	}
	return steps
}

// outcome returns what a person attains by a set of goals, each of them able to be one.
func (t *team) outcome(person int, goals goalSet) (*outcome, error) {
	p, key := &t.people[person], goals.key()
	if o := p.memo[key]; o != nil {
		t.effort -= 4 // so that the search ends, whatever it repeats
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
