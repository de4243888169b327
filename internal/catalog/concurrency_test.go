package catalog_test

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

// gatedStore is a store in which a publication, or catching up, takes as long as a test
// wants.
type gatedStore struct {
	store.Store
	apply, history servicetest.Gate
}

func (g *gatedStore) Apply(ctx context.Context, base store.Revision, c store.Change) (store.Revision, error) {
	g.apply.Pass()
	return g.Store.Apply(ctx, base, c)
}

func (g *gatedStore) History(ctx context.Context, q store.HistoryQuery) iter.Seq2[store.Publication, error] {
	g.history.Pass()
	return g.Store.History(ctx, q)
}

// openBesideAnother opens two instances of one store. The calls of the first one can be
// stopped.
func openBesideAnother(t *testing.T) (gate *gatedStore, ours, theirs *service.Service, c *servicetest.Clock) {
	both := servicetest.FileStores(t, 2)
	gate, c = &gatedStore{Store: both[0]}, &servicetest.Clock{}
	ours = servicetest.Open(t, gate, c)
	servicetest.Import(t, ours, servicetest.World(t, servicetest.SmallCatalog))
	return gate, ours, servicetest.Open(t, both[1], c), c
}

func renameInBackground(svc *service.Service, name string) <-chan error {
	done := make(chan error, 1)
	go func() {
		_, err := svc.UpsertPosition(servicetest.Request(), service.UpsertPositionInput{Position: competency.Position{Code: "P", Name: name}})
		done <- err
	}()
	return done
}

func TestReadersDoNotWaitBehindAPublication(t *testing.T) {
	t.Parallel()
	gate, ours, theirs, c := openBesideAnother(t)
	reached, open := gate.apply.Close()
	defer open()
	published := renameInBackground(ours, "我们")
	<-reached
	servicetest.RenamePosition(t, theirs, "他们") // so that there is something to catch up with

	e, err := servicetest.Within(t, func() (*people.Employee, error) { return ours.People.Employee(servicetest.Request(), "E1") })
	require.NoError(t, err)
	require.Equal(t, "E1", e.Code())
	c.Advance(time.Minute) // the revision is checked
	name, err := servicetest.Within(t, func() (string, error) { return servicetest.PositionName(t, ours, "P"), nil })
	require.NoError(t, err)
	require.Equal(t, "他们", name, "and catch up beside it")
	_, err = servicetest.Within(t, func() (any, error) { return nil, ours.Catalog.Ready(servicetest.Context(t)) })
	require.NoError(t, err)

	open()
	require.NoError(t, <-published)
	require.Equal(t, "我们", servicetest.PositionName(t, ours, "P"), "tried again on the newer base")
}

func TestWaitingForAPublicationEndsWithTheContext(t *testing.T) {
	t.Parallel()
	gate, ours, _, _ := openBesideAnother(t)
	reached, open := gate.apply.Close()
	defer open()
	published := renameInBackground(ours, "我们")
	<-reached
	var cs competency.ChangeSet
	cs.Put.Positions = []competency.Position{{Code: "Q", Name: "后"}}
	for name, dryRun := range map[string]bool{"a publication": false, "a dry run": true} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(servicetest.Request(), 10*time.Millisecond)
			defer cancel()
			_, err := servicetest.Within(t, func() (*service.Import, error) { return ours.Import(ctx, cs, dryRun) })
			require.Equal(t, fault.Unavailable, fault.CodeOf(err))
		})
	}
	open()
	require.NoError(t, <-published)
	require.Equal(t, "名Q", servicetest.PositionName(t, ours, "Q"))
}

func TestOneReaderCatchesUpWhileOthersAnswer(t *testing.T) {
	t.Parallel()
	gate, ours, theirs, _ := openBesideAnother(t)
	servicetest.RenamePosition(t, theirs, "他们")
	reached, open := gate.history.Close()
	defer open()
	first := make(chan string, 1)
	position := func() (string, error) {
		g, err := ours.Analysis.GapAnalysis(servicetest.Request(), "E1", "P", nil, nil)
		if err != nil {
			return "", err
		}
		return g.Position().Name(), nil
	}
	go func() {
		name, err := position()
		if err != nil {
			name = err.Error()
		}
		first <- name
	}()
	<-reached
	short, cancel := context.WithTimeout(servicetest.Request(), 200*time.Millisecond)
	defer cancel()
	e, err := servicetest.Within(t, func() (*people.Employee, error) { return ours.People.Employee(short, "E1") })
	require.NoError(t, err, "it answers before its time is over")
	require.Equal(t, "E1", e.Code())
	old, answered := catalog.AnsweredRevision(short)
	require.True(t, answered)
	require.EqualValues(t, 1, old, "from the snapshot that there is")
	open()
	require.Equal(t, "他们", <-first)
	require.Equal(t, "他们", servicetest.PositionName(t, ours, "P"))
}
