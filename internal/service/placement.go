package service

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/placement"
	"github.com/zhitu/zhitu/internal/store"
)

// placementDays is how long an answer counts as one of a placement. What is older
// counts by the mastery that it supports.
const placementDays = 30

// PlacementOptions says how the answers of a placement are to be taken.
type PlacementOptions struct {
	Slip, Guess, Sure *float64
	Since             *time.Time
}

// check returns the options for a session, and what is wrong with them.
func (o *PlacementOptions) check() (placement.Options, error) {
	if o == nil {
		return placement.Options{}, nil
	}
	for _, chance := range []struct {
		name   string
		value  *float64
		lo, hi float64
	}{{"slip", o.Slip, 0, 0.45}, {"guess", o.Guess, 0, 0.45}, {"sure", o.Sure, 0.5, 1}} {
		if v := chance.value; v != nil && !(*v >= chance.lo && *v <= chance.hi) {
			return placement.Options{}, invalidArgument("%s must lie between %v and %v, not at %v", "%s 须在 %v 与 %v 之间，而不是 %v", chance.name, chance.lo, chance.hi, *v)
		}
	}
	return placement.Options{Slip: chance(o.Slip), Guess: chance(o.Guess), Sure: value(o.Sure)}, nil
}

// chance is a chance that was given: no answer is certain, and 0 would stand for
// the default.
func chance(given *float64) float64 {
	if given == nil {
		return 0
	}
	return max(*given, 0.01)
}

// Placement is how far a placement has come.
type Placement struct {
	*question
	session *placement.Session
	since   time.Time          // from when on answers count
	counted map[string]kg.Node // id of an answer that counts → its point
}

// PlacementNext tells what to ask somebody next, to find out with few questions
// what they know of all that a position rests on. It takes two round trips.
func (s *Service) PlacementNext(ctx context.Context, employee, position string, options *PlacementOptions) (*Placement, error) {
	how, err := options.check()
	if err != nil {
		return nil, err
	}
	q, err := s.ask(ctx, employee, position, nil, nil)
	if err != nil {
		return nil, err
	}
	kept, err := s.store.Evidence(ctx, store.EvidenceQuery{Employee: q.profile.Employee.Code})
	if err != nil {
		return nil, unavailable(err)
	}
	since := q.at.AddDate(0, 0, -placementDays)
	if options != nil && options.Since != nil {
		since = *options.Since
	}
	states, answers, counted := q.apart(kept, since)
	return &Placement{q, placement.New(q.e.graph, states, q.goal, answers, how), since, counted}, nil
}

// apart takes the answers of a placement out of the evidence, and returns them with
// the points that their ids are about, and the states as they would be without.
func (q *question) apart(kept []competency.Evidence, since time.Time) ([]mastery.State, []placement.Answer, map[string]kg.Node) {
	var answers []placement.Answer
	counted := map[string]kg.Node{}
	rest := map[kg.Node][]competency.Evidence{} // on points that were asked about
	is := func(e competency.Evidence) bool {
		return e.Kind == competency.PracticeAnswer && len(e.KnowledgePoints) == 1 && !e.At.Before(since)
	}
	kept = slices.DeleteFunc(kept, func(e competency.Evidence) bool { return e.Retracted })
	for _, e := range kept {
		if n, ok := q.e.graph.Find(e.KnowledgePoints[0]); ok && is(e) {
			answers = append(answers, placement.Answer{Point: n, Score: e.Score})
			counted[e.ID], rest[n] = n, nil
		}
	}
	for _, e := range kept {
		for _, code := range e.KnowledgePoints {
			n, ok := q.e.graph.Find(code)
			if _, asked := rest[n]; ok && asked && !is(e) {
				rest[n] = append(rest[n], e)
			}
		}
	}
	var states []mastery.State
	for t := range q.e.tracks(q.profile.States) {
		other, asked := rest[t.Point]
		state := t.State
		if asked {
			state, _ = q.s.model.Fold(t.Restart().State, other)
		}
		if state.Assessed() {
			states = append(states, state)
		}
	}
	return states, answers, counted
}

// KnowledgePoint returns the point to ask about next, nil where enough is known.
func (p *Placement) KnowledgePoint() *KnowledgePoint {
	n, ok := p.session.Next()
	if !ok {
		return nil
	}
	return &KnowledgePoint{p.e, n}
}

// Asked returns how many points have been asked about.
func (p *Placement) Asked() int { return p.session.Asked() }

// Conclusions returns what is concluded so far.
func (p *Placement) Conclusions(uncertainOnly bool) []PlacementConclusion {
	return conclusions(p.e, p.session, func(c placement.Conclusion) bool { return !uncertainOnly || c.Uncertain() })
}

func conclusions(e *edition, session *placement.Session, selects func(placement.Conclusion) bool) []PlacementConclusion {
	list := []PlacementConclusion{}
	for _, c := range session.Conclusions() {
		if selects(c) {
			list = append(list, PlacementConclusion{e, c})
		}
	}
	return list
}

// PlacementConclusion is what is concluded of one point.
type PlacementConclusion struct {
	e *edition
	placement.Conclusion
}

// KnowledgePoint returns the point.
func (c PlacementConclusion) KnowledgePoint() KnowledgePoint { return KnowledgePoint{c.e, c.Point} }

// Known reports whether it is more likely known than not.
func (c PlacementConclusion) Known() bool { return c.Mastered() }

// AnswerPlacementInput is an answer to a question of a placement.
type AnswerPlacementInput struct {
	ID                                 *string
	Employee, Position, KnowledgePoint string
	Score                              *float64
	Correct                            *bool
	Item                               string
	At                                 *time.Time
	Options                            *PlacementOptions
}

// PlacementPayload answers an answer.
type PlacementPayload struct {
	Placement *Placement
	Outcome
}

// AnswerPlacement records an answer and tells what to ask next. One that was sent
// before changes nothing; one whose id was used for something else is refused.
func (s *Service) AnswerPlacement(ctx context.Context, in AnswerPlacementInput) (none PlacementPayload, err error) {
	if _, err := in.Options.check(); err != nil {
		return none, err
	}
	e, err := s.edition(ctx)
	if err != nil {
		return none, err
	}
	if _, err := e.position(in.Position); err != nil { // before anything is recorded
		return none, err
	}
	id := value(in.ID)
	if in.ID == nil {
		id = rand.Text()
	}
	recorded, err := s.RecordEvidence(ctx, RecordEvidenceInput{Evidence: []EvidenceInput{{
		ID: id, Employee: in.Employee, KnowledgePoints: []string{in.KnowledgePoint}, Kind: competency.PracticeAnswer,
		Score: in.Score, Correct: in.Correct, Item: in.Item, At: in.At, Source: "placement",
	}}})
	if err != nil {
		return none, err
	}
	p := PlacementPayload{Outcome: recorded.Outcome}
	if len(recorded.UserErrors) > 0 {
		for i := range p.UserErrors { // the fields of this input
			if field := p.UserErrors[i].Field; field != nil {
				p.UserErrors[i].Field = inAnswer(*field)
			}
		}
		return p, nil
	}
	now, err := s.PlacementNext(ctx, in.Employee, in.Position, in.Options)
	if err != nil {
		return none, err
	}
	if result := recorded.Results[0]; result.Outcome == EvidenceDuplicate && now.misses(result.ID, in) {
		p.UserErrors = []UserError{{Field: new("id"), Code: fault.Conflict, Message: fault.T(
			"the id %s was used before, and not for an answer of this placement about %s: choose a new id for each answer",
			"id %s 此前已被使用，且不是本次测评中关于 %s 的作答：每次作答请使用新的 id", result.ID, brief(in.KnowledgePoint)).In(Lang(ctx))}}
		return p, nil
	}
	p.Placement = now
	return p, nil
}

// misses reports whether an answer whose id is known is not the one that was sent
// before with that id, although it would count.
func (p *Placement) misses(id string, in AnswerPlacementInput) bool {
	if in.At != nil && in.At.Truncate(time.Microsecond).Before(p.since) {
		return false
	}
	about, counts := p.counted[id]
	asked, _ := p.e.graph.Find(competency.Code(in.KnowledgePoint))
	return !counts || about != asked
}

// inAnswer is the field of an answer for that of the evidence which is made of it.
func inAnswer(field string) *string {
	field = field[strings.LastIndex(field, ".")+1:]
	if field == "knowledgePoints" {
		field = "knowledgePoint"
	}
	return &field
}

// Inferred returns what the evidence says about points that were never assessed.
func (a *GapAnalysis) Inferred() []PlacementConclusion {
	return conclusions(a.e, placement.New(a.e.graph, a.states, a.goal, nil, placement.Options{}), placement.Conclusion.Inferred)
}
