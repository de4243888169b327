package service_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
)

// What an earlier version took in is kept, listed, exported, copied, and accepted again
// where it is as it was. New evidence of the kind is refused.
func TestWhatBreaksANewRuleIsKept(t *testing.T) {
	st := servicetest.MemoryStore(t)
	svc := servicetest.Open(t, st, &servicetest.Clock{})
	servicetest.Import(t, svc, servicetest.World(t, servicetest.SmallCatalog))
	future := competency.Evidence{ID: "1", Employee: "E2", KnowledgePoints: []string{"B"}, Kind: competency.Exam, Score: 1, At: kgtest.Now.AddDate(64, 0, 0)}
	require.NoError(t, people.NewArchive(st).Restore(servicetest.Request(), people.Observations{Evidence: []competency.Evidence{future}}, nil))
	_, err := svc.People.Replay(servicetest.Request(), func(int) {})
	require.NoError(t, err)

	inspected := func(st store.Store) *service.StoreContents {
		archives := archivesOf(st)
		archives.Now = kgtest.Now
		c, err := service.Inspect(servicetest.Request(), archives)
		require.NoError(t, err)
		require.Empty(t, c.Problems)
		require.NotEmpty(t, c.Kept)
		return c
	}
	contents := inspected(st)
	require.Equal(t, competency.EvidenceRecords, contents.Kept[len(contents.Kept)-1].Record)

	// An export that nobody has edited brings it into another store; anything else does not.
	files := exportOf(t, svc, filepath.Join(t.TempDir(), "export"))
	target := servicetest.MemoryStore(t)
	into := servicetest.Open(t, target, &servicetest.Clock{})
	_, err = into.ImportFiles(servicetest.Request(), files, false)
	problems := fault.ProblemsOf(err)
	require.Len(t, problems, 1)
	require.Equal(t, fault.Place{Record: competency.EvidenceRecords, Field: "at"}, problems[0].Place)
	files.Changes.AsStored = true
	_, err = into.ImportFiles(servicetest.Request(), files, false)
	require.NoError(t, err)
	require.Equal(t, contentsOf(t, st), contentsOf(t, target))

	// Where it equals what is stored, it is accepted again.
	files.Changes.AsStored = false
	done, err := into.ImportFiles(servicetest.Request(), files, false)
	require.NoError(t, err)
	for _, r := range done.Records {
		if r.Changed != nil {
			require.Zero(t, *r.Changed, r.Record)
		}
	}

	// A copy takes it along.
	copied := servicetest.MemoryStore(t)
	_, err = servicetest.Open(t, copied, &servicetest.Clock{}).CopyFrom(servicetest.Request(), contents, archivesOf(st).Catalog, archivesOf(copied))
	require.NoError(t, err)
	require.Equal(t, contentsOf(t, st), contentsOf(t, copied))
}
