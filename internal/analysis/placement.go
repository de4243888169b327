package analysis

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/placement"
)

// placementDays is how long an answer counts as one of a placement. What is older
// counts by the mastery that it supports.
const placementDays = 30

// PlacementOptions says how the answers of a placement are to be taken.
type PlacementOptions struct {
	Slip, Guess, Sure *float64
	Since             *time.Time
}

// Resolve returns the options for a session, or refuses them.
func (o *PlacementOptions) Resolve() (placement.Options, error) {
	if o == nil {
		return placement.Options{}, nil
	}
	for _, chance := range []struct {
		name   string
		value  *float64
		lo, hi float64
	}{{"slip", o.Slip, 0, 0.45}, {"guess", o.Guess, 0, 0.45}, {"sure", o.Sure, 0.5, 1}} {
		if v := chance.value; v != nil && !(*v >= chance.lo && *v <= chance.hi) {
			return placement.Options{}, fault.New(fault.InvalidArgument, "%s must lie between %v and %v, not at %v", "%s 须在 %v 与 %v 之间，而不是 %v", chance.name, chance.lo, chance.hi, *v)
		}
	}
	return placement.Options{Slip: clampChance(o.Slip), Guess: clampChance(o.Guess), Certainty: optional.Value(o.Sure)}, nil
}

// clampChance returns a chance for a session, 0 (the default) where none was given. One
// that was given is at least 0.01: no answer is certain.
func clampChance(given *float64) float64 {
	if given == nil {
		return 0
	}
	return max(*given, 0.01)
}

// Placement is how far a placement has come.
type Placement struct {
	*query
	session *placement.Session
	since   time.Time          // from when on answers count
	counted map[string]kg.Node // id of an answer that counts → its point
}

// PlacementNext returns what to ask a person next, to find out with few questions
// what they know of all that a position rests on. It takes two round trips.
func (a *Analysis) PlacementNext(ctx context.Context, employee, position string, options *PlacementOptions) (*Placement, error) {
	how, err := options.Resolve()
	if err != nil {
		return nil, err
	}
	q, err := a.load(ctx, access.Place, employee, position, nil, nil)
	if err != nil {
		return nil, err
	}
	evidence, err := q.profile.Evidence(ctx)
	if err != nil {
		return nil, err
	}
	since := q.at.AddDate(0, 0, -placementDays)
	if options != nil && options.Since != nil {
		since = *options.Since
	}
	states, answers, counted, err := q.splitPlacementAnswers(ctx, evidence, since)
	if err != nil {
		return nil, err
	}
	return &Placement{q, placement.New(q.snapshot.Graph(), states, q.position, answers, how), since, counted}, nil
}

// splitPlacementAnswers takes the answers of a placement out of the evidence. It returns
// them with the points that their ids are about, and the states as they would be
// without them.
func (q *query) splitPlacementAnswers(ctx context.Context, evidence []competency.Evidence, since time.Time) ([]mastery.State, []placement.Answer, map[string]kg.Node, error) {
	var answers []placement.Answer
	counted := map[string]kg.Node{}
	other := map[kg.Node][]competency.Evidence{} // on points that were asked about
	graph := q.snapshot.Graph()
	isAnswer := func(e competency.Evidence) bool {
		answers := e.Kind == competency.PracticeAnswer || e.Kind == competency.SelfAssessment && e.Source == people.PlacementSource
		return answers && len(e.KnowledgePoints) == 1 && !e.At.Before(since)
	}
	for _, e := range evidence {
		if !isAnswer(e) {
			continue
		}
		if n, ok := graph.Find(e.KnowledgePoints[0]); ok {
			answers = append(answers, placement.Answer{Point: n, Score: e.Score})
			counted[e.ID], other[n] = n, nil
		}
	}
	for _, e := range evidence {
		for _, code := range e.KnowledgePoints {
			n, ok := graph.Find(code)
			if _, asked := other[n]; ok && asked && !isAnswer(e) {
				other[n] = append(other[n], e)
			}
		}
	}
	var states []mastery.State
	for t := range q.profile.Tracks() {
		rest, asked := other[t.Point]
		state := t.State
		if asked {
			start, err := q.profile.Start(ctx, t)
			if err != nil {
				return nil, nil, nil, err
			}
			state, _ = q.analysis.model.FoldFrom(start, rest)
		}
		if state.Assessed() {
			states = append(states, state)
		}
	}
	return states, answers, counted, nil
}

// Employee returns the person who is asked, where the viewer may see who that is: a token
// may do a placement without.
func (p *Placement) Employee(ctx context.Context) (e people.Employee, err error) {
	return p.profile.VisibleEmployee(ctx)
}

// KnowledgePoint returns the point to ask about next, nil where enough is known.
func (p *Placement) KnowledgePoint() *catalog.KnowledgePoint {
	n, ok := p.session.Next()
	if !ok {
		return nil
	}
	return new(p.snapshot.Point(n))
}

// Asked returns how many points have been asked about.
func (p *Placement) Asked() int { return p.session.Asked() }

// Conclusions returns what is concluded so far.
func (p *Placement) Conclusions(uncertainOnly bool) []PlacementConclusion {
	return conclusions(p.snapshot, p.session, func(c placement.Conclusion) bool { return !uncertainOnly || c.Uncertain() })
}

func conclusions(s *catalog.Snapshot, session *placement.Session, selects func(placement.Conclusion) bool) []PlacementConclusion {
	list := []PlacementConclusion{}
	for _, c := range session.Conclusions() {
		if selects(c) {
			list = append(list, PlacementConclusion{s, c})
		}
	}
	return list
}

// PlacementConclusion is what is concluded of one point.
type PlacementConclusion struct {
	snapshot *catalog.Snapshot
	placement.Conclusion
}

// KnowledgePoint returns the point.
func (c PlacementConclusion) KnowledgePoint() catalog.KnowledgePoint {
	return c.snapshot.Point(c.Point)
}

// Known reports whether it is more likely known than not.
func (c PlacementConclusion) Known() bool { return c.Mastered() }

// Counts reports whether evidence with an id counts as an answer of the placement about
// a point.
func (p *Placement) Counts(id, knowledgePoint string) bool {
	about, counts := p.counted[id]
	n, found := p.snapshot.Graph().Find(competency.NormalizeCode(knowledgePoint))
	return counts && found && about == n
}

// Since returns from when on answers count.
func (p *Placement) Since() time.Time { return p.since }

// Inferred returns what the evidence says about points that were never assessed.
func (a *GapAnalysis) Inferred() []PlacementConclusion {
	return conclusions(a.snapshot, placement.New(a.snapshot.Graph(), a.states, a.position, nil, placement.Options{}), placement.Conclusion.Inferred)
}
