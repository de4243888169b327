package people_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// What the states of a page of people rest on is one read of evidence, however many
// people, states and fields ask for it.
func TestEffectsOfAPageTakeOneReadOfEvidence(t *testing.T) {
	var calls servicetest.StoreCalls
	svc := servicetest.Open(t, calls.Watch(servicetest.MemoryStore(t)), &servicetest.Clock{})
	cs := servicetest.World(t, servicetest.SmallCatalog)
	var evidence []service.EvidenceInput
	for i := range 30 {
		code := servicetest.Code("X", i)
		cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: code, Name: "员工"})
		for n, point := range []string{"A", "B", "D"} {
			evidence = append(evidence, servicetest.Exam(fmt.Sprint(code, "-", n), code, point, 1))
		}
	}
	servicetest.Import(t, svc, cs)
	servicetest.Record(t, svc, evidence...)
	retracted, err := svc.RetractEvidence(servicetest.Request(), service.RetractEvidenceInput{IDs: []string{"X00003-1"}})
	require.NoError(t, err)
	require.Empty(t, retracted.UserErrors)
	calls.Take()

	effects := func(e *people.Employee) (list []string) {
		for _, state := range servicetest.Must(e.States(servicetest.Request())) {
			for _, effect := range servicetest.Must(state.Effects(servicetest.Request(), 10)) {
				require.Equal(t, state.KnowledgePoint().Code(), effect.Evidence().KnowledgePoints()[0].Code())
				list = append(list, effect.Evidence().ID())
			}
		}
		return list
	}
	page, err := svc.People.Employees(servicetest.Request(), 50, nil, nil, true)
	require.NoError(t, err)
	for i := range 30 {
		want := []string{}
		for n := range 3 {
			if i != 3 || n != 1 {
				want = append(want, fmt.Sprint(servicetest.Code("X", i), "-", n))
			}
		}
		require.Equal(t, want, effects(&page.Nodes[2+i]))
	}
	require.Empty(t, effects(&page.Nodes[0]), "a mastery that was entered rests on no evidence")
	require.Equal(t, []string{"Employees", "Evidence"}, calls.Take())

	e, err := svc.People.Employee(servicetest.Request(), "X00007")
	require.NoError(t, err)
	require.Len(t, effects(e), 3)
	require.Equal(t, []string{"Profile", "Evidence"}, calls.Take())
}
