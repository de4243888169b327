package workforce

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/plan"
)

// ReadinessClass says how near a person is to a position.
type ReadinessClass string

// The classes.
const (
	Ready ReadinessClass = "READY"
	Near  ReadinessClass = "NEAR"  // at most 2,400 minutes
	Far   ReadinessClass = "FAR"   // at most 9,600 minutes
	Later ReadinessClass = "LATER" // more
)

// The most minutes of the classes: a week and a month of work.
const (
	nearMinutes = 2_400
	farMinutes  = 9_600
)

// readinessClasses are the classes, the nearest first.
var readinessClasses = []ReadinessClass{Ready, Near, Far, Later}

// Readiness is how a person stands to a position.
type Readiness struct {
	Position      kg.Position
	Held          bool // the person holds it
	Class         ReadinessClass
	Ready         bool
	CriticalReady bool
	Coverage      float64
	Minutes       int     // of the whole path
	Unassessed    float64 // share of the weight
}

// Candidate is a person with their readiness.
type Candidate struct {
	Person Person
	Code   string // of the person, whose number may change when the view ends
	Readiness
}

// Shortlist are the first of a group who could take a position.
type Shortlist struct {
	Candidates []Candidate // at most MaxCandidates: by class, critical readiness, minutes, coverage, code
	Others     int
}

// MaxCandidates is how many candidates are told.
const MaxCandidates = 500

// newReadiness returns how a person stands to a position. The states are those of all points
// beneath the position at least.
func newReadiness(g *kg.Graph, position kg.Position, e *competency.Employee, states []mastery.State, s Standing, at time.Time) Readiness {
	r := Readiness{
		Position: position, Held: e.Position == g.Catalog().Positions[position].Code,
		Ready: s.Ready(), CriticalReady: s.CriticalReady(), Coverage: s.Coverage, Unassessed: s.Unassessed,
		Minutes: plan.NewWorkload(g, states, g.Requirements(position), e.Modalities, at).Minutes,
	}
	switch {
	case r.Ready:
		r.Class = Ready
	case r.Minutes <= nearMinutes:
		r.Class = Near
	case r.Minutes <= farMinutes:
		r.Class = Far
	default:
		r.Class = Later
	}
	return r
}

// compare orders readiness, the nearest first. Ties are left to codes.
func (r *Readiness) compare(s *Readiness) int {
	return cmp.Or(
		cmp.Compare(slices.Index(readinessClasses, r.Class), slices.Index(readinessClasses, s.Class)),
		compareBool(r.CriticalReady, s.CriticalReady),
		cmp.Compare(r.Minutes, s.Minutes),
		cmp.Compare(Round(s.Coverage), Round(r.Coverage)),
	)
}

// compareBool orders what is true first.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// Shortlist ranks a group for a position. It is Finalists and their Shortlist in one.
func (v *View) Shortlist(ctx context.Context, g Group, position kg.Position) (*Shortlist, error) {
	return v.Finalists(g, position).Shortlist(ctx)
}

// Finalists are the people of a group whose minutes to a position are worth computing,
// copied out of a view.
type Finalists struct {
	graph     *kg.Graph
	at        time.Time
	position  kg.Position
	people    []Learner
	standings []Standing
	others    int
}

// Finalists returns the first MaxCandidates of a group by readiness, critical readiness,
// coverage and code. It costs what Standings costs, and copying the states of the finalists.
func (v *View) Finalists(g Group, position kg.Position) *Finalists {
	requirements := v.Graph.Requirements(position)
	standings := v.Standings(requirements, g.Members)
	first := v.first(standings, g.Members)
	f := &Finalists{graph: v.Graph, at: v.At, position: position, others: g.Members.Len() - len(first)}
	f.people = v.Learners(first, plan.Beneath(v.Graph, requirements))
	for _, p := range first {
		f.standings = append(f.standings, standings.Of(p))
	}
	return f
}

// rankedPerson is a person with what the first candidates are chosen by.
type rankedPerson struct {
	person   Person
	unready  int8 // 0 ready, 1 critical ready, 2 neither
	coverage float64
}

// first returns the first MaxCandidates of a set. It never sorts more than twice as many
// people: whoever comes after the last of those chosen so far is passed over.
func (v *View) first(standings *Standings, s Set) []Person {
	before := func(a, b rankedPerson) int {
		return cmp.Or(cmp.Compare(a.unready, b.unready), cmp.Compare(b.coverage, a.coverage), strings.Compare(v.Employee(a.person).Code, v.Employee(b.person).Code))
	}
	chosen, last := make([]rankedPerson, 0, 2*MaxCandidates), rankedPerson{}
	cut := func() {
		slices.SortFunc(chosen, before)
		chosen = chosen[:min(len(chosen), MaxCandidates)]
	}
	for p := range s.All() {
		standing := standings.Of(p)
		r := rankedPerson{p, 2, Round(standing.Coverage)}
		if standing.CriticalReady() {
			r.unready = 1
		}
		if standing.Ready() {
			r.unready = 0
		}
		if len(chosen) >= MaxCandidates && before(r, last) > 0 {
			continue
		}
		if chosen = append(chosen, r); len(chosen) == cap(chosen) || len(chosen) == MaxCandidates {
			cut()
			last = chosen[len(chosen)-1]
		}
	}
	cut()
	people := make([]Person, len(chosen))
	for i, r := range chosen {
		people[i] = r.person
	}
	return people
}

// Shortlist returns the finalists in the order of how near they are. It costs a workload for
// each, and stops within one where the context ends.
func (f *Finalists) Shortlist(ctx context.Context) (*Shortlist, error) {
	list := &Shortlist{Candidates: make([]Candidate, len(f.people)), Others: f.others}
	codes := make(map[Person]string, len(f.people))
	for i := range f.people {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l := &f.people[i]
		codes[l.Person] = l.Employee.Code
		list.Candidates[i] = Candidate{l.Person, l.Employee.Code, newReadiness(f.graph, f.position, &l.Employee, l.States, f.standings[i], f.at)}
	}
	slices.SortFunc(list.Candidates, func(a, b Candidate) int {
		return cmp.Or(a.compare(&b.Readiness), strings.Compare(codes[a.Person], codes[b.Person]))
	})
	return list, nil
}
