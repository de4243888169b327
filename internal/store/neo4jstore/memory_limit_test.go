package neo4jstore_test

import (
	"testing"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
	"github.com/zhitu/zhitu/internal/store/storetest"
)

// A change that needs too much memory is refused whole. The message names the setting,
// and the server works as before.
func TestChangeBeyondMemoryLimitIsRefused(t *testing.T) {
	t.Parallel()
	const setting = "dbms.memory.transaction.total.max"
	server := neo4jtest.New(t, neo4jtest.Options{Settings: map[string]string{setting: "10m"}})
	warmUp(t, server.URI(), neo4j.NoAuth())
	s := openStore(t, server.URI())
	applyRecords(t, s, plantRecords())
	before := dumpDatabase(t, server.URI())

	cs := storetest.SampleCatalog(20_000)
	cs.ID = "too large"
	made, err := s.Apply(t.Context(), 1, store.Change{ChangeSet: cs})
	require.Zero(t, made)
	requireExplained(t, err, store.ErrLimit, fault.LimitExceeded, setting, "server.memory.heap.max_size")
	require.NotErrorIs(t, err, store.ErrUnavailable, "it is there")

	require.Equal(t, before, dumpDatabase(t, server.URI()))
	require.Equal(t, "李雷", employeeName(t, s, "li"), "at once: no breaker has opened")
	small := storetest.SampleCatalog(100)
	small.ID = cs.ID
	made, err = s.Apply(t.Context(), 1, store.Change{ChangeSet: small})
	require.NoError(t, err)
	require.Equal(t, store.Revision(2), made)
	require.Len(t, loadCatalog(t, s).KnowledgePoints, 102)
}
