package catalog_test

import (
	"context"
	"errors"
	"iter"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

func TestCatalogReadsCheckTheRevisionOnceASecond(t *testing.T) {
	var l servicetest.StoreCalls
	var c servicetest.Clock
	svc := servicetest.Open(t, l.Watch(servicetest.MemoryStore(t)), &c)
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	l.Take()
	t.Run("not at all within a second of an edit", func(t *testing.T) {
		c.Advance(time.Second)
		servicetest.PositionName(t, svc, "P")
		require.Empty(t, l.Take())
	})
	t.Run("once when the second is over, however many ask at once", func(t *testing.T) {
		c.Advance(time.Millisecond)
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() { servicetest.PositionName(t, svc, "P") })
		}
		all.Wait()
		require.Equal(t, []string{"Revision"}, l.Take())
	})
	t.Run("and not again until the next", func(t *testing.T) {
		c.Advance(time.Second)
		servicetest.PositionName(t, svc, "P")
		require.Empty(t, l.Take())
		c.Advance(time.Hour)
		servicetest.PositionName(t, svc, "P")
		require.Equal(t, []string{"Revision"}, l.Take())
	})
}

func TestCatchUpWithAnotherInstance(t *testing.T) {
	t.Parallel()
	both := servicetest.FileStores(t, 2)
	var l servicetest.StoreCalls
	var c servicetest.Clock
	theirs := servicetest.Open(t, both[0], &c)
	servicetest.Import(t, theirs, servicetest.World(t, servicetest.SmallCatalog))
	ours := servicetest.Open(t, l.Watch(both[1]), &c)
	l.Take()

	t.Run("not yet by a question without a person", func(t *testing.T) {
		servicetest.RenamePosition(t, theirs, "新一")
		require.Equal(t, "名P", servicetest.PositionName(t, ours, "P"))
		require.Empty(t, l.Take())
	})
	t.Run("at once by a question about a person, which replays the history", func(t *testing.T) {
		gap, err := ours.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", nil, nil)
		require.NoError(t, err)
		require.Equal(t, "新一", gap.Position().Name())
		require.Equal(t, []string{"Profile", "History"}, l.Take())
	})
	t.Run("at once by a list of people", func(t *testing.T) {
		servicetest.RenamePosition(t, theirs, "新二")
		_, err := ours.People.Employees(servicetest.Request(), 1, nil, nil, false)
		require.NoError(t, err)
		require.Equal(t, []string{"Employees", "History"}, l.Take())
		require.Equal(t, "新二", servicetest.PositionName(t, ours, "P"))
	})
	t.Run("within a second by every other question", func(t *testing.T) {
		servicetest.RenamePosition(t, theirs, "新三")
		c.Advance(time.Second + 1)
		require.Equal(t, "新三", servicetest.PositionName(t, ours, "P"))
		require.Equal(t, []string{"Revision", "History"}, l.Take())
	})
	t.Run("not by a request that has begun to answer", func(t *testing.T) {
		ctx := servicetest.Request()
		before, err := ours.Catalog.Position(ctx, "P")
		require.NoError(t, err)
		servicetest.RenamePosition(t, theirs, "新四")
		c.Advance(time.Minute)
		gap, err := ours.Analysis.GapAnalysis(ctx, "E1", "P", nil, nil)
		require.NoError(t, err)
		require.Equal(t, before.Name(), gap.Position().Name())
		answered, ok := catalog.AnsweredRevision(ctx)
		require.True(t, ok)
		require.EqualValues(t, gap.Revision(), answered)
	})
	t.Run("by loading everything where too much has been published to replay", func(t *testing.T) {
		for range 101 {
			servicetest.ApplyDirectly(t, both[0], func(cs *competency.ChangeSet) { cs.Put.Positions = []competency.Position{{Code: "P", Name: "多"}} })
		}
		l.Take()
		_, err := ours.People.Employee(servicetest.Request(), "E1")
		require.NoError(t, err)
		require.Equal(t, []string{"Profile", "History", "Load"}, l.Take())
		require.Equal(t, "多", servicetest.PositionName(t, ours, "P"))
	})
	t.Run("by loading everything where one edit is too large to be in the history", func(t *testing.T) {
		var cs competency.ChangeSet
		for i := range 10_001 {
			cs.Put.Positions = append(cs.Put.Positions, competency.Position{Code: servicetest.Code("N", i), Name: "大"})
		}
		servicetest.Import(t, theirs, cs)
		l.Take()
		_, err := ours.People.Employee(servicetest.Request(), "E1")
		require.NoError(t, err)
		require.Equal(t, []string{"Profile", "History", "Load"}, l.Take())
		require.Equal(t, servicetest.Revision(t, theirs), servicetest.Revision(t, ours))
	})
}

func TestInvalidCatalogIsRejected(t *testing.T) {
	edge := competency.Prerequisite{Prerequisite: "B", Dependent: "A", Strength: competency.Hard, Level: new(0.7)}
	for name, c := range map[string]struct{ corrupt, repair func(*competency.ChangeSet) }{
		"a cycle": {
			func(cs *competency.ChangeSet) { cs.Put.Prerequisites = []competency.Prerequisite{edge} },
			func(cs *competency.ChangeSet) { cs.Delete.Prerequisites = []competency.Prerequisite{edge} },
		},
		"a level out of range": {
			func(cs *competency.ChangeSet) {
				cs.Put.Requirements = []competency.Requirement{{Position: "P", Target: "B", Level: new(7.0), Weight: new(1.0), Critical: new(false)}}
			},
			func(cs *competency.ChangeSet) {
				cs.Delete.Requirements = []competency.Requirement{{Position: "P", Target: "B"}}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var l servicetest.StoreCalls
			var clk servicetest.Clock
			s := servicetest.MemoryStore(t)
			svc := servicetest.Open(t, l.Watch(s), &clk)
			servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
			good := servicetest.Revision(t, svc)
			require.NoError(t, svc.Catalog.Ready(servicetest.Context(t)))
			servicetest.ApplyDirectly(t, s, c.corrupt)
			ask := func() int {
				gap, err := svc.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", nil, nil)
				require.NoError(t, err)
				return gap.Revision()
			}
			require.EqualValues(t, good, ask(), "the last valid snapshot stays")
			require.Equal(t, fault.Unavailable, fault.CodeOf(svc.Catalog.Ready(servicetest.Context(t))))
			l.Take()
			require.EqualValues(t, good, ask())
			require.Equal(t, []string{"Profile"}, l.Take(), "it is not loaded again for every question")

			_, err := svc.UpsertPosition(servicetest.Request(), service.UpsertPositionInput{Position: competency.Position{Code: "P", Name: "改"}})
			require.Equal(t, fault.Unavailable, fault.CodeOf(err), "nothing can be built on it")
			_, err = svc.Import(servicetest.Request(), competency.ChangeSet{}, true)
			require.Equal(t, fault.Unavailable, fault.CodeOf(err))

			repaired := servicetest.ApplyDirectly(t, s, c.repair)
			require.EqualValues(t, repaired, ask())
			require.NoError(t, svc.Catalog.Ready(servicetest.Context(t)))
			servicetest.RenamePosition(t, svc, "又可")
		})
	}
}

// editedStore is a store whose catalog is edited by other means without a new revision.
type editedStore struct {
	store.Store
	edit func(*competency.Catalog)
}

func (e *editedStore) Load(ctx context.Context) (competency.Catalog, store.Revision, error) {
	c, r, err := e.Store.Load(ctx)
	if e.edit != nil {
		e.edit(&c)
	}
	return c, r, err
}

func (e *editedStore) History(context.Context, store.HistoryQuery) iter.Seq2[store.Publication, error] {
	return func(func(store.Publication, error) bool) {} // it remembers nothing, so that everything is loaded
}

func TestRejectedRevisionIsLoadedAgain(t *testing.T) {
	var c servicetest.Clock
	s := &editedStore{Store: servicetest.MemoryStore(t)}
	svc := servicetest.Open(t, s, &c)
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	s.edit = func(c *competency.Catalog) { c.Requirements[0].Target = "NOTHING" }
	servicetest.ApplyDirectly(t, s, func(cs *competency.ChangeSet) { cs.Put.Positions = []competency.Position{{Code: "P", Name: "改"}} })
	c.Advance(2 * time.Second)
	require.Equal(t, "名P", servicetest.PositionName(t, svc, "P"))
	require.Error(t, svc.Catalog.Ready(servicetest.Context(t)))
	s.edit = nil
	c.Advance(time.Minute)
	require.Equal(t, "改", servicetest.PositionName(t, svc, "P"))
	require.NoError(t, svc.Catalog.Ready(servicetest.Context(t)))
}

func TestLoadFillsInDefaults(t *testing.T) {
	below := servicetest.MemoryStore(t)
	servicetest.Import(t, servicetest.Open(t, below, &servicetest.Clock{}), servicetest.World(t, servicetest.SmallCatalog))
	svc := servicetest.Open(t, &editedStore{Store: below, edit: func(c *competency.Catalog) {
		for i := range c.Requirements {
			r := &c.Requirements[i]
			*r = competency.Requirement{Position: r.Position, Target: r.Target}
		}
		for i := range c.Prerequisites {
			p := &c.Prerequisites[i]
			*p = competency.Prerequisite{Prerequisite: p.Prerequisite, Dependent: p.Dependent}
		}
		for i := range c.KnowledgePoints {
			k := &c.KnowledgePoints[i]
			*k = competency.KnowledgePoint{Code: k.Code, Name: k.Name}
		}
	}}, &servicetest.Clock{})
	p, err := svc.Catalog.Position(servicetest.Request(), "P")
	require.NoError(t, err)
	r := servicetest.Must(p.Requirements(servicetest.Request()))[0]
	require.Equal(t, []any{0.7, 1.0, false}, []any{r.Level(), r.Weight(), r.Critical()})
	k, err := svc.Catalog.KnowledgePoint(servicetest.Request(), "B")
	require.NoError(t, err)
	require.Equal(t, []any{competency.Knowledge, competency.Procedural}, []any{k.Kind(), k.Nature()})
	e := servicetest.Must(k.Prerequisites(servicetest.Request(), false))[0]
	require.Equal(t, []any{competency.Hard, 0.7}, []any{e.Strength(), e.Level()})
}

// unreachableStore is a store that does not answer with its revision.
type unreachableStore struct {
	store.Store
	err error
}

func (s *unreachableStore) Revision(ctx context.Context) (store.Revision, error) {
	if s.err != nil {
		return 0, s.err
	}
	return s.Store.Revision(ctx)
}

func TestSnapshotAnswersWhileTheStoreIsUnreachable(t *testing.T) {
	var c servicetest.Clock
	s := &unreachableStore{Store: servicetest.MemoryStore(t)}
	svc := servicetest.Open(t, s, &c)
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	s.err = errors.Join(store.ErrUnavailable)
	c.Advance(time.Hour)
	require.Equal(t, "名P", servicetest.PositionName(t, svc, "P"))
	_, err := svc.UpsertPosition(servicetest.Request(), service.UpsertPositionInput{Position: competency.Position{Code: "P", Name: "改"}})
	require.Equal(t, fault.Unavailable, fault.CodeOf(err))
	s.err = nil
	servicetest.RenamePosition(t, svc, "回来")
}

// interruptedStore is a store on which, right before the first transaction, another
// instance publishes and then a person is read.
type interruptedStore struct {
	store.Store
	t      testing.TB
	read   func()
	found  chan struct{} // closed once the reader has what it came for
	first  sync.Once
	inTime sync.Once
}

func (o *interruptedStore) Apply(ctx context.Context, base store.Revision, c store.Change) (store.Revision, error) {
	if o.read != nil {
		o.first.Do(func() {
			servicetest.ApplyDirectly(o.t, o.Store, func(cs *competency.ChangeSet) { cs.Put.Positions = []competency.Position{{Code: "P", Name: "先"}} })
			go o.read()
			<-o.found
		})
	}
	return o.Store.Apply(ctx, base, c)
}

func (o *interruptedStore) Profile(ctx context.Context, code string) (store.Profile, error) {
	p, err := o.Store.Profile(ctx, code)
	o.inTime.Do(func() { close(o.found) })
	return p, err
}

func TestReaderAndWriterOfOneRequestDoNotDeadlock(t *testing.T) {
	t.Parallel()
	s := &interruptedStore{Store: servicetest.MemoryStore(t), t: t, found: make(chan struct{})}
	svc := servicetest.Open(t, s, &servicetest.Clock{})
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	ctx, answered := servicetest.Request(), make(chan error, 1)
	s.read = func() { // finds a newer revision while the writer is at work
		_, err := svc.Analysis.GapAnalysis(ctx, "E1", "P", nil, nil)
		answered <- err
	}
	p, err := svc.UpsertPosition(ctx, service.UpsertPositionInput{Position: competency.Position{Code: "Q", Name: "后"}})
	require.NoError(t, err)
	require.Empty(t, p.UserErrors)
	require.NoError(t, <-answered)
}
