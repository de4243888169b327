package service_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/xapi"
)

// dropOld records an exam of E1 on B that is old, and drops it.
func dropOld(t *testing.T, svc *service.Service, id string) {
	old := servicetest.Exam(id, "E1", "B", 0.75)
	old.At = service.TimeGiven(kgtest.Now.AddDate(0, 0, -100))
	require.Empty(t, servicetest.Record(t, svc, old).UserErrors)
	_, err := svc.DropEvidence(servicetest.Request(), kgtest.Now.AddDate(0, 0, -90), false, func(service.DroppedCount) {})
	require.NoError(t, err)
}

func tombstonesOf(t *testing.T, st store.Store, employee string) []string {
	t.Helper()
	list, err := st.Evidence(t.Context(), store.EvidenceQuery{Employees: []string{employee}, Dropped: true})
	require.NoError(t, err)
	ids := []string{}
	for _, e := range list {
		ids = append(ids, e.ID)
	}
	return ids
}

func TestExportMeTellsWhatStaysOfDroppedEvidence(t *testing.T) {
	w := openEraseWorld(t, servicetest.MemoryStore(t))
	dropOld(t, w.Service, "old")
	export, err := w.ExportMe(audit.Begin(servicetest.As(w.viewer("E1")), audit.Request{}))
	require.NoError(t, err)
	var data struct {
		DroppedEvidence    []struct{ ID string }
		EvidenceCheckpoint []struct {
			KnowledgePoint string
			EvidenceCount  int
		}
	}
	require.NoError(t, json.Unmarshal([]byte(export.JSON), &data))
	require.Equal(t, "old", data.DroppedEvidence[0].ID)
	require.Equal(t, "B", data.EvidenceCheckpoint[0].KnowledgePoint)
	require.Equal(t, 1, data.EvidenceCheckpoint[0].EvidenceCount)
}

// Tombstones and checkpoints go along with a copy. Where the target knows evidence of the
// person already, a checkpoint would count it twice.
func TestCopyBringsDroppedEvidenceAlong(t *testing.T) {
	source := servicetest.MemoryStore(t)
	svc := servicetest.Open(t, source, &servicetest.Clock{})
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	dropOld(t, svc, "1")
	servicetest.RecordExam(t, svc, "2", "E1", "B", 0.25)
	copyInto := func(target store.Store) *service.Service {
		into := servicetest.Open(t, target, &servicetest.Clock{})
		_, err := into.CopyFrom(servicetest.Request(), inspect(t, source), archivesOf(source).Catalog, archivesOf(target))
		require.NoError(t, err)
		return into
	}
	target := servicetest.MemoryStore(t)
	into := copyInto(target)
	want := contentsOf(t, source)
	require.Equal(t, want, contentsOf(t, target))
	changed, err := into.People.Replay(servicetest.Request(), func(int) {})
	require.NoError(t, err)
	require.Zero(t, changed)
	copyInto(target)
	require.Equal(t, want, contentsOf(t, target), "it may be repeated")

	known := servicetest.MemoryStore(t)
	other := servicetest.Open(t, known, &servicetest.Clock{})
	servicetest.Import(t, other, servicetest.World(t, servicetest.SmallCatalog))
	servicetest.RecordExam(t, other, "1", "E1", "B", 0.75)
	copyInto(known)
	kept, err := known.Checkpoints(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, kept)
	require.Empty(t, tombstonesOf(t, known, "E1"))
}

func TestVerifyFindsAnUnreadableCheckpoint(t *testing.T) {
	st := servicetest.MemoryStore(t)
	svc := servicetest.Open(t, st, &servicetest.Clock{})
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	_, err := st.Record(t.Context(), []store.Recording{{Employee: "E1", Replay: true}}, func(store.FoldInput) (store.StateChanges, error) {
		return store.StateChanges{Checkpoint: "{"}, nil
	})
	require.NoError(t, err)
	contents, err := service.Inspect(t.Context(), archivesOf(st))
	require.NoError(t, err)
	require.Len(t, contents.Problems, 1)
	require.Equal(t, "E1", contents.Problems[0].Key)
}

// A server drops what is older than the days it is given, once it has started.
func TestRetentionDropsWhatIsOlder(t *testing.T) {
	st, clock := servicetest.MemoryStore(t), &servicetest.Clock{}
	svc := servicetest.Open(t, st, clock)
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	servicetest.RecordExam(t, svc, "1", "E1", "B", 0.75)
	clock.Advance(40 * 24 * time.Hour)
	servicetest.RecordExam(t, svc, "2", "E1", "B", 0.75)
	states := statesOf(t, st, "E1")
	svc.StartRetention(t.Context(), 0)() // for ever
	require.Empty(t, tombstonesOf(t, st, "E1"))
	ctx, cancel := context.WithCancel(t.Context())
	ended := svc.StartRetention(ctx, 30)
	require.Eventually(t, func() bool {
		list, err := st.Evidence(t.Context(), store.EvidenceQuery{Dropped: true})
		return err == nil && len(list) == 1
	}, time.Minute, time.Millisecond)
	require.Equal(t, []string{"1"}, tombstonesOf(t, st, "E1"))
	require.Equal(t, states, statesOf(t, st, "E1"))
	cancel()
	ended()
}

// Events of evidence that was dropped are found by its tombstones.
func TestErasureTakesTombstonesAlong(t *testing.T) {
	st := servicetest.MemoryStore(t)
	w := openEraseWorld(t, st)
	_, err := w.People.DropEvidence(servicetest.Request(), []people.OldEvidence{{Employee: "E1"}}, kgtest.Now.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, []string{uuid(1)}, tombstonesOf(t, st, "E1"))
	require.NoError(t, w.erase())
	w.requireErased()
	require.Empty(t, tombstonesOf(t, st, "E1"))
	kept, err := st.Checkpoints(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, kept)
}

// A statement whose evidence was dropped is known, as it was sent; its voiding is set aside.
func TestStatementsOfDroppedEvidence(t *testing.T) {
	l := newIntake(t)
	first, second := scored(1, "E1", "A", 1), scored(2, "E1", "B", 1)
	l.receive(first, second, voiding(12, 2))
	_, err := l.People.DropEvidence(servicetest.Request(), []people.OldEvidence{{Employee: "E1"}}, kgtest.Now.Add(time.Hour))
	require.NoError(t, err)
	require.Empty(t, l.evidence())
	states := statesOf(t, l.store, "E1")

	require.Equal(t, service.Receipt{Known: 2}, l.receive(first, second))
	list, _, err := xapi.Parse([]byte("[" + scored(1, "E1", "A", 0.5) + "]"))
	require.NoError(t, err)
	_, err = l.Receive(servicetest.Request(), list)
	require.Equal(t, fault.Conflict, fault.CodeOf(err), "it is another one with this id")
	require.Equal(t, service.Receipt{Known: 1}, l.receive(voiding(12, 2)), "it was voided before")
	require.Equal(t, service.Receipt{SetAside: 1}, l.receive(voiding(11, 1)))
	require.Contains(t, l.unmapped()["voids:"+uuid(1)], "was dropped")
	require.Equal(t, states, statesOf(t, l.store, "E1"))
}
