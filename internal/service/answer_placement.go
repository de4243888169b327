package service

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/people"
)

// AnswerPlacementInput is an answer to a question of a placement.
type AnswerPlacementInput struct {
	ID                                 *string
	Employee, Position, KnowledgePoint string
	Score                              *float64
	Correct                            *bool
	Item                               string
	At                                 *GivenTime
	Options                            *analysis.PlacementOptions
}

// PlacementPayload answers an answer.
type PlacementPayload struct {
	Placement *analysis.Placement
	Outcome
}

// AnswerPlacement records an answer and returns what to ask next. An answer for oneself
// counts as a self-assessment, any other as practice. One that was sent
// before changes nothing; one whose id was used for something else is refused.
func (s *Service) AnswerPlacement(ctx context.Context, in AnswerPlacementInput) (none PlacementPayload, err error) {
	if _, err := in.Options.Resolve(); err != nil {
		return none, err
	}
	kind, err := s.People.PlacementKind(ctx, in.Employee)
	if err != nil {
		return none, err
	}
	snapshot, err := s.Catalog.SnapshotForEvidence(ctx)
	if err != nil {
		return none, err
	}
	if _, err := snapshot.FindPosition(in.Position); err != nil { // before anything is recorded
		return none, err
	}
	id := optional.Value(in.ID)
	if in.ID == nil {
		id = rand.Text()
	}
	recorded, err := s.RecordEvidence(ctx, RecordEvidenceInput{Evidence: []EvidenceInput{{
		ID: id, Employee: in.Employee, KnowledgePoints: []string{in.KnowledgePoint}, Kind: kind,
		Score: in.Score, Correct: in.Correct, Item: in.Item, At: in.At, Source: people.PlacementSource, filled: competency.FilledSource,
	}}})
	if err != nil {
		return none, err
	}
	p := PlacementPayload{Outcome: recorded.Outcome}
	if len(recorded.UserErrors) > 0 {
		for i := range p.UserErrors { // the fields of this input
			if field := p.UserErrors[i].Field; field != nil {
				p.UserErrors[i].Field = new(answerField(*field))
			}
		}
		return p, nil
	}
	next, err := s.Analysis.PlacementNext(ctx, in.Employee, in.Position, in.Options)
	if err != nil {
		return none, err
	}
	if result := recorded.Results[0]; result.Outcome == people.EvidenceDuplicate && contradicts(next, result.ID, in) {
		p.UserErrors = []UserError{{Field: new("id"), Code: fault.Conflict, Message: fault.T(
			"the id %s was used before, and not for an answer of this placement about %s: choose a new id for each answer",
			"id %s 此前已被使用，且不是本次测评中关于 %s 的作答：每次作答请使用新的 id", competency.Quote(result.ID), competency.Quote(in.KnowledgePoint)).In(catalog.Lang(ctx))}}
		return p, nil
	}
	p.Placement = next
	return p, nil
}

// contradicts reports whether an answer whose id is known is not the one that was sent
// before with that id, although it would count.
func contradicts(p *analysis.Placement, id string, in AnswerPlacementInput) bool {
	if in.At != nil && in.At.Truncate(time.Microsecond).Before(p.Since()) {
		return false
	}
	return !p.Counts(id, in.KnowledgePoint)
}

// answerField is the field of an answer for that of the evidence which is made of it.
func answerField(field string) string {
	field = field[strings.LastIndex(field, ".")+1:]
	if field == "knowledgePoints" {
		return "knowledgePoint"
	}
	return field
}
