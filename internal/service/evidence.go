package service

import (
	"context"
	"math"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/people"
)

// MaxEvidence is how many pieces of evidence one request may bring.
const MaxEvidence = 1_000

// EvidenceInput is one observed result as it is sent. Exactly one of Score and
// Correct is given.
type EvidenceInput struct {
	ID, Employee    string
	KnowledgePoints []string
	Kind            competency.EvidenceKind
	Score           *float64
	Correct         *bool
	Attempts        *int
	DurationSeconds *float64
	Item            string
	Difficulty      *float64
	At              *GivenTime
	Source          string

	filled competency.FilledFields // beside At where that is nil
}

// GivenTime is a time of an input. Where it was no time, Wrong says so, and refuses the
// item that it belongs to.
type GivenTime struct {
	time.Time
	Wrong fault.Text
}

// TimeGiven returns a time that is right as that of an input.
func TimeGiven(t time.Time) *GivenTime { return &GivenTime{Time: t} }

// The inputs of the mutations about evidence.
type (
	// RecordEvidenceInput brings evidence, of one or many people.
	RecordEvidenceInput struct {
		Evidence []EvidenceInput
	}
	// RetractEvidenceInput takes evidence back.
	RetractEvidenceInput struct {
		IDs []string
	}
)

// EvidencePayload answers the mutations about evidence.
type EvidencePayload struct {
	Results  []people.EvidenceResult
	learners []people.LearnerUpdate
	// Superseded counts the recorded pieces that change nothing on some of their points,
	// because a mastery was entered for a later time.
	Superseded int
	Outcome
}

// Learners returns the employees of whom something new is known, where the viewer may read
// all of them.
func (p EvidencePayload) Learners(ctx context.Context) ([]people.LearnerUpdate, error) {
	return people.ReadableUpdates(ctx, p.learners)
}

// RecordEvidence records evidence. What is wrong with one piece refuses that piece
// alone; what was recorded before changes nothing.
func (s *Service) RecordEvidence(ctx context.Context, in RecordEvidenceInput) (none EvidencePayload, err error) {
	if len(in.Evidence) > MaxEvidence {
		return none, tooMuchEvidence()
	}
	list := make([]competency.Evidence, len(in.Evidence))
	var problems []fault.Problem
	for i, given := range in.Evidence {
		e, wrong := given.evidence(s.clock())
		for _, p := range wrong {
			p.Place.Record, p.Place.Index = competency.EvidenceRecords, i
			problems = append(problems, p)
		}
		list[i] = e
	}
	recorded, err := s.People.Record(ctx, list, problems)
	if err != nil {
		return none, err
	}
	return evidencePayload(ctx, recorded, "evidence"), nil
}

// evidence reads an input, and says what is wrong with it by itself.
func (in EvidenceInput) evidence(now time.Time) (e competency.Evidence, problems []fault.Problem) {
	e = competency.Evidence{
		ID: in.ID, Employee: in.Employee, KnowledgePoints: in.KnowledgePoints, Kind: in.Kind, Attempts: int(optional.Value(in.Attempts)),
		Item: in.Item, Difficulty: in.Difficulty, At: now, Source: in.Source,
	}
	if e.Filled = in.filled; in.At == nil {
		e.Filled |= competency.FilledAt
	} else {
		e.At = in.At.Time
		if in.At.Wrong != (fault.Text{}) {
			e.At = now // wrong once is enough
			problems = append(problems, fault.Problem{Place: fault.Place{Field: "at"}, Code: fault.InvalidArgument, Text: in.At.Wrong})
		}
	}
	if seconds := optional.Value(in.DurationSeconds); seconds > 0 && seconds < math.MaxInt32 {
		e.Duration = time.Duration(seconds * float64(time.Second))
	} else if seconds != 0 { // more than a year, or less than nothing: CheckEvidence says so
		e.Duration = time.Duration(math.Copysign(float64(2*competency.MaxDuration), seconds))
	}
	switch {
	case (in.Score == nil) == (in.Correct == nil):
		problems = append(problems, fault.Problem{
			Place: fault.Place{Field: "score"}, Code: fault.InvalidArgument,
			Text: fault.T("give either score or correct", "score 与 correct 须填写其中一个"),
		})
	case in.Score != nil:
		e.Score = *in.Score
	case *in.Correct:
		e.Score = 1
	}
	return e, problems
}

// RetractEvidence takes evidence back, as if it had never come. It is kept, marked as
// retracted, and its id stays known.
func (s *Service) RetractEvidence(ctx context.Context, in RetractEvidenceInput) (none EvidencePayload, err error) {
	if len(in.IDs) > MaxEvidence {
		return none, tooMuchEvidence()
	}
	retracted, err := s.People.Retract(ctx, in.IDs)
	if err != nil {
		return none, err
	}
	return evidencePayload(ctx, retracted, ""), nil
}

// evidencePayload answers with what became of evidence. List is the input's field that
// holds the pieces.
func evidencePayload(ctx context.Context, r *people.RecordResult, list string) EvidencePayload {
	p := EvidencePayload{Results: r.Results, learners: append([]people.LearnerUpdate{}, r.Learners...), Outcome: Outcome{Revision: int(r.Snapshot.Revision()), UserErrors: []UserError{}}}
	for _, result := range r.Results {
		if len(result.Superseded) > 0 {
			p.Superseded++
		}
	}
	if len(r.Problems) > 0 {
		p.UserErrors = userErrors(&fault.Error{Problems: r.Problems}, list, catalog.Lang(ctx))
	}
	return p
}

func tooMuchEvidence() error {
	return fault.New(fault.LimitExceeded, "at most %d pieces of evidence can be sent at once: send them in parts", "一次最多处理 %d 条证据：请分批发送", MaxEvidence)
}
