package people_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

// States of an earlier version have held what they master, until their evidence is
// replayed. That is asked for until it is done.
func TestReplayBringsFormerStatesUpToDate(t *testing.T) {
	s, clock := servicetest.MemoryStore(t), &servicetest.Clock{}
	svc := servicetest.Open(t, s, clock)
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	setMastery(t, svc, "B", 0.9, kgtest.Now)
	clock.Advance(1700 * 24 * time.Hour)
	servicetest.RecordExam(t, svc, "1", "E1", "B", 0.4)
	want := statesOf(t, s, "E1")
	due, err := svc.People.ReplayDue(t.Context())
	require.NoError(t, err)
	require.False(t, due, "a new store lacks nothing")

	former := func(store.FoldInput) (store.StateChanges, error) {
		var changes store.StateChanges
		for _, a := range want {
			if a.Model != nil {
				a.Model = append([]float64{1}, a.Model[1:len(a.Model)-1]...)
			}
			changes.Put = append(changes.Put, a)
		}
		return changes, nil
	}
	_, err = s.Record(t.Context(), []store.Recording{{Employee: "E1", Replay: true}}, former)
	require.NoError(t, err)
	require.NoError(t, s.PutDocuments(t.Context(), []store.Document{{Kind: store.ReplayKind, ID: store.ReplayHeld, Body: "{}"}}))
	current := func() float64 {
		e, err := svc.People.Employee(servicetest.Request(), "E1")
		require.NoError(t, err)
		states, err := e.States(servicetest.Request())
		require.NoError(t, err)
		for _, state := range states {
			if state.KnowledgePoint().Code() == "B" {
				require.Equal(t, 0.9, *state.EnteredMastery())
				return state.Current(nil)
			}
		}
		return 0
	}
	mastery := want[len(want)-1].Mastery
	require.Equal(t, mastery, current(), "its mastery stands for it")
	due, err = svc.People.ReplayDue(t.Context())
	require.NoError(t, err)
	require.True(t, due)

	changed, err := svc.People.Replay(servicetest.Request(), func(int) {})
	require.NoError(t, err)
	require.Equal(t, 1, changed)
	require.Equal(t, want, statesOf(t, s, "E1"))
	require.Less(t, current(), mastery)
	due, err = svc.People.ReplayDue(t.Context())
	require.NoError(t, err)
	require.False(t, due)
}
