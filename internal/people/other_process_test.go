package people_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

// watchedStore counts the calls of some methods, and fails them while it is told so.
type watchedStore struct {
	store.Store
	moved, employees         atomic.Int64
	movedFails, membersFail  atomic.Bool
	movedFailed, membersFell atomic.Int64
}

var errAway = fmt.Errorf("away: %w", store.ErrUnavailable)

func (s *watchedStore) Moved(ctx context.Context, mark string) (store.MovedPage, error) {
	if s.movedFails.Load() {
		s.movedFailed.Add(1)
		return store.MovedPage{}, errAway
	}
	defer s.moved.Add(1)
	return s.Store.Moved(ctx, mark)
}

func (s *watchedStore) Employees(ctx context.Context, q store.EmployeeQuery) (store.EmployeePage, error) {
	if s.membersFail.Load() {
		s.membersFell.Add(1)
		return store.EmployeePage{}, errAway
	}
	s.employees.Add(1)
	return s.Store.Employees(ctx, q)
}

// awaitPolls waits until the store was asked twice more who has changed, and subscribers have heard of
// it: so of everything that was committed before.
func (s *watchedStore) awaitPolls(t *testing.T, svc *service.Service) {
	t.Helper()
	for begun := s.moved.Load(); s.moved.Load() < begun+2; {
		require.NoError(t, t.Context().Err())
		time.Sleep(time.Millisecond)
	}
	svc.People.AwaitPushed()
}

const testFollowEvery = 5 * time.Millisecond

// twoInstances opens two programs' worth of layers on one file. The first follows what
// the other changes.
func twoInstances(t *testing.T, first servicetest.Config) (here, there *service.Service, st *watchedStore) {
	t.Helper()
	files := servicetest.FileStores(t, 2)
	st = &watchedStore{Store: files[0]}
	first.FollowEvery = testFollowEvery
	var err error
	there, err = servicetest.New(servicetest.Context(t), files[1], servicetest.Config{Clock: first.Clock})
	require.NoError(t, err)
	servicetest.Import(t, there, servicetest.World(t, servicetest.SmallCatalog))
	here, err = servicetest.New(servicetest.Context(t), st, first)
	require.NoError(t, err)
	return here, there, st
}

func subscribe(t *testing.T, svc *service.Service, employee string) <-chan people.LearnerUpdate {
	t.Helper()
	updates, err := svc.People.LearnerUpdated(servicetest.Context(t), employee, false)
	require.NoError(t, err)
	return updates
}

// next returns the next update; more is false at the end.
func next(t *testing.T, updates <-chan people.LearnerUpdate) (u people.LearnerUpdate, more bool) {
	t.Helper()
	type received struct {
		u    people.LearnerUpdate
		more bool
	}
	r, _ := servicetest.Within(t, func() (received, error) { u, more := <-updates; return received{u, more}, nil })
	return r.u, r.more
}

func nextStates(t *testing.T, updates <-chan people.LearnerUpdate) map[string]float64 {
	t.Helper()
	u, more := next(t, updates)
	require.True(t, more)
	return pushedStates(t, u)
}

func TestSubscribersHearWhatOtherProcessesChange(t *testing.T) {
	t.Parallel()
	here, there, st := twoInstances(t, servicetest.Config{})
	updates := subscribe(t, here, "E1")
	servicetest.RecordExam(t, there, "b", "E1", "B", 1)
	require.Equal(t, map[string]float64{"B": storedStates(t, there, "E1")["B"]}, nextStates(t, updates), "the point that has changed, and no other")
	setMastery(t, there, "D", 0.5, kgtest.Now)
	require.Equal(t, map[string]float64{"D": 0.5}, nextStates(t, updates))
	_, err := there.RetractEvidence(servicetest.Request(), service.RetractEvidenceInput{IDs: []string{"b"}})
	require.NoError(t, err)
	require.Equal(t, map[string]float64{"B": -1}, nextStates(t, updates))

	var cs competency.ChangeSet
	cs.Put.Employees = []competency.Employee{{Code: "E1", Name: "改名"}}
	cs.Put.Mastery = []competency.Assessment{{Employee: "E1", KnowledgePoint: "D", Mastery: 0.5}, {Employee: "E2", KnowledgePoint: "D", Mastery: 1}}
	servicetest.Import(t, there, cs)
	st.awaitPolls(t, here)
	require.Empty(t, updates, "the states are as before")
}

// What this process has pushed is not pushed again when the store tells of it.
func TestOwnChangesArePushedOnce(t *testing.T) {
	t.Parallel()
	here, there, st := twoInstances(t, servicetest.Config{})
	updates := subscribe(t, here, "E1")
	for i := range 20 {
		if i%2 == 0 {
			servicetest.RecordExam(t, here, servicetest.Code("e", i), "E1", "B", 1)
		} else {
			setMastery(t, here, "D", float64(i)/20, kgtest.Now)
		}
		require.NotEmpty(t, nextStates(t, updates))
		st.awaitPolls(t, here)
		require.Empty(t, updates)
	}
	servicetest.RecordExam(t, there, "other", "E1", "B", 0)
	require.Contains(t, nextStates(t, updates), "B", "what another process has changed since is")
}

func TestOneReadForAllWhoHaveChanged(t *testing.T) {
	t.Parallel()
	here, there, st := twoInstances(t, servicetest.Config{})
	var cs competency.ChangeSet
	for i := range 30 {
		cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: servicetest.Code("N", i), Name: "新人"})
	}
	servicetest.Import(t, there, cs)
	all := map[string]<-chan people.LearnerUpdate{}
	for i := range 10 {
		code := servicetest.Code("N", i)
		all[code] = subscribe(t, here, code)
	}
	st.awaitPolls(t, here)
	before := st.employees.Load()
	var same competency.ChangeSet
	for i := range 30 {
		same.Put.Mastery = append(same.Put.Mastery, competency.Assessment{Employee: servicetest.Code("N", i), KnowledgePoint: "A", Mastery: 1})
	}
	servicetest.Import(t, there, same)
	for _, updates := range all {
		require.Equal(t, map[string]float64{"A": 1}, nextStates(t, updates))
	}
	st.awaitPolls(t, here)
	require.Equal(t, before+1, st.employees.Load(), "of the ten who have subscribers")

	servicetest.RecordExam(t, there, "b", "E1", "B", 1)
	st.awaitPolls(t, here)
	require.Equal(t, before+1, st.employees.Load(), "nobody who has changed has a subscriber")
}

func TestFailingStoreLosesNoUpdate(t *testing.T) {
	t.Parallel()
	here, there, st := twoInstances(t, servicetest.Config{})
	updates := subscribe(t, here, "E1")
	for name, c := range map[string]struct {
		fails  *atomic.Bool
		failed *atomic.Int64
		point  string
	}{
		"who":    {&st.movedFails, &st.movedFailed, "B"},
		"states": {&st.membersFail, &st.membersFell, "D"},
	} {
		c.fails.Store(true)
		servicetest.RecordExam(t, there, name, "E1", c.point, 1)
		require.Eventually(t, func() bool { return c.failed.Load() > 0 }, time.Minute, time.Millisecond, name)
		require.Empty(t, updates, name)
		c.fails.Store(false)
		require.Equal(t, map[string]float64{c.point: storedStates(t, there, "E1")[c.point]}, nextStates(t, updates), name)
	}
	st.movedFails.Store(true)
	_, err := there.People.LearnerUpdated(servicetest.Context(t), "E1", false)
	require.NoError(t, err, "the other one")
	alone, err := servicetest.New(servicetest.Context(t), st, servicetest.Config{})
	require.NoError(t, err)
	_, err = alone.People.LearnerUpdated(servicetest.Context(t), "E1", false)
	require.Equal(t, fault.Unavailable, fault.CodeOf(err))
}

func TestDeletionByAnotherProcessEndsSubscriptions(t *testing.T) {
	t.Parallel()
	open := make(chan int, 10)
	here, there, _ := twoInstances(t, servicetest.Config{Subscribed: func(n int) { open <- n }})
	updates, other := subscribe(t, here, "E1"), subscribe(t, here, "E2")
	p, err := there.Delete(servicetest.Request(), competency.Employees, service.DeleteInput{Code: "E1"})
	require.NoError(t, err)
	require.Empty(t, p.UserErrors)
	_, more := next(t, updates)
	require.False(t, more)
	for _, n := range []int{1, 2, 1} {
		require.Equal(t, n, <-open)
	}
	servicetest.RecordExam(t, there, "e2", "E2", "B", 1)
	require.Contains(t, nextStates(t, other), "B")
}

// An erasure leaves nothing of the code in what the store tells.
func TestErasureByAnotherProcessEndsSubscriptions(t *testing.T) {
	t.Parallel()
	here, there, st := twoInstances(t, servicetest.Config{})
	updates, other := subscribe(t, here, "E1"), subscribe(t, here, "E2")
	w, err := here.People.Follow(servicetest.Context(t))
	require.NoError(t, err)
	st.movedFails.Store(true)
	_, err = there.Delete(servicetest.Request(), competency.Employees, service.DeleteInput{Code: "E1"})
	require.NoError(t, err)
	require.NoError(t, there.People.ForgetMoved(servicetest.Context(t), "E1"))
	st.movedFails.Store(false)
	_, more := next(t, updates)
	require.False(t, more)
	st.awaitPolls(t, here)
	require.Empty(t, other)
	<-w.Ready()
	require.NotContains(t, w.Take(), "E1")
	require.True(t, w.Forgotten())
	require.False(t, w.Forgotten())
}

// Who may read a person is judged by the department that another process has moved them to.
func TestMoveByAnotherProcessDecides(t *testing.T) {
	t.Parallel()
	here, there, st := twoInstances(t, servicetest.Config{})
	trainer := access.Account(access.Identity{}, access.Person{Code: "T"}, []access.Grant{{Role: access.Trainer, Unit: "DEV"}})
	ctx, leave := context.WithCancel(servicetest.As(trainer))
	defer leave()
	updates, err := here.People.LearnerUpdated(ctx, "E1", false)
	require.NoError(t, err)
	servicetest.RecordExam(t, there, "1", "E1", "B", 1)
	u, _ := next(t, updates)
	states, err := u.States(servicetest.As(trainer))
	require.NoError(t, err)
	require.Len(t, states, 1)

	var cs competency.ChangeSet
	cs.Put.Employees = []competency.Employee{{Code: "E1", OrgUnit: "HQ"}}
	servicetest.Import(t, there, cs)
	st.awaitPolls(t, here)
	require.Empty(t, updates, "no state has changed")
	servicetest.RecordExam(t, there, "2", "E1", "B", 1)
	u, _ = next(t, updates)
	_, err = u.States(servicetest.As(trainer))
	require.Contains(t, []fault.Code{fault.NotFound, fault.PermissionDenied}, fault.CodeOf(err))
}

// A change that is taken back before anybody looks is pushed where this process has made it:
// a client may have seen it.
func TestOwnChangeThatIsTakenBackIsPushed(t *testing.T) {
	t.Parallel()
	here, _, st := twoInstances(t, servicetest.Config{})
	updates := subscribe(t, here, "E1")
	st.membersFail.Store(true)
	servicetest.RecordExam(t, here, "b", "E1", "B", 1)
	_, err := here.RetractEvidence(servicetest.Request(), service.RetractEvidenceInput{IDs: []string{"b"}})
	require.NoError(t, err)
	st.membersFail.Store(false)
	require.Equal(t, map[string]float64{"B": -1}, nextStates(t, updates))
}

func TestFollowersHearOfOwnChangesAtOnce(t *testing.T) {
	t.Parallel()
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	ctx, leave := context.WithCancel(servicetest.Context(t))
	w, err := svc.People.Follow(ctx)
	require.NoError(t, err)
	for _, c := range []struct {
		sentence string
		change   func()
		who      []string
	}{
		{"evidence", func() { servicetest.RecordExam(t, svc, "b", "E1", "B", 1) }, []string{"E1"}},
		{"an assessment", func() { setMastery(t, svc, "D", 1, kgtest.Now) }, []string{"E1"}},
		{"a new name and a new person", func() {
			var cs competency.ChangeSet
			cs.Put.Employees = []competency.Employee{{Code: "N", Name: "新人"}, {Code: "E1", Name: "改名"}}
			servicetest.Import(t, svc, cs)
		}, []string{"E1", "N"}},
		{"a deletion", func() {
			_, err := svc.Delete(servicetest.Request(), competency.Employees, service.DeleteInput{Code: "N"})
			require.NoError(t, err)
		}, []string{"N"}},
		{"an edit of the catalog", func() { servicetest.RenamePosition(t, svc, "改名") }, nil},
	} {
		c.change()
		require.Len(t, w.Ready(), min(1, len(c.who)), c.sentence)
		require.Equal(t, c.who, w.Take(), c.sentence)
		if len(c.who) > 0 {
			<-w.Ready()
		}
	}
	leave()
	require.Eventually(t, func() bool {
		servicetest.RecordExam(t, svc, fmt.Sprint(time.Now().UnixNano()), "E1", "B", 1)
		return len(w.Take()) == 0
	}, time.Minute, time.Millisecond, "its context has ended")
}

// Two processes change people in all ways at once. In the end a subscriber of the one knows what is
// stored, and so does a copy that follows.
func TestNoChangeOfSeveralProcessesIsMissed(t *testing.T) {
	t.Parallel()
	here, there, st := twoInstances(t, servicetest.Config{})
	const points = 10
	var cs competency.ChangeSet
	for i := range points {
		cs.Put.KnowledgePoints = append(cs.Put.KnowledgePoints, competency.KnowledgePoint{Code: fmt.Sprint("K", i), Name: "点"})
	}
	servicetest.Import(t, there, cs)
	storedStates(t, here, "E1") // it has the new points
	updates, err := here.People.LearnerUpdated(servicetest.Context(t), "E1", true)
	require.NoError(t, err)
	w, err := here.People.Follow(servicetest.Context(t))
	require.NoError(t, err)

	var writers sync.WaitGroup
	for i, svc := range []*service.Service{here, there, here, there} {
		writers.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(i)))
			for n := range 25 {
				employee, point, mastery := fmt.Sprint("E", 1+r.IntN(2)), fmt.Sprint("K", r.IntN(points)), r.Float64()
				switch r.IntN(3) {
				case 0:
					at := kgtest.Now.Add(-time.Duration(r.IntN(1000)) * time.Hour)
					_, err := svc.SetMastery(servicetest.Request(), service.SetMasteryInput{Employee: employee, KnowledgePoint: point, Mastery: mastery, AssessedAt: service.TimeGiven(at)})
					require.NoError(t, err)
				case 1:
					_, err := svc.RetractEvidence(servicetest.Request(), service.RetractEvidenceInput{IDs: []string{fmt.Sprint(i, "-", r.IntN(25))}})
					require.NoError(t, err)
				default:
					servicetest.RecordExam(t, svc, fmt.Sprint(i, "-", n), employee, point, mastery)
				}
				if n%5 == 0 { // others subscribe meanwhile, and leave
					ctx, leave := context.WithCancel(servicetest.Context(t))
					_, err := svc.People.LearnerUpdated(ctx, employee, n%2 == 0)
					require.NoError(t, err)
					leave()
				}
			}
		})
	}
	written := make(chan struct{})
	go func() { writers.Wait(); close(written) }()
	known, replica := map[string]float64{}, map[string]store.Profile{}
	read := func(codes ...string) {
		for _, code := range codes {
			p, err := st.Profile(t.Context(), code)
			require.NoError(t, err)
			p.Revision = 0
			replica[code] = p
		}
	}
	receive := func(u people.LearnerUpdate) {
		for point, mastery := range pushedStates(t, u) {
			if known[point] = mastery; mastery < 0 {
				delete(known, point)
			}
		}
	}
	read("E1", "E2")
	for ended := false; !ended; {
		select {
		case u := <-updates:
			receive(u)
		case <-w.Ready():
			read(w.Take()...)
		case <-written:
			ended = true
		}
	}
	st.awaitPolls(t, here)
	select {
	case u := <-updates:
		receive(u)
	default:
	}
	read(w.Take()...)
	require.Equal(t, storedStates(t, there, "E1"), known)
	copied := replica
	replica = map[string]store.Profile{}
	read("E1", "E2")
	require.Equal(t, replica, copied)
}
