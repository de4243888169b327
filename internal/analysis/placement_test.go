package analysis_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

// A person who answers through the API, with a slip here and there, is placed in
// fewer questions than there are points, breaks and repetitions included.
func TestPlacementSession(t *testing.T) {
	t.Parallel()
	w := kgtest.RandomWorld(3, kgtest.BenchShape(300))
	in := w.RestrictToClosure(100)
	svc := servicetest.Open(t, servicetest.MemoryStore(t), &servicetest.Clock{})
	servicetest.Import(t, svc, competency.ChangeSet{Put: competency.Records{Catalog: w.Catalog, People: competency.People{
		Employees: []competency.Employee{{Code: "E1", Name: "新人"}},
	}}})
	g := w.Compile(t)
	knows := map[string]bool{}
	for _, code := range in {
		knows[code] = g.Depth(kgtest.Node(t, g, code)) <= 2
	}
	r := rand.New(rand.NewPCG(1, 2))
	p, err := svc.Analysis.PlacementNext(servicetest.Request(), "E1", "P", nil)
	require.NoError(t, err)
	require.Zero(t, p.Asked())
	asked := 0
	for ; p.KnowledgePoint() != nil; asked++ {
		require.Less(t, asked, len(in))
		code := p.KnowledgePoint().Code()
		right := knows[code] != (r.Float64() < 0.1)
		id := fmt.Sprint("answer-", asked)
		for range 1 + asked%2 { // some are sent twice
			got, err := svc.AnswerPlacement(servicetest.Request(), service.AnswerPlacementInput{ID: &id, Employee: "E1", Position: "P", KnowledgePoint: code, Correct: &right})
			require.NoError(t, err)
			require.Empty(t, got.UserErrors)
			p = got.Placement
		}
		require.Equal(t, asked+1, p.Asked())
	}
	require.Less(t, asked, 2*len(in)/3)
	right := 0
	for _, c := range p.Conclusions(false) {
		require.Equal(t, c.Known(), c.Probability > 0.5)
		if c.Known() == knows[c.KnowledgePoint().Code()] {
			right++
		}
	}
	require.Greater(t, right, 9*len(in)/10)
	for _, c := range p.Conclusions(true) {
		require.True(t, c.Uncertain())
	}
	// Asked again later it goes on where it was.
	again, err := svc.Analysis.PlacementNext(servicetest.Request(), "E1", "P", nil)
	require.NoError(t, err)
	require.Equal(t, asked, again.Asked())
	require.Nil(t, again.KnowledgePoint())
}

func TestPlacementDoesNotChangeStates(t *testing.T) {
	svc := servicetest.OpenWorld(t, "C <- B\nB <- A\nP: C=0.7\n@ A=0.9")
	p, err := svc.Analysis.PlacementNext(servicetest.Request(), "E1", "P", nil)
	require.NoError(t, err)
	for _, c := range p.Conclusions(false) {
		require.NotEqual(t, "A", c.KnowledgePoint().Code(), "what is mastered is neither asked nor concluded upon")
	}
	g, err := svc.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", nil, nil)
	require.NoError(t, err)
	inferred := g.Inferred()
	require.Len(t, inferred, 2)
	require.Equal(t, "B", inferred[0].KnowledgePoint().Code())
	require.Greater(t, inferred[0].Probability, inferred[1].Probability, "nearer to what is known")

	// Success on the dependent raises belief in the prerequisite; statuses stay.
	before := inferred[0].Probability
	practice := servicetest.Exam("1", "E1", "C", 1)
	practice.Kind = competency.PracticeAnswer
	servicetest.Record(t, svc, practice)
	g, err = svc.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", nil, nil)
	require.NoError(t, err)
	require.Greater(t, g.Inferred()[0].Probability, before)
	require.True(t, g.Inferred()[0].Inferred())
	state, err := svc.People.Employee(servicetest.Request(), "E1")
	require.NoError(t, err)
	states, err := state.States(servicetest.Request())
	require.NoError(t, err)
	require.Len(t, states, 2, "B has no state still")
}

// What was answered long ago counts by the mastery that it supports.
func TestPlacementAnswersExpire(t *testing.T) {
	c := &servicetest.Clock{}
	svc := servicetest.Open(t, servicetest.MemoryStore(t), c)
	servicetest.Import(t, svc, servicetest.World(t, "C <- B\nB <- A\nP: C=0.7"))
	practice := servicetest.Exam("1", "E1", "B", 0)
	practice.Kind = competency.PracticeAnswer
	servicetest.Record(t, svc, practice)
	asked := func() int {
		p, err := svc.Analysis.PlacementNext(servicetest.Request(), "E1", "P", nil)
		require.NoError(t, err)
		return p.Asked()
	}
	require.Equal(t, 1, asked(), "any practice answer is one of a placement")
	c.Advance(40 * 24 * time.Hour)
	require.Zero(t, asked())
}

func TestPlacementRefusesArguments(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	for _, o := range []analysis.PlacementOptions{{Slip: new(0.5)}, {Guess: new(-0.1)}, {Sure: new(0.2)}, {Sure: new(1.1)}} {
		_, err := svc.Analysis.PlacementNext(servicetest.Request(), "E1", "P", &o)
		require.Equal(t, fault.InvalidArgument, fault.CodeOf(err))
	}
	_, err := svc.Analysis.PlacementNext(servicetest.Request(), "E1", "NONE", nil)
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	_, err = svc.AnswerPlacement(servicetest.Request(), service.AnswerPlacementInput{Employee: "E1", Position: "NONE", KnowledgePoint: "A", Correct: new(true)})
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	for field, in := range map[string]service.AnswerPlacementInput{
		"knowledgePoint": {Employee: "E1", Position: "P", KnowledgePoint: "NONE", Correct: new(true)},
		"score":          {Employee: "E1", Position: "P", KnowledgePoint: "A"},
		"employee":       {Employee: "E9", Position: "P", KnowledgePoint: "A", Score: new(0.5)},
	} {
		p, err := svc.AnswerPlacement(servicetest.Request(), in)
		require.NoError(t, err)
		require.Nil(t, p.Placement)
		require.Equal(t, field, *p.UserErrors[0].Field)
	}
	e, err := svc.People.Employee(servicetest.Request(), "E1")
	require.NoError(t, err)
	page, err := e.Evidence(servicetest.Request(), 10, nil, nil)
	require.NoError(t, err)
	require.Empty(t, page.Nodes)
}

// pointlessStore is a store whose evidence has lost its points, as other means leave it.
type pointlessStore struct{ store.Store }

func (p pointlessStore) Evidence(ctx context.Context, q store.EvidenceQuery) ([]competency.Evidence, error) {
	list, err := p.Store.Evidence(ctx, q)
	for i := range list {
		list[i].KnowledgePoints = nil
	}
	return list, err
}

func TestPlacementIgnoresEvidenceWithoutPoints(t *testing.T) {
	svc := servicetest.Open(t, pointlessStore{servicetest.MemoryStore(t)}, &servicetest.Clock{})
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	practice := servicetest.Exam("1", "E1", "B", 0)
	practice.Kind = competency.PracticeAnswer
	servicetest.Record(t, svc, practice, servicetest.Exam("2", "E1", "B", 1))
	p, err := svc.Analysis.PlacementNext(servicetest.Request(), "E1", "P", nil)
	require.NoError(t, err)
	require.Zero(t, p.Asked())
	require.NotNil(t, p.KnowledgePoint())
}
