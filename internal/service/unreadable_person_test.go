package service_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/xapi"
)

// brokenPerson is a store in which somebody may have broken the states of E1 by hand.
type brokenPerson struct {
	store.Store
	broken bool
}

func (s *brokenPerson) Record(ctx context.Context, list []store.Recording, fold store.Fold) ([]store.RecordingResult, error) {
	if s.broken && slices.ContainsFunc(list, func(r store.Recording) bool { return r.Employee == "E1" }) {
		return nil, store.UnreadableError([]fault.Problem{{Place: fault.Place{Record: competency.MasteryStates, Key: "E1 – A"}, Text: fault.T("no number", "不是数")}})
	}
	return s.Store.Record(ctx, list, fold)
}

// Statements about a person who cannot be read are set aside, with the reason, and become
// evidence once the person is right again. Those about others are not held up.
func TestStatementsOfUnreadablePersonAreSetAside(t *testing.T) {
	st := &brokenPerson{Store: servicetest.MemoryStore(t)}
	l := &intake{T: t, store: st, trips: &servicetest.StoreCalls{}}
	var err error
	l.Service, err = servicetest.New(servicetest.Context(t), st, servicetest.Config{Mapping: func() xapi.Mapping { return l.mapping }})
	require.NoError(t, err)
	servicetest.Import(t, l.Service, servicetest.World(t, servicetest.SmallCatalog))
	require.Equal(t, service.Receipt{Recorded: 1}, l.receive(scored(1, "E1", "A", 0.9)))

	st.broken = true
	require.Equal(t, service.Receipt{Recorded: 1, SetAside: 2}, l.receive(scored(2, "E1", "B", 0.9), scored(3, "E2", "B", 0.8), voiding(4, 1)))
	for _, id := range []string{uuid(2), "voids:" + uuid(1)} {
		require.Contains(t, l.unmapped()[id], "edited by other means and cannot be read: mastery E1 – A: no number", id)
	}
	changed, err := l.People.Replay(servicetest.Request(), func(int) {})
	require.ErrorContains(t, err, "mastery E1 – A")
	require.Zero(t, changed)

	st.broken = false
	again, err := l.RetrySetAside(servicetest.Request(), service.RetrySetAsideInput{})
	require.NoError(t, err)
	require.Equal(t, 2, again.Done)
	require.Empty(t, l.unmapped())
	retracted := map[string]bool{}
	for _, e := range l.evidence() {
		retracted[e.ID] = e.Retracted
	}
	require.Equal(t, map[string]bool{uuid(1): true, uuid(2): false, uuid(3): false}, retracted)
}
