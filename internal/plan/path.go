package plan

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// Kind says what a step is for.
type Kind string

// The kinds of step.
const (
	Learn  Kind = "LEARN"  // master a point up to its target
	Review Kind = "REVIEW" // refresh what was mastered and has decayed
)

// Objective says what the steps within a budget are chosen for.
type Objective string

// The objectives. The zero value means Coverage.
const (
	Coverage Objective = "COVERAGE" // the most weighted coverage
	Critical Objective = "CRITICAL" // the most critical requirements, and then the most coverage
)

// Limits bounds and personalises a path. The zero value does neither.
type Limits struct {
	BudgetMinutes *int                  // no more than these; nil for no budget
	Objective     Objective             // of the choice within the budget
	Modalities    []competency.Modality // preferred, the dearest first
	Locale        string                // language of the resources, such as zh-CN
	Choices       []Choice              // made already
	Exclude       []kg.Node             // points that get no step, nor what cannot be learned without them
}

// Step is one thing to do.
type Step struct {
	Order      int // place in the path, from 1
	Kind       Kind
	Point      kg.Node
	Minutes    int
	Cumulative int     // minutes when it is done
	Target     float64 // the mastery to reach
	Mastery    float64
	Assessed   bool  // whether there is a mastery at all
	Resource   int32 // index of Catalog's resources, -1 for none
	Pending    int   // index in Pending, -1 for a review
}

// Path is a sequence of steps towards a position, with reasons.
type Path struct {
	Report       *gap.Report
	Pending      *Pending
	Steps        []Step
	TotalMinutes int
	WithinBudget bool      // nothing was left out
	Unreached    []gap.Gap // unmet requirements whose point has no step

	jobs     []job   // every step that there could be
	sequence []int32 // step → its job
}

// Make returns the path of somebody with these states towards a position. At
// most one state per point is read.
func Make(g *kg.Graph, states []mastery.State, goal kg.Position, limits Limits, now time.Time) *Path {
	return along(g, states, gap.Analyze(g, states, goal, now), limits)
}

// along makes the path that closes the gap of a report.
func along(g *kg.Graph, states []mastery.State, report *gap.Report, limits Limits) *Path {
	p := &Path{Report: report, Pending: NewPending(g, states, report, limits.Exclude, limits.Choices), WithinBudget: true}
	steps, jobs := p.candidates(g, limits)
	in, total := make([]bool, len(steps)), 0
	for i, s := range steps {
		in[i] = true
		total += s.Minutes
	}
	if limits.BudgetMinutes != nil && total > *limits.BudgetMinutes {
		wanted := jobs
		if limits.Objective == Critical {
			wanted = p.critical(steps, jobs)
		}
		in, p.WithinBudget = fit(p.Pending, wanted, *limits.BudgetMinutes), false
	}
	p.Steps = make([]Step, 0, len(steps))
	p.jobs, p.sequence = jobs, order(p.Pending, jobs, in)
	for _, j := range p.sequence {
		s := steps[j]
		p.TotalMinutes += s.Minutes
		s.Order, s.Cumulative = len(p.Steps)+1, p.TotalMinutes
		p.Steps = append(p.Steps, s)
	}
	if !p.WithinBudget || len(limits.Exclude) > 0 {
		p.leftOut()
	}
	return p
}

// candidates lists every step that there could be, and what it wins: the
// pending points in their order, then the reviews.
func (p *Path) candidates(g *kg.Graph, limits Limits) ([]Step, []job) {
	n := len(p.Pending.points)
	steps, jobs := make([]Step, 0, n+len(p.Report.Gaps)/4), make([]job, 0, n+len(p.Report.Gaps)/4)
	add := func(s Step, work func(base float64) float64, value float64) {
		var base float64
		s.Resource, base = choose(g, s.Point, limits)
		s.Minutes = minutes(work(base))
		steps = append(steps, s)
		jobs = append(jobs, job{minutes: s.Minutes, value: billionths(value), rank: g.Rank(s.Point)})
	}
	for i, point := range p.Pending.points {
		need, mastered := p.Pending.need[i], p.Pending.mastery[i]
		add(Step{Kind: Learn, Point: point, Target: need, Mastery: mastered, Assessed: p.Pending.known[i], Pending: i},
			func(base float64) float64 { return base * (1 - mastered/need) }, p.Pending.value(i))
	}
	for i := range p.Report.Gaps {
		r := &p.Report.Gaps[i]
		if _, pending := p.Pending.index(r.Point); r.Status == gap.Decayed && !pending && !slices.Contains(limits.Exclude, r.Point) {
			add(Step{Kind: Review, Point: r.Point, Target: r.Level, Mastery: r.Mastery, Assessed: true, Pending: -1},
				func(base float64) float64 { return base / 5 }, r.Value())
		}
	}
	return steps, jobs
}

// critical returns the jobs with more value where they are the step of a
// critical unmet requirement: each is worth more than all that is not.
func (p *Path) critical(steps []Step, jobs []job) []job {
	critical := map[kg.Node]bool{}
	for _, r := range p.Report.Gaps {
		critical[r.Point] = r.Critical && r.Status != gap.Met
	}
	more := 1.0
	for _, j := range jobs {
		more += j.value
	}
	jobs = slices.Clone(jobs)
	for j, s := range steps {
		if critical[s.Point] {
			jobs[j].value += more
		}
	}
	return jobs
}

// choose returns the resource from which a person should learn a point, -1
// where none teaches it, and the minutes that it takes from nothing: the first
// by preferred modality, asked language, fewer minutes, code.
func choose(g *kg.Graph, point kg.Node, limits Limits) (resource int32, base float64) {
	own := int(g.Minutes(point))
	best, bestKey := int32(-1), [3]int{}
	for _, i := range g.Teachers(point) { // by code, so the first of equals stays
		r := &g.Catalog().Resources[i]
		key := [3]int{len(limits.Modalities), 1, own}
		if place := slices.Index(limits.Modalities, r.Modality); place >= 0 {
			key[0] = place
		}
		if limits.Locale != "" && strings.EqualFold(language(r.Language), language(limits.Locale)) {
			key[1] = 0
		}
		if r.Minutes != nil {
			key[2] = *r.Minutes
		}
		if best < 0 || slices.Compare(key[:], bestKey[:]) < 0 {
			best, bestKey = i, key
		}
	}
	if best < 0 {
		return best, float64(own)
	}
	return best, float64(bestKey[2])
}

// language returns the language of a tag: zh of zh-CN.
func language(tag string) string {
	primary, _, _ := strings.Cut(tag, "-")
	return primary
}

// leftOut lists the unmet requirements that no step reaches.
func (p *Path) leftOut() {
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

// Next returns the first steps that wait for nothing: the outer fringe of what
// the person masters, and reviews.
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

// Chain returns the points from an unmet requirement along chosen prerequisites
// to a pending point, given Pending.Chains.
func (p *Path) Chain(chains []int32, i int) []kg.Node {
	var chain []kg.Node
	for j := int32(i); j >= 0; j = chains[j] {
		chain = append(chain, p.Pending.points[j])
	}
	slices.Reverse(chain)
	return chain
}
