package service_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/xapi"
)

// newIntakeAt is newIntake with a clock of its own, whose retries look often.
func newIntakeAt(t *testing.T, clock *servicetest.Clock) *intake {
	l := &intake{T: t, store: servicetest.MemoryStore(t), trips: &servicetest.StoreCalls{}}
	l.Service = l.open(clock, func() xapi.Mapping { return l.mapping })
	servicetest.Import(t, l.Service, servicetest.World(t, servicetest.SmallCatalog))
	return l
}

func (l *intake) open(clock *servicetest.Clock, mapping func() xapi.Mapping) *service.Service {
	svc, err := servicetest.New(servicetest.Context(l.T), l.store, servicetest.Config{Clock: clock.Now, Mapping: mapping, RetryEvery: 5 * time.Millisecond})
	require.NoError(l, err)
	return svc
}

// retryInBackground retries until the test ends.
func (l *intake) retryInBackground() {
	ctx, cancel := context.WithCancel(servicetest.Context(l.T))
	ended := l.StartRetries(ctx)
	l.Cleanup(func() { cancel(); ended() })
}

func (l *intake) awaitEvidence(pieces int) {
	l.Helper()
	require.Eventually(l, func() bool { return len(l.evidence()) == pieces }, 20*time.Second, time.Millisecond)
}

func refuseContradiction(l *intake, name, statement string) {
	l.Helper()
	before := l.evidence()
	list, _, err := xapi.Parse([]byte("[" + scored(7, "E1", "B", 1) + "," + statement + "]"))
	require.NoError(l, err)
	_, err = l.Receive(servicetest.Request(), list)
	require.Equal(l, fault.Conflict, fault.CodeOf(err), name)
	require.Equal(l, before, l.evidence(), "%s: nothing of the request is taken", name)
}

func employeeNamed(code string) competency.ChangeSet {
	return competency.ChangeSet{Put: competency.Records{People: competency.People{Employees: []competency.Employee{{Code: code, Name: "新"}}}}}
}

func TestNewEmployeeBringsWaitingResults(t *testing.T) {
	t.Parallel()
	l := newIntakeAt(t, &servicetest.Clock{})
	l.receive(scored(1, "E900", "A", 1), strings.Replace(scored(2, "x", "A", 0), `"account": {"homePage": "https://lms.example", "name": "x"}`, `"mbox": "mailto:e901@corp.example"`, 1))
	l.retryInBackground()
	l.receive(scored(3, "E900", "B", 1), scored(4, "E902", "B", 1))
	p, err := l.UpsertEmployee(servicetest.Request(), service.UpsertEmployeeInput{Employee: competency.Employee{Code: "E900", Name: "新"}})
	require.NoError(t, err)
	require.Empty(t, p.UserErrors)
	l.awaitEvidence(2)
	servicetest.Import(t, l.Service, employeeNamed("E901"))
	l.awaitEvidence(3)

	other := l.open(&servicetest.Clock{}, nil) // another process on the same store
	servicetest.Import(t, other, employeeNamed("E902"))
	l.awaitEvidence(4)
	require.Eventually(t, func() bool { return len(l.unmapped()) == 0 }, 20*time.Second, time.Millisecond)
}

func TestChangedMappingAndCatalogBringWaitingResults(t *testing.T) {
	t.Parallel()
	l := newIntakeAt(t, &servicetest.Clock{})
	var mu sync.Mutex
	mapping := xapi.Mapping{}
	l.Service = l.open(&servicetest.Clock{}, func() xapi.Mapping {
		mu.Lock()
		defer mu.Unlock()
		return mapping
	})
	l.receive(scored(1, "w.fang", "A", 1), scored(2, "E1", "quiz-9", 1), scored(3, "E1", "NEW", 1), scored(4, "E1", "NEWER", 1))
	l.retryInBackground()
	require.Never(t, func() bool { return len(l.evidence()) > 0 }, 50*time.Millisecond, 5*time.Millisecond)
	mu.Lock()
	mapping = xapi.NewMapping([]xapi.Rule{{Identifier: "w.fang", Employee: "E2"}, {Identifier: "quiz-9", KnowledgePoints: []string{"B"}}}, "")
	mu.Unlock()
	l.awaitEvidence(2)
	point := func(code string) service.UpsertKnowledgePointInput {
		return service.UpsertKnowledgePointInput{KnowledgePoint: competency.KnowledgePoint{Code: code, Name: "新"}}
	}
	_, err := l.UpsertKnowledgePoint(servicetest.Request(), point("NEW"))
	require.NoError(t, err)
	l.awaitEvidence(3)
	_, err = l.open(&servicetest.Clock{}, nil).UpsertKnowledgePoint(servicetest.Request(), point("NEWER"))
	require.NoError(t, err)
	// An instance notices the revision of another one within a second of its own clock,
	// which stands still here: so a third one starts.
	l.Service = l.open(&servicetest.Clock{}, nil)
	l.retryInBackground()
	l.awaitEvidence(4)
}

// Two instances that try the same again do no harm.
func TestTwoInstancesRetry(t *testing.T) {
	t.Parallel()
	l := newIntakeAt(t, &servicetest.Clock{})
	var all []string
	for i := range 50 {
		all = append(all, scored(i, "E900", "A", 1))
	}
	l.receive(all...)
	l.retryInBackground()
	l.Service = l.open(&servicetest.Clock{}, nil)
	l.retryInBackground()
	servicetest.Import(t, l.Service, employeeNamed("E900"))
	l.awaitEvidence(50)
	require.Eventually(t, func() bool { return len(l.unmapped()) == 0 }, 20*time.Second, time.Millisecond)
}
