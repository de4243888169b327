package service_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/service"
)

// observe records the result of somebody on a point.
func observe(t testing.TB, svc *service.Service, id, employee, point string, score float64) {
	t.Helper()
	p, err := svc.RecordEvidence(begin(), service.RecordEvidenceInput{Evidence: []service.EvidenceInput{{
		ID: id, Employee: employee, KnowledgePoints: []string{point}, Kind: competency.Exam, Score: &score,
	}}})
	require.NoError(t, err)
	require.Empty(t, p.UserErrors)
}

// told shows an update: mastery by point, -1 where nothing is known any more.
func pushed(t testing.TB, u service.LearnerUpdate) map[string]float64 {
	t.Helper()
	ctx, all := begin(), map[string]float64{}
	for _, st := range must(u.States(ctx)) {
		all[st.KnowledgePoint().Code()] = st.Mastery()
	}
	for _, p := range must(u.Unassessed(ctx)) {
		all[p.Code()] = -1
	}
	return all
}

// stored shows the same of all that is known of somebody.
func stored(t testing.TB, svc *service.Service, employee string) map[string]float64 {
	t.Helper()
	e, err := svc.Employee(begin(), employee)
	require.NoError(t, err)
	all := map[string]float64{}
	for _, st := range must(e.States(begin())) {
		all[st.KnowledgePoint().Code()] = st.Mastery()
	}
	return all
}

func TestSubscribersAreToldWhatBecomesKnown(t *testing.T) {
	var l trips
	c := &clock{}
	svc := serve(t, l.watch(memory(t)), c)
	plant(t, svc, world(t, small))
	_, err := svc.LearnerUpdated(t.Context(), "NOBODY")
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	updates, err := svc.LearnerUpdated(t.Context(), "E1")
	require.NoError(t, err)
	same, err := svc.LearnerUpdated(t.Context(), "E1")
	require.NoError(t, err)
	others, err := svc.LearnerUpdated(t.Context(), "E2")
	require.NoError(t, err)

	observe(t, svc, "b", "E1", "B", 1)
	c.advance(time.Minute)
	l.take()
	u := <-updates
	require.Equal(t, map[string]float64{"B": stored(t, svc, "E1")["B"]}, pushed(t, u))
	l.take()
	e, err := u.Employee(begin())
	require.NoError(t, err)
	require.Equal(t, "E1", e.Code())
	steps, err := u.NextSteps(begin(), "P", 3, nil)
	require.NoError(t, err)
	require.Equal(t, "B", steps[0].KnowledgePoint().Code())
	require.Equal(t, pushed(t, u), pushed(t, <-same))
	require.Empty(t, l.take(), "one round trip is enough for all of it, and for all who listen")

	_, err = svc.RetractEvidence(begin(), service.RetractEvidenceInput{IDs: []string{"b"}})
	require.NoError(t, err)
	require.Equal(t, map[string]float64{"B": -1}, pushed(t, <-updates))

	_, err = svc.SetMastery(begin(), service.SetMasteryInput{Employee: "E1", KnowledgePoint: "D", Mastery: 0.5})
	require.NoError(t, err)
	require.Equal(t, map[string]float64{"D": 0.5}, pushed(t, <-updates))

	var cs competency.ChangeSet
	cs.Put.Mastery = []competency.Assessment{
		{Employee: "E1", KnowledgePoint: "A", Mastery: 0.25, AssessedAt: c.now()}, {Employee: "E2", KnowledgePoint: "A", Mastery: 1, AssessedAt: c.now()},
	}
	plant(t, svc, cs)
	require.Equal(t, map[string]float64{"A": 0.25}, pushed(t, <-updates))
	require.Equal(t, map[string]float64{"A": 1}, pushed(t, <-others))

	observe(t, svc, "b", "E1", "B", 1) // as before, and retracted since
	rename(t, svc, "改名")
	require.Empty(t, updates, "of what changes nothing nobody is told")
}

func TestWhoTakesNothingGetsAllOfItInOne(t *testing.T) {
	svc := fresh(t, small)
	updates, err := svc.LearnerUpdated(t.Context(), "E1")
	require.NoError(t, err)
	for i := range 60 {
		observe(t, svc, code("e", i), "E1", []string{"A", "B", "D"}[i%3], float64(i%2))
	}
	require.Len(t, updates, 1)
	require.Equal(t, stored(t, svc, "E1"), pushed(t, <-updates), "the newest, however old the update is")
	require.Empty(t, updates)
}

func TestWhoHasGoneIsForgotten(t *testing.T) {
	open := make(chan int, 10)
	svc, err := service.New(t.Context(), memory(t), service.Config{Subscribed: func(n int) { open <- n }})
	require.NoError(t, err)
	plant(t, svc, world(t, small))
	ctx, leave := context.WithCancel(t.Context())
	gone, err := svc.LearnerUpdated(ctx, "E1")
	require.NoError(t, err)
	require.Equal(t, 1, <-open)
	stays, err := svc.LearnerUpdated(t.Context(), "E1")
	require.NoError(t, err)
	require.Equal(t, 2, <-open)
	leave()
	require.Equal(t, 1, <-open)
	observe(t, svc, "e", "E1", "B", 1)
	require.Empty(t, gone)
	require.Len(t, stays, 1)
	_, err = svc.LearnerUpdated(ctx, "E1")
	require.Equal(t, fault.Unavailable, fault.CodeOf(err), "who has gone before the beginning")
	require.Empty(t, open)
}

// Many write by all ways at once, and somebody takes what comes, now and then. In
// the end they know what is stored.
func TestNothingIsMissed(t *testing.T) {
	svc := serve(t, memory(t), &clock{})
	const points = 20
	text := ""
	for i := range points {
		text += fmt.Sprintf(" K%d", i)
	}
	plant(t, svc, world(t, "C {"+text+" }"))
	updates, err := svc.LearnerUpdated(t.Context(), "E1")
	require.NoError(t, err)

	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(w)))
			for i := range 40 {
				point, mastery := fmt.Sprintf("K%d", r.IntN(points)), r.Float64()
				switch r.IntN(3) {
				case 0:
					at := kgtest.Now.Add(time.Duration(r.IntN(1000)) * time.Hour)
					_, err := svc.SetMastery(begin(), service.SetMasteryInput{Employee: "E1", KnowledgePoint: point, Mastery: mastery, AssessedAt: &at})
					require.NoError(t, err)
				case 1:
					_, err := svc.RetractEvidence(begin(), service.RetractEvidenceInput{IDs: []string{fmt.Sprint(w, "-", r.IntN(40))}})
					require.NoError(t, err)
				default:
					observe(t, svc, fmt.Sprint(w, "-", i), "E1", point, mastery)
				}
			}
		})
	}
	written := make(chan struct{})
	go func() { writers.Wait(); close(written) }()
	known := map[string]float64{}
	see := func(u service.LearnerUpdate) {
		for point, mastery := range pushed(t, u) {
			if known[point] = mastery; mastery < 0 {
				delete(known, point)
			}
		}
	}
	for ended := false; !ended; {
		select {
		case u := <-updates:
			see(u)
		case <-written:
			ended = true
		}
	}
	if len(updates) > 0 {
		see(<-updates)
	}
	require.Equal(t, stored(t, svc, "E1"), known)
}
