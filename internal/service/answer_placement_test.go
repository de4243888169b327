package service_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// An id that is known for something else would leave the answer out, and have the
// same point come back for ever.
func TestAnswerPlacementRefusesAReusedID(t *testing.T) {
	c := &servicetest.Clock{}
	svc := servicetest.Open(t, servicetest.MemoryStore(t), c)
	servicetest.Import(t, svc, servicetest.World(t, "C <- B\nB <- A\nD\nP: C=0.7\nQ: D"))
	practice := func(id, employee, point string) service.EvidenceInput {
		e := servicetest.Exam(id, employee, point, 0)
		e.Kind = competency.PracticeAnswer
		return e
	}
	servicetest.Record(t, svc, practice("old", "E1", "B"))
	c.Advance(40 * 24 * time.Hour)
	both := practice("both", "E1", "B")
	both.KnowledgePoints = []string{"A", "B"}
	servicetest.Record(t, svc, practice("theirs", "E2", "B"), practice("other", "E1", "A"), practice("gone", "E1", "B"), servicetest.Exam("exam", "E1", "B", 0), both)
	_, err := svc.RetractEvidence(servicetest.Request(), service.RetractEvidenceInput{IDs: []string{"gone"}})
	require.NoError(t, err)

	answer := func(id, point string, at *time.Time, options *analysis.PlacementOptions) service.PlacementPayload {
		in := service.AnswerPlacementInput{ID: &id, Employee: "E1", Position: "P", KnowledgePoint: point, Correct: new(false), Options: options}
		if at != nil {
			in.At = service.TimeGiven(*at)
		}
		p, err := svc.AnswerPlacement(servicetest.Request(), in)
		require.NoError(t, err)
		return p
	}
	for _, id := range []string{"old", "theirs", "other", "gone", " gone ", "exam", "both"} {
		p := answer(id, "B", nil, nil)
		require.Nil(t, p.Placement, id)
		require.Len(t, p.UserErrors, 1, id)
		require.Equal(t, fault.Conflict, p.UserErrors[0].Code)
		require.Equal(t, "id", *p.UserErrors[0].Field)
		require.Regexp(t, "choose a new id for each answer|stands for other evidence already", p.UserErrors[0].Message)
	}
	chinese, err := svc.AnswerPlacement(servicetest.RequestIn(fault.Chinese),
		service.AnswerPlacementInput{ID: new("gone"), Employee: "E1", Position: "P", KnowledgePoint: "B", Correct: new(false)})
	require.NoError(t, err)
	require.Contains(t, chinese.UserErrors[0].Message, "请使用新的 id")

	// What was not recorded is no part of the placement, and a new id helps.
	p := answer("new", "B", nil, nil)
	require.Empty(t, p.UserErrors)
	require.Equal(t, 2, p.Placement.Asked(), "A and B")
	// The same answer again does no harm, for another position neither, nor one that
	// would not count for its time.
	for _, again := range []service.PlacementPayload{
		answer("new", "B", nil, nil), answer(" new", "B", nil, nil), answer("other", "A", nil, nil),
		answer("old", "B", new(kgtest.Now), nil),
		answer("old", "B", nil, &analysis.PlacementOptions{Since: new(kgtest.Now)}),
	} {
		require.Empty(t, again.UserErrors)
		require.Equal(t, 2, again.Placement.Asked())
	}
	elsewhere, err := svc.AnswerPlacement(servicetest.Request(), service.AnswerPlacementInput{ID: new("new"), Employee: "E1", Position: "Q", KnowledgePoint: "B", Correct: new(false)})
	require.NoError(t, err)
	require.Empty(t, elsewhere.UserErrors)
}
