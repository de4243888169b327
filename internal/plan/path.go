// Package plan finds what a person must learn for a position, and in which order.
//
// A path is made in four steps. Each requirement that is not mastered puts a need
// on its point. A pending point passes a need on to one alternative of each of its
// HARD clauses, the cheapest where there is a choice (search.go, choice.go). The
// pending points with what they wait for form a small graph (pending.go). Its steps
// are put into an order that closes weighted gap early (order.go), within a budget
// where there is one (budget.go).
//
// Everything is pure: the same inputs give the same path, byte for byte. The cost
// follows the pending set, not the graph. Only the result is allocated; working
// memory is pooled.
package plan

import (
	"cmp"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// Kind is the purpose of a step.
type Kind string

// The kinds of step.
const (
	Learn  Kind = "LEARN"  // master a point up to its target
	Review Kind = "REVIEW" // refresh what was mastered and has decayed
)

// Objective is what the steps within a budget are chosen for.
type Objective string

// The objectives. The zero value means Coverage.
const (
	Coverage Objective = "COVERAGE" // the most weighted coverage
	Critical Objective = "CRITICAL" // the most critical requirements, and then the most coverage
)

// Limits restricts and personalises a path. The zero value does neither.
type Limits struct {
	BudgetMinutes *int                  // at most so many minutes; nil for no budget
	Objective     Objective             // of the choice within the budget
	Modalities    []competency.Modality // preferred ones, the most preferred first
	Locale        string                // language of the resources, such as zh-CN
	Choices       []Choice              // given choices
	Exclude       []kg.Node             // points without a step; so is what cannot be learned without them
}

// Step is one step of a path.
type Step struct {
	Order      int // place in the path, from 1
	Kind       Kind
	Point      kg.Node
	Minutes    int
	Cumulative int     // minutes from the start to the end of the step
	Target     float64 // the mastery to reach
	Mastery    float64
	Assessed   bool  // whether there is a mastery
	Resource   int32 // index of Catalog's resources, -1 for none
	Pending    int   // index in Pending, -1 for a review
}

// Path is a sequence of steps towards a position, with reasons.
type Path struct {
	Report       *gap.Report
	Pending      *PendingSet
	Steps        []Step
	TotalMinutes int
	WithinBudget bool      // whether nothing was left out
	Unreached    []gap.Gap // unmet requirements whose point has no step

	jobs     []job   // all candidates for steps
	sequence []int32 // step → its job
}

// Make returns the path of a person with these states towards a position, at a time.
// At most one state per point is read. The cost follows the pending set and the
// alternatives that are tried: about 0.4 ms for 1,500 pending points.
func Make(g *kg.Graph, states []mastery.State, goal kg.Position, limits Limits, now time.Time) *Path {
	return makePath(g, states, gap.Analyze(g, states, goal, now), limits)
}

// makePath returns the path that closes the gap of a report.
func makePath(g *kg.Graph, states []mastery.State, report *gap.Report, limits Limits) *Path {
	p := &Path{Report: report, Pending: NewPendingSet(g, states, report, limits.Exclude, limits.Choices), WithinBudget: true}
	s := scratches.Get().(*scratch)
	defer s.release()
	p.listCandidates(g, limits, s)
	s.in = resized(s.in, len(p.jobs))
	total := 0
	for j := range s.in {
		s.in[j] = true
		total += p.jobs[j].minutes
	}
	if limits.BudgetMinutes != nil && total > *limits.BudgetMinutes {
		weighted := p.jobs
		if limits.Objective == Critical {
			weighted = s.prioritizeCritical(p.jobs)
		}
		s.selectWithinBudget(p.Pending, weighted, *limits.BudgetMinutes)
		p.WithinBudget = false
	}
	p.sequence = s.orderJobs(p.Pending, p.jobs)
	p.Steps = make([]Step, 0, len(p.sequence))
	for _, j := range p.sequence {
		step := s.steps[j]
		p.TotalMinutes += step.Minutes
		step.Order, step.Cumulative = len(p.Steps)+1, p.TotalMinutes
		p.Steps = append(p.Steps, step)
	}
	if !p.WithinBudget || len(limits.Exclude) > 0 {
		p.listUnreached()
	}
	return p
}

// listCandidates lists all candidates for steps with their value: the pending points
// in their order, then the reviews.
func (p *Path) listCandidates(g *kg.Graph, limits Limits, s *scratch) {
	s.steps, s.jobs = s.steps[:0], s.jobs[:0]
	for i, point := range p.Pending.points {
		detail := &p.Pending.details[i]
		resource, base := chooseResource(g, point, &limits)
		s.addCandidate(g, Step{
			Kind: Learn, Point: point, Minutes: learnMinutes(base, detail.mastery, detail.need), Target: detail.need,
			Mastery: detail.mastery, Assessed: detail.known, Resource: resource, Pending: i,
		}, p.Pending.requirement(i))
	}
	for i := range p.Report.Gaps {
		r := &p.Report.Gaps[i]
		if r.Status != gap.Decayed || slices.Contains(limits.Exclude, r.Point) {
			continue
		}
		if _, pending := p.Pending.index(r.Point); !pending {
			resource, base := chooseResource(g, r.Point, &limits)
			s.addCandidate(g, Step{
				Kind: Review, Point: r.Point, Minutes: reviewMinutes(base), Target: r.Level,
				Mastery: r.Mastery, Assessed: true, Resource: resource, Pending: -1,
			}, r)
		}
	}
	p.jobs = slices.Clone(s.jobs)
}

// addCandidate adds a step, with the requirement on its point if there is one.
func (s *scratch) addCandidate(g *kg.Graph, step Step, r *gap.Gap) {
	j := job{minutes: step.Minutes, rank: g.Rank(step.Point)}
	if r != nil && r.Status != gap.Met {
		j.value, j.critical = inBillionths(r.Value()), r.Critical
	}
	s.steps, s.jobs = append(s.steps, step), append(s.jobs, j)
}

// prioritizeCritical returns the jobs with raised values. A job for a critical unmet
// requirement is then worth more than all others together.
func (s *scratch) prioritizeCritical(jobs []job) []job {
	more := 1.0
	for i := range jobs {
		more += jobs[i].value
	}
	s.jobs = append(s.jobs[:0], jobs...)
	for i := range s.jobs {
		if s.jobs[i].critical {
			s.jobs[i].value += more
		}
	}
	return s.jobs
}

// listUnreached lists the unmet requirements that no step reaches.
func (p *Path) listUnreached() {
	reached := make([]kg.Node, len(p.Steps))
	for i, s := range p.Steps {
		reached[i] = s.Point
	}
	slices.Sort(reached)
	for _, r := range p.Report.Gaps {
		if _, ok := slices.BinarySearchFunc(reached, r.Point, cmp.Compare[kg.Node]); !ok && r.Status != gap.Met {
			p.Unreached = append(p.Unreached, r)
		}
	}
}

// Next returns the first so many steps that wait for nothing: the outer fringe of
// the person's knowledge state, and reviews.
func (p *Path) Next(first int) []Step {
	var next []Step
	for _, s := range p.Steps {
		if len(next) == first {
			break
		}
		if s.Pending < 0 || len(p.Pending.hard.of(s.Pending)) == 0 {
			next = append(next, s)
		}
	}
	return next
}

// Chain returns the points from an unmet requirement along chosen prerequisites to
// the pending point at an index, given Pending.Chains.
func (p *Path) Chain(chains []int32, i int) []kg.Node {
	var chain []kg.Node
	for j := int32(i); j >= 0; j = chains[j] {
		chain = append(chain, p.Pending.points[j])
	}
	slices.Reverse(chain)
	return chain
}
