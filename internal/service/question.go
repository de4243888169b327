package service

import (
	"context"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/store"
)

// question is who asks what, when: the common part of gaps and paths. Before there
// is a position it is about the person alone.
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
	q, err := s.somebody(ctx, employee)
	if err != nil {
		return nil, err
	}
	return q.about(position, at, assume)
}

// somebody reads a person, to ask about them.
func (s *Service) somebody(ctx context.Context, employee string) (*question, error) {
	return s.reading(employee)(ctx)
}

// reading asks about a person, whom it reads when it is first called.
type reading func(context.Context) (*question, error)

func (s *Service) reading(employee string) reading {
	var mu sync.Mutex
	var known *store.Profile
	return func(ctx context.Context) (*question, error) {
		mu.Lock()
		defer mu.Unlock()
		if known == nil {
			p, err := s.read(ctx, employee)
			if err != nil {
				return nil, err
			}
			known = &p
		}
		e, err := s.editionAt(ctx, known.Revision) // of each request
		if err != nil {
			return nil, err
		}
		return &question{s: s, e: e, profile: *known, at: s.clock()}, nil
	}
}

// about asks something else about the same person, at the same moment where none
// is given, without another round trip.
func (q *question) about(position string, at *time.Time, assume []string) (*question, error) {
	goal, err := q.e.position(position)
	if err != nil {
		return nil, err
	}
	points, err := q.e.named("assumeMastered", assume)
	if err != nil {
		return nil, err
	}
	other := &question{s: q.s, e: q.e, profile: q.profile, goal: goal.at, at: q.at}
	if at != nil {
		other.at = *at
	}
	other.states = mastery.Assume(q.e.states(q.profile.States), points, other.at)
	return other, nil
}

// Revision returns the revision that answers.
func (q *question) Revision() int { return int(q.e.revision) }

// Employee returns who is asked about.
func (q *question) Employee() Employee {
	return Employee{q.s, q.e, &person{profile: q.profile, whole: true}}
}

// Position returns the position that is asked about.
func (q *question) Position() Position { return Position{q.e, q.goal} }

// named resolves points, or competencies for all their points, that an argument
// names.
func (e *edition) named(argument string, codes []string) ([]kg.Node, error) {
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
		return nil, invalidArgument("%s names what does not exist: %s", "%s 中的编码不存在：%s", argument, competency.References(unknown))
	}
	return points, nil
}
