package people_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

// pushedStates shows an update: mastery by point, -1 where a state is gone.
func pushedStates(t testing.TB, u people.LearnerUpdate) map[string]float64 {
	t.Helper()
	ctx, all := servicetest.Request(), map[string]float64{}
	for _, st := range servicetest.Must(u.States(ctx)) {
		all[st.KnowledgePoint().Code()] = st.Mastery()
	}
	for _, p := range servicetest.Must(u.Unassessed(ctx)) {
		all[p.Code()] = -1
	}
	return all
}

// storedStates shows all stored states of an employee in the same way.
func storedStates(t testing.TB, svc *service.Service, employee string) map[string]float64 {
	t.Helper()
	e, err := svc.People.Employee(servicetest.Request(), employee)
	require.NoError(t, err)
	all := map[string]float64{}
	for _, st := range servicetest.Must(e.States(servicetest.Request())) {
		all[st.KnowledgePoint().Code()] = st.Mastery()
	}
	return all
}

func TestSubscribersReceiveChanges(t *testing.T) {
	var l servicetest.StoreCalls
	c := &servicetest.Clock{}
	svc := servicetest.Open(t, l.Watch(servicetest.MemoryStore(t)), c)
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	_, err := svc.People.LearnerUpdated(servicetest.Context(t), "NOBODY", false)
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	updates, err := svc.People.LearnerUpdated(servicetest.Context(t), "E1", false)
	require.NoError(t, err)
	same, err := svc.People.LearnerUpdated(servicetest.Context(t), "E1", false)
	require.NoError(t, err)
	others, err := svc.People.LearnerUpdated(servicetest.Context(t), "E2", false)
	require.NoError(t, err)

	servicetest.RecordExam(t, svc, "b", "E1", "B", 1)
	c.Advance(time.Minute)
	u := <-updates
	require.Equal(t, map[string]float64{"B": storedStates(t, svc, "E1")["B"]}, pushedStates(t, u))
	l.Take()
	e, err := u.Employee(servicetest.Request())
	require.NoError(t, err)
	require.Equal(t, "E1", e.Code())
	steps, err := svc.Analysis.NextStepsAfter(servicetest.Request(), u, "P", 3, nil)
	require.NoError(t, err)
	require.Equal(t, "B", steps[0].KnowledgePoint().Code())
	require.Equal(t, pushedStates(t, u), pushedStates(t, <-same))
	require.Empty(t, l.Take(), "one round trip is enough for all of it, and for all who listen")

	_, err = svc.RetractEvidence(servicetest.Request(), service.RetractEvidenceInput{IDs: []string{"b"}})
	require.NoError(t, err)
	require.Equal(t, map[string]float64{"B": -1}, pushedStates(t, <-updates))

	_, err = svc.SetMastery(servicetest.Request(), service.SetMasteryInput{Employee: "E1", KnowledgePoint: "D", Mastery: 0.5})
	require.NoError(t, err)
	require.Equal(t, map[string]float64{"D": 0.5}, pushedStates(t, <-updates))

	var cs competency.ChangeSet
	cs.Put.Mastery = []competency.Assessment{
		{Employee: "E1", KnowledgePoint: "A", Mastery: 0.25, AssessedAt: c.Now()}, {Employee: "E2", KnowledgePoint: "A", Mastery: 1, AssessedAt: c.Now()},
	}
	servicetest.Import(t, svc, cs)
	require.Equal(t, map[string]float64{"A": 0.25}, pushedStates(t, <-updates))
	require.Equal(t, map[string]float64{"A": 1}, pushedStates(t, <-others))

	servicetest.RecordExam(t, svc, "b", "E1", "B", 1) // as before, and retracted since
	servicetest.RenamePosition(t, svc, "改名")
	svc.People.AwaitPushed()
	require.Empty(t, updates, "what changes nothing is not pushed")
}

func TestSubscriptionBeginsWithTheCurrentStates(t *testing.T) {
	t.Parallel()
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	servicetest.RecordExam(t, svc, "a", "E1", "A", 1)
	servicetest.RecordExam(t, svc, "b", "E1", "B", 1)
	updates, err := svc.People.LearnerUpdated(servicetest.Context(t), "E1", true)
	require.NoError(t, err)
	u := <-updates
	states := storedStates(t, svc, "E1")
	require.Contains(t, states, "A")
	require.Contains(t, states, "B")
	require.Equal(t, states, pushedStates(t, u))
	steps, err := svc.Analysis.NextStepsAfter(servicetest.Request(), u, "P", 3, nil)
	require.NoError(t, err)
	require.NotEmpty(t, steps)
	servicetest.RecordExam(t, svc, "d", "E1", "D", 1)
	require.Equal(t, map[string]float64{"D": storedStates(t, svc, "E1")["D"]}, pushedStates(t, <-updates), "later updates have the changes alone")

	servicetest.RecordExam(t, svc, "e", "E1", "D", 0)
	later, err := svc.People.LearnerUpdated(servicetest.Context(t), "E1", true)
	require.NoError(t, err)
	servicetest.RecordExam(t, svc, "f", "E1", "A", 0) // merged into the first one
	svc.People.AwaitPushed()
	require.Equal(t, storedStates(t, svc, "E1"), pushedStates(t, <-later))
}

func TestSubscriptionWithoutStatesBeginsAtOnce(t *testing.T) {
	t.Parallel()
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	var cs competency.ChangeSet
	cs.Put.Employees = []competency.Employee{{Code: "NEW", Name: "新人"}}
	servicetest.Import(t, svc, cs)
	updates, err := svc.People.LearnerUpdated(servicetest.Context(t), "NEW", true)
	require.NoError(t, err)
	require.Empty(t, pushedStates(t, <-updates))
}

func TestUpdatesMergeUntilTaken(t *testing.T) {
	t.Parallel()
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	updates, err := svc.People.LearnerUpdated(servicetest.Context(t), "E1", false)
	require.NoError(t, err)
	for i := range 60 {
		servicetest.RecordExam(t, svc, servicetest.Code("e", i), "E1", []string{"A", "B", "D"}[i%3], float64(i%2))
	}
	svc.People.AwaitPushed()
	require.Len(t, updates, 1)
	require.Equal(t, storedStates(t, svc, "E1"), pushedStates(t, <-updates), "all of them, as they are now")
	require.Empty(t, updates)
}

func TestSubscriptionEndsWithItsContext(t *testing.T) {
	open := make(chan int, 10)
	svc, err := servicetest.New(t.Context(), servicetest.MemoryStore(t), servicetest.Config{Subscribed: func(n int) { open <- n }})
	require.NoError(t, err)
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	ctx, leave := context.WithCancel(servicetest.Context(t))
	gone, err := svc.People.LearnerUpdated(ctx, "E1", false)
	require.NoError(t, err)
	require.Equal(t, 1, <-open)
	stays, err := svc.People.LearnerUpdated(servicetest.Context(t), "E1", false)
	require.NoError(t, err)
	require.Equal(t, 2, <-open)
	leave()
	require.Equal(t, 1, <-open)
	servicetest.RecordExam(t, svc, "e", "E1", "B", 1)
	svc.People.AwaitPushed()
	require.Empty(t, gone)
	require.Len(t, stays, 1)
	_, err = svc.People.LearnerUpdated(ctx, "E1", false)
	require.Equal(t, fault.Unavailable, fault.CodeOf(err), "who has gone before the beginning")
	require.Empty(t, open)
}

// Writers change states in all ways at once, while a subscriber takes updates. In the
// end the subscriber knows what is stored.
func TestNoChangeIsMissed(t *testing.T) {
	t.Parallel()
	svc := servicetest.Open(t, servicetest.MemoryStore(t), &servicetest.Clock{})
	const points = 20
	text := ""
	for i := range points {
		text += fmt.Sprintf(" K%d", i)
	}
	servicetest.Import(t, svc, servicetest.World(t, "C {"+text+" }"))
	updates, err := svc.People.LearnerUpdated(servicetest.Context(t), "E1", false)
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
					_, err := svc.SetMastery(servicetest.Request(), service.SetMasteryInput{Employee: "E1", KnowledgePoint: point, Mastery: mastery, AssessedAt: service.TimeGiven(at)})
					require.NoError(t, err)
				case 1:
					_, err := svc.RetractEvidence(servicetest.Request(), service.RetractEvidenceInput{IDs: []string{fmt.Sprint(w, "-", r.IntN(40))}})
					require.NoError(t, err)
				default:
					servicetest.RecordExam(t, svc, fmt.Sprint(w, "-", i), "E1", point, mastery)
				}
			}
		})
	}
	written := make(chan struct{})
	go func() { writers.Wait(); close(written) }()
	known := map[string]float64{}
	receive := func(u people.LearnerUpdate) {
		for point, mastery := range pushedStates(t, u) {
			if known[point] = mastery; mastery < 0 {
				delete(known, point)
			}
		}
	}
	for ended := false; !ended; {
		select {
		case u := <-updates:
			receive(u)
		case <-written:
			ended = true
		}
	}
	svc.People.AwaitPushed()
	if len(updates) > 0 {
		receive(<-updates)
	}
	require.Equal(t, storedStates(t, svc, "E1"), known)
}

// deletingStore is a store in which an employee is deleted right after having been read.
type deletingStore struct {
	store.Store
	afterProfile func()
}

func (d *deletingStore) Profile(ctx context.Context, code string) (store.Profile, error) {
	p, err := d.Store.Profile(ctx, code)
	if run := d.afterProfile; run != nil {
		d.afterProfile = nil
		run()
	}
	return p, err
}

func TestSubscriptionToAnEmployeeWhoIsBeingDeletedEnds(t *testing.T) {
	t.Parallel()
	st, open := &deletingStore{Store: servicetest.MemoryStore(t)}, make(chan int, 10)
	svc, err := servicetest.New(t.Context(), st, servicetest.Config{Subscribed: func(n int) { open <- n }})
	require.NoError(t, err)
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	st.afterProfile = func() {
		p, err := svc.Delete(servicetest.Request(), competency.Employees, service.DeleteInput{Code: "E1"})
		require.NoError(t, err)
		require.Empty(t, p.UserErrors)
	}
	updates, err := svc.People.LearnerUpdated(servicetest.Context(t), "E1", false)
	require.NoError(t, err)
	more, err := servicetest.Within(t, func() (bool, error) { _, more := <-updates; return more, nil })
	require.NoError(t, err)
	require.False(t, more)
	require.Equal(t, 1, <-open)
	require.Equal(t, 0, <-open)
}

// An assessment is pushed exactly where it changes the state, by the rule of
// store.Catalog.Apply: for every combination of times and values.
func TestAssessmentsArePushedWhereTheyChangeAState(t *testing.T) {
	t.Parallel()
	now := kgtest.Now
	st := servicetest.MemoryStore(t)
	svc, err := servicetest.New(t.Context(), st, servicetest.Config{Clock: func() time.Time { return now }})
	require.NoError(t, err)
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	updates, err := svc.People.LearnerUpdated(servicetest.Context(t), "E1", false)
	require.NoError(t, err)

	const stored = 0.5
	day := 24 * time.Hour
	times := map[string]time.Time{
		"older": kgtest.Now.Add(-day), "same time": kgtest.Now, "within the same microsecond": kgtest.Now.Truncate(time.Microsecond).Add(999), "newer": kgtest.Now.Add(day), "no time": {},
	}
	seen := map[bool]int{}
	n := 0
	for _, assessed := range []bool{true, false} {
		for name, at := range times {
			for _, mastery := range []float64{stored, 0.75} {
				for setName, setAt := range times {
					if setAt.IsZero() || at.After(setAt.Add(competency.MaxAhead)) {
						continue
					}
					n++
					point := servicetest.Code("K", n)
					now = kgtest.Now
					var cs competency.ChangeSet
					cs.Put.KnowledgePoints = []competency.KnowledgePoint{{Code: point, Name: "点"}}
					servicetest.Import(t, svc, cs)
					if assessed {
						servicetest.Import(t, svc, assessment(point, stored, kgtest.Now))
						<-updates
					}
					before := statesOf(t, st, "E1")
					now = setAt
					servicetest.Import(t, svc, assessment(point, mastery, at))
					svc.People.AwaitPushed()
					changed := !reflect.DeepEqual(before, statesOf(t, st, "E1"))
					say := fmt.Sprintf("assessed before: %v; %s, mastery %v, in a set that is %s", assessed, name, mastery, setName)
					require.Equal(t, changed, len(updates) == 1, say)
					if changed {
						require.Equal(t, map[string]float64{point: mastery}, pushedStates(t, <-updates), say)
					}
					seen[changed]++
				}
			}
		}
	}
	require.Equal(t, map[bool]int{true: 41, false: 19}, seen, "of the 30 combinations without a state, all change something")
}

func assessment(point string, mastery float64, at time.Time) (cs competency.ChangeSet) {
	cs.Put.Mastery = []competency.Assessment{{Employee: "E1", KnowledgePoint: point, Mastery: mastery, AssessedAt: at}}
	return cs
}
