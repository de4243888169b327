package service_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/store"
)

func upsert(svc *service.Service, p competency.Position, base service.Base) (service.PositionPayload, error) {
	return svc.UpsertPosition(begin(), service.UpsertPositionInput{Position: p, Base: base})
}

func TestAnEditThatExpectsAnOldRevisionLosesNothing(t *testing.T) {
	both := handles(t, 2)
	var c clock
	theirs, ours := serve(t, both[0], &c), serve(t, both[1], &c)
	plant(t, theirs, world(t, small))
	require.Equal(t, 2, rename(t, theirs, "他们").Revision)

	p, err := upsert(ours, competency.Position{Code: "P", Name: "我们"}, expecting(1))
	require.NoError(t, err)
	require.Nil(t, p.Position)
	require.Equal(t, 2, p.Revision, "the payload tells the revision to read again")
	require.Equal(t, fault.Conflict, p.UserErrors[0].Code)
	require.Equal(t, new("expectedRevision"), p.UserErrors[0].Field)
	require.Equal(t, "他们", positionName(t, ours, "P"))

	p, err = upsert(ours, competency.Position{Code: "P", Name: "我们"}, expecting(7))
	require.NoError(t, err)
	require.Equal(t, fault.Conflict, p.UserErrors[0].Code, "nor does one that expects what is yet to come")

	p, err = upsert(ours, competency.Position{Code: "P", Name: "我们"}, expecting(2))
	require.NoError(t, err)
	require.Empty(t, p.UserErrors)
	require.Equal(t, 3, p.Revision)

	mastery, err := ours.SetMastery(begin(), service.SetMasteryInput{Employee: "E1", KnowledgePoint: "A", Mastery: 0.9, Base: expecting(2)})
	require.NoError(t, err)
	require.Equal(t, fault.Conflict, mastery.UserErrors[0].Code, "edits of people heed it too")
}

func TestEditsStartFromTheNewestCatalog(t *testing.T) {
	both := handles(t, 2)
	var c clock
	theirs, ours := serve(t, both[0], &c), serve(t, both[1], &c)
	plant(t, theirs, world(t, small))
	rename(t, ours, "一")
	t.Run("what looks unchanged from an old one is written", func(t *testing.T) {
		rename(t, theirs, "二")
		rename(t, ours, "一")
		_, err := theirs.Employee(begin(), "E1") // catches up
		require.NoError(t, err)
		require.Equal(t, "一", positionName(t, theirs, "P"))
	})
	t.Run("what somebody else has just made may be referred to", func(t *testing.T) {
		_, err := theirs.UpsertKnowledgePoint(begin(), service.UpsertKnowledgePointInput{KnowledgePoint: competency.KnowledgePoint{Code: "NEW", Name: "新"}})
		require.NoError(t, err)
		p, err := ours.AddPrerequisite(begin(), service.AddPrerequisiteInput{Prerequisite: "NEW", Dependent: "B"})
		require.NoError(t, err)
		require.Empty(t, p.UserErrors)
	})
	t.Run("a dry run sees it too", func(t *testing.T) {
		_, err := theirs.UpsertPosition(begin(), service.UpsertPositionInput{Position: competency.Position{Code: "DRY", Name: "新"}})
		require.NoError(t, err)
		var cs competency.ChangeSet
		cs.Put.Requirements = []competency.Requirement{{Position: "DRY", Target: "A"}}
		done, err := ours.Import(begin(), cs, true)
		require.NoError(t, err)
		require.Equal(t, revisionOf(t, theirs), done.Revision)
	})
}

func TestTwoInstancesEditInTurns(t *testing.T) {
	both := handles(t, 2)
	var c clock
	turns := []*service.Service{serve(t, both[0], &c), serve(t, both[1], &c)}
	plant(t, turns[0], world(t, small))
	for i := range 20 {
		require.Equal(t, i+2, rename(t, turns[i%2], code("名", i)).Revision)
	}
}

// busybody is a store on which others publish right before the next so many
// transactions.
type busybody struct {
	store.Store
	t     testing.TB
	times int
}

func (b *busybody) Apply(ctx context.Context, base store.Revision, c store.Change) (store.Revision, error) {
	if b.times > 0 {
		b.times--
		direct(b.t, b.Store, func(cs *competency.ChangeSet) {
			cs.Put.Positions = []competency.Position{{Code: "Q", Name: code("忙", b.times)}}
		})
	}
	return b.Store.Apply(ctx, base, c)
}

func TestAnEditThatIsOvertaken(t *testing.T) {
	s := &busybody{Store: memory(t), t: t}
	svc := serve(t, s, &clock{})
	plant(t, svc, world(t, small))
	t.Run("is tried again until it lands where it names no revision", func(t *testing.T) {
		s.times = 15
		require.Equal(t, 17, rename(t, svc, "终于").Revision)
		require.Equal(t, code("忙", 0), positionName(t, svc, "Q"), "on top of what the others did")
	})
	t.Run("is tried again where it is about people", func(t *testing.T) {
		s.times = 1
		p, err := svc.UpsertEmployee(begin(), service.UpsertEmployeeInput{Employee: competency.Employee{Code: "E1", Name: "改"}})
		require.NoError(t, err)
		require.Empty(t, p.UserErrors)
		require.Equal(t, 18, p.Revision)
	})
	t.Run("is refused where it names one", func(t *testing.T) {
		s.times = 1
		p, err := upsert(svc, competency.Position{Code: "P", Name: "晚了"}, expecting(18))
		require.NoError(t, err)
		require.Equal(t, fault.Conflict, p.UserErrors[0].Code)
		require.Equal(t, "终于", positionName(t, svc, "P"))
	})
	t.Run("is refused in the end", func(t *testing.T) {
		s.times = 1_000
		p, err := upsert(svc, competency.Position{Code: "P", Name: "永远"}, service.Base{})
		require.NoError(t, err)
		require.Equal(t, fault.Conflict, p.UserErrors[0].Code)
	})
}

func TestEightWritersOnTwoInstancesAllLand(t *testing.T) {
	const writers, each = 8, 10
	both := handles(t, 2)
	var c clock
	instances := []*service.Service{serve(t, both[0], &c), serve(t, both[1], &c)}
	plant(t, instances[0], world(t, small))
	made := make([][]int, writers)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				p, err := upsert(instances[w%2], competency.Position{Code: code("W", w*each+i), Name: "岗"}, service.Base{})
				if err != nil || len(p.UserErrors) > 0 {
					t.Errorf("writer %d: %v %v", w, err, p.UserErrors)
					return
				}
				made[w] = append(made[w], p.Revision)
			}
		})
	}
	all.Wait()
	var revisions []int
	for _, mine := range made {
		require.True(t, slices.IsSorted(mine), "what a writer is told never goes back")
		revisions = append(revisions, mine...)
	}
	slices.Sort(revisions)
	for i, r := range revisions {
		require.Equal(t, i+2, r, "every edit has a revision of its own")
	}
	catalog, revision, err := both[0].Load(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 1+writers*each, revision)
	require.Len(t, catalog.Positions, 2+writers*each)
}

func TestAnAssessmentDoesNotRecompileTheCatalog(t *testing.T) {
	compiled := 0
	svc, err := service.New(t.Context(), memory(t), service.Config{Compiled: func(service.Compilation) { compiled++ }})
	require.NoError(t, err)
	plant(t, svc, world(t, small))
	before := compiled
	_, err = svc.SetMastery(begin(), service.SetMasteryInput{Employee: "E1", KnowledgePoint: "B", Mastery: 0.5})
	require.NoError(t, err)
	require.Equal(t, before, compiled)
	rename(t, svc, "改")
	require.Equal(t, before+1, compiled)
}

func TestAssessmentsKeepTheNewest(t *testing.T) {
	svc := fresh(t, small)
	day := 24 * time.Hour
	now := (&clock{}).now()
	for _, c := range []struct {
		say  string
		at   *time.Time
		m    float64
		want float64
	}{
		{"a newer one wins", new(now.Add(day)), 0.6, 0.6},
		{"an older one changes nothing", new(now), 0.9, 0.6},
		{"one without a time is of now, here older", nil, 0.9, 0.6},
	} {
		t.Run(c.say, func(t *testing.T) {
			p, err := svc.SetMastery(begin(), service.SetMasteryInput{Employee: "E1", KnowledgePoint: "A", Mastery: c.m, AssessedAt: c.at})
			require.NoError(t, err)
			require.Empty(t, p.UserErrors)
			e, err := p.Employee(begin())
			require.NoError(t, err)
			states, err := e.States(begin())
			require.NoError(t, err)
			require.InDelta(t, c.want, states[0].Mastery(), 0)
		})
	}
}
