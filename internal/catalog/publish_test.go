package catalog_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

func upsert(svc *service.Service, p competency.Position, base service.Base) (service.PositionPayload, error) {
	return svc.UpsertPosition(servicetest.Request(), service.UpsertPositionInput{Position: p, Base: base})
}

func TestPublishRefusesAnUnexpectedRevision(t *testing.T) {
	t.Parallel()
	both := servicetest.FileStores(t, 2)
	var c servicetest.Clock
	theirs, ours := servicetest.Open(t, both[0], &c), servicetest.Open(t, both[1], &c)
	servicetest.Import(t, theirs, servicetest.World(t, servicetest.SmallCatalog))
	require.Equal(t, 2, servicetest.RenamePosition(t, theirs, "他们").Revision)

	p, err := upsert(ours, competency.Position{Code: "P", Name: "我们"}, servicetest.Expecting(1))
	require.NoError(t, err)
	require.Nil(t, p.Position)
	require.Equal(t, 2, p.Revision, "the payload tells the revision to read again")
	require.Equal(t, fault.Conflict, p.UserErrors[0].Code)
	require.Equal(t, new("expectedRevision"), p.UserErrors[0].Field)
	require.Equal(t, "他们", servicetest.PositionName(t, ours, "P"))

	p, err = upsert(ours, competency.Position{Code: "P", Name: "我们"}, servicetest.Expecting(7))
	require.NoError(t, err)
	require.Equal(t, fault.Conflict, p.UserErrors[0].Code, "a revision that is yet to come conflicts too")

	p, err = upsert(ours, competency.Position{Code: "P", Name: "我们"}, servicetest.Expecting(2))
	require.NoError(t, err)
	require.Empty(t, p.UserErrors)
	require.Equal(t, 3, p.Revision)

	mastery, err := ours.SetMastery(servicetest.Request(), service.SetMasteryInput{Employee: "E1", KnowledgePoint: "A", Mastery: 0.9, Base: servicetest.Expecting(2)})
	require.NoError(t, err)
	require.Equal(t, fault.Conflict, mastery.UserErrors[0].Code, "edits of people heed it too")
}

func TestPublishStartsFromTheNewestRevision(t *testing.T) {
	t.Parallel()
	both := servicetest.FileStores(t, 2)
	var c servicetest.Clock
	theirs, ours := servicetest.Open(t, both[0], &c), servicetest.Open(t, both[1], &c)
	servicetest.Import(t, theirs, servicetest.World(t, servicetest.SmallCatalog))
	servicetest.RenamePosition(t, ours, "一")
	t.Run("what looks unchanged from an old one is written", func(t *testing.T) {
		servicetest.RenamePosition(t, theirs, "二")
		servicetest.RenamePosition(t, ours, "一")
		_, err := theirs.People.Employee(servicetest.Request(), "E1") // catches up
		require.NoError(t, err)
		require.Equal(t, "一", servicetest.PositionName(t, theirs, "P"))
	})
	t.Run("what another instance has just published may be referred to", func(t *testing.T) {
		_, err := theirs.UpsertKnowledgePoint(servicetest.Request(), service.UpsertKnowledgePointInput{KnowledgePoint: competency.KnowledgePoint{Code: "NEW", Name: "新"}})
		require.NoError(t, err)
		p, err := ours.AddPrerequisite(servicetest.Request(), service.AddPrerequisiteInput{Prerequisite: "NEW", Dependent: "B"})
		require.NoError(t, err)
		require.Empty(t, p.UserErrors)
	})
	t.Run("a dry run sees it too", func(t *testing.T) {
		_, err := theirs.UpsertPosition(servicetest.Request(), service.UpsertPositionInput{Position: competency.Position{Code: "DRY", Name: "新"}})
		require.NoError(t, err)
		var cs competency.ChangeSet
		cs.Put.Requirements = []competency.Requirement{{Position: "DRY", Target: "A"}}
		done, err := ours.Import(servicetest.Request(), cs, true)
		require.NoError(t, err)
		require.Equal(t, servicetest.Revision(t, theirs), done.Revision)
	})
}

func TestTwoInstancesPublishInTurns(t *testing.T) {
	t.Parallel()
	both := servicetest.FileStores(t, 2)
	var c servicetest.Clock
	turns := []*service.Service{servicetest.Open(t, both[0], &c), servicetest.Open(t, both[1], &c)}
	servicetest.Import(t, turns[0], servicetest.World(t, servicetest.SmallCatalog))
	for i := range 20 {
		require.Equal(t, i+2, servicetest.RenamePosition(t, turns[i%2], servicetest.Code("名", i)).Revision)
	}
}

// contendedStore is a store on which others publish right before the next transactions.
type contendedStore struct {
	store.Store
	t     testing.TB
	times int
}

func (b *contendedStore) Apply(ctx context.Context, base store.Revision, c store.Change) (store.Revision, error) {
	if b.times > 0 {
		b.times--
		servicetest.ApplyDirectly(b.t, b.Store, func(cs *competency.ChangeSet) {
			cs.Put.Positions = []competency.Position{{Code: "Q", Name: servicetest.Code("忙", b.times)}}
		})
	}
	return b.Store.Apply(ctx, base, c)
}

func TestPublishAfterAConflict(t *testing.T) {
	t.Parallel()
	s := &contendedStore{Store: servicetest.MemoryStore(t), t: t}
	svc := servicetest.Open(t, s, &servicetest.Clock{})
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	t.Run("is tried again until it lands where it names no revision", func(t *testing.T) {
		s.times = 15
		require.Equal(t, 17, servicetest.RenamePosition(t, svc, "终于").Revision)
		require.Equal(t, servicetest.Code("忙", 0), servicetest.PositionName(t, svc, "Q"), "on top of what the others did")
	})
	t.Run("is tried again where it is about people", func(t *testing.T) {
		s.times = 1
		p, err := svc.UpsertEmployee(servicetest.Request(), service.UpsertEmployeeInput{Employee: competency.Employee{Code: "E1", Name: "改"}})
		require.NoError(t, err)
		require.Empty(t, p.UserErrors)
		require.Equal(t, 18, p.Revision)
	})
	t.Run("is refused where it names one", func(t *testing.T) {
		s.times = 1
		p, err := upsert(svc, competency.Position{Code: "P", Name: "晚了"}, servicetest.Expecting(18))
		require.NoError(t, err)
		require.Equal(t, fault.Conflict, p.UserErrors[0].Code)
		require.Equal(t, "终于", servicetest.PositionName(t, svc, "P"))
	})
	t.Run("is refused in the end", func(t *testing.T) {
		s.times = 1_000
		p, err := upsert(svc, competency.Position{Code: "P", Name: "永远"}, service.Base{})
		require.NoError(t, err)
		require.Equal(t, fault.Conflict, p.UserErrors[0].Code)
	})
}

func TestConcurrentPublicationsAllSucceed(t *testing.T) {
	t.Parallel()
	const writers, each = 8, 10
	both := servicetest.FileStores(t, 2)
	var c servicetest.Clock
	instances := []*service.Service{servicetest.Open(t, both[0], &c), servicetest.Open(t, both[1], &c)}
	servicetest.Import(t, instances[0], servicetest.World(t, servicetest.SmallCatalog))
	made := make([][]int, writers)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				p, err := upsert(instances[w%2], competency.Position{Code: servicetest.Code("W", w*each+i), Name: "岗"}, service.Base{})
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
		require.True(t, slices.IsSorted(mine), "the revisions that one writer receives never go back")
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
	svc, err := servicetest.New(t.Context(), servicetest.MemoryStore(t), servicetest.Config{Compiled: func(catalog.Compilation) { compiled++ }})
	require.NoError(t, err)
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	before := compiled
	_, err = svc.SetMastery(servicetest.Request(), service.SetMasteryInput{Employee: "E1", KnowledgePoint: "B", Mastery: 0.5})
	require.NoError(t, err)
	require.Equal(t, before, compiled)
	servicetest.RenamePosition(t, svc, "改")
	require.Equal(t, before+1, compiled)
}

func TestAssessmentsKeepTheNewest(t *testing.T) {
	svc := servicetest.OpenWorld(t, servicetest.SmallCatalog)
	now := (&servicetest.Clock{}).Now()
	for _, c := range []struct {
		say  string
		at   *service.GivenTime
		m    float64
		want float64
		old  bool
	}{
		{"a newer one wins", service.TimeGiven(now.Add(competency.MaxAhead)), 0.6, 0.6, false},
		{"an older one changes nothing", service.TimeGiven(now), 0.9, 0.6, true},
		{"one without a time is of now, here older", nil, 0.9, 0.6, true},
		{"the same again is not older", service.TimeGiven(now.Add(competency.MaxAhead)), 0.6, 0.6, false},
	} {
		t.Run(c.say, func(t *testing.T) {
			p, err := svc.SetMastery(servicetest.Request(), service.SetMasteryInput{Employee: "E1", KnowledgePoint: "A", Mastery: c.m, AssessedAt: c.at})
			require.NoError(t, err)
			require.Empty(t, p.UserErrors)
			e, err := p.Employee(servicetest.Request())
			require.NoError(t, err)
			states, err := e.States(servicetest.Request())
			require.NoError(t, err)
			require.InDelta(t, c.want, states[0].Mastery(), 0)
			superseded, err := p.Superseded(servicetest.Request())
			require.NoError(t, err)
			require.Equal(t, c.old, superseded)
		})
	}
}
