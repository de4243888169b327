package service

import (
	"context"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/store"
)

// question is who asks what, when: the common part of gaps and paths.
type question struct {
	s       *Service
	e       *edition
	profile store.Profile
	goal    kg.Position
	states  []mastery.State
	at      time.Time
}

// ask reads the person and resolves the codes of a question: one round trip.
func (s *Service) ask(ctx context.Context, employee, position string, at *time.Time, assume []string) (*question, error) {
	profile, e, err := s.profile(ctx, employee)
	if err != nil {
		return nil, err
	}
	goal, err := e.position(position)
	if err != nil {
		return nil, err
	}
	points, err := e.assumed(assume)
	if err != nil {
		return nil, err
	}
	q := &question{s: s, e: e, profile: profile, goal: goal.at, at: s.clock()}
	if at != nil {
		q.at = *at
	}
	q.states = mastery.Assume(e.states(profile), points, q.at)
	return q, nil
}

// Revision returns the revision that answers.
func (q *question) Revision() int { return int(q.e.revision) }

// Employee returns who is asked about.
func (q *question) Employee() Employee {
	return Employee{q.s, q.e, &person{profile: q.profile, whole: true}}
}

// Position returns the position that is asked about.
func (q *question) Position() Position { return Position{q.e, q.goal} }

// assumed resolves what a question counts as mastered.
func (e *edition) assumed(codes []string) ([]kg.Node, error) {
	var points []kg.Node
	var unknown []string
	seen := map[kg.Node]bool{} // a large competency named a thousand times costs no more
	for _, code := range codes {
		n, ok := e.graph.Find(competency.Code(code))
		switch {
		case !ok:
			unknown = append(unknown, brief(code))
		case !seen[n]:
			seen[n] = true
			points = append(points, e.graph.Members(n)...)
		}
	}
	if len(unknown) > 0 {
		return nil, invalidArgument("assumeMastered names what does not exist: %s", "assumeMastered 中的编码不存在：%s", competency.References(unknown))
	}
	return points, nil
}
