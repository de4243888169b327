package service

import (
	"context"

	"github.com/zhitu/zhitu/internal/people"
)

// The inputs and the payload of the mutations about objections.
type (
	// ObjectToStateInput objects to what is known of oneself on a point.
	ObjectToStateInput struct{ KnowledgePoint, Reason string }
	// WithdrawObjectionInput names an own objection.
	WithdrawObjectionInput struct{ ID string }
	// AnswerObjectionInput answers an objection.
	AnswerObjectionInput struct{ Employee, ID, Answer string }
	// ObjectionPayload answers with an objection, nil where it was refused.
	ObjectionPayload struct {
		Objection  *people.Objection
		UserErrors []UserError
	}
)

// ObjectToState objects to what is known of oneself on a point.
func (s *Service) ObjectToState(ctx context.Context, in ObjectToStateInput) (ObjectionPayload, error) {
	return objectionPayload(ctx)(s.People.Object(ctx, in.KnowledgePoint, in.Reason))
}

// AnswerObjection answers the objection of another person.
func (s *Service) AnswerObjection(ctx context.Context, in AnswerObjectionInput) (ObjectionPayload, error) {
	return objectionPayload(ctx)(s.People.AnswerObjection(ctx, in.Employee, in.ID, in.Answer))
}

// WithdrawObjection deletes an own objection.
func (s *Service) WithdrawObjection(ctx context.Context, in WithdrawObjectionInput) (DonePayload, error) {
	return done(ctx, s.People.WithdrawObjection(ctx, in.ID))
}

func objectionPayload(ctx context.Context) func(people.Objection, error) (ObjectionPayload, error) {
	return func(o people.Objection, err error) (p ObjectionPayload, _ error) {
		if err == nil {
			p.Objection = &o
		}
		p.UserErrors, err = fixable(ctx, err)
		return p, err
	}
}
