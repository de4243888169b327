package sqlitestore_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
	"github.com/zhitu/zhitu/internal/store/storetest"
)

// requireExplained wants an error that says in both languages what is wrong.
func requireExplained(t *testing.T, err error, en, zh string) {
	t.Helper()
	require.ErrorIs(t, err, store.ErrUnavailable)
	var known *fault.Error
	require.ErrorAs(t, err, &known)
	require.Equal(t, fault.Unavailable, known.Code)
	require.Contains(t, known.Text.EN, en)
	require.Contains(t, known.Text.ZH, zh)
	require.NotContains(t, known.Text.EN, string(filepath.Separator)+"zhitu", "clients see it too")
}

func TestReadOnlyFileIsExplained(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everything")
	}
	path := newPath(t)
	require.NoError(t, open(t, path).Close())
	require.NoError(t, os.Chmod(path, 0o400))
	s, err := sqlitestore.Open(t.Context(), path)
	if err == nil {
		_, err = s.Apply(t.Context(), 0, store.Change{ChangeSet: storetest.SampleCatalog(1)})
		require.NoError(t, s.Close())
	}
	requireExplained(t, err, "the store is read-only", "只读")
}

func TestFolderThatMayNotBeWrittenIsExplained(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everything")
	}
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o500))
	_, err := sqlitestore.Open(t.Context(), filepath.Join(dir, "new.db"))
	requireExplained(t, err, "the store is read-only", "只读")
}

func TestDamagedFileIsExplained(t *testing.T) {
	path := newPath(t)
	require.NoError(t, open(t, path).Close())
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	for i := 4096; i < len(data); i++ {
		data[i] = 0xee
	}
	require.NoError(t, os.WriteFile(path, data, 0o600))
	s, err := sqlitestore.Open(t.Context(), path)
	if err == nil {
		_, _, err = s.Load(t.Context())
		require.NoError(t, s.Close())
	}
	requireExplained(t, err, "damaged: restore a backup", "请用备份恢复")
}

// A query-only connection refuses writes as a read-only file does, for root too.
func TestReadOnlyDatabaseIsExplained(t *testing.T) {
	db, err := sql.Open("sqlite", ":memory:?_pragma=query_only(1)")
	require.NoError(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), "CREATE TABLE t (a)")
	requireExplained(t, sqlitestore.WrapError(t.Context(), err), "the store is read-only", "只读")
}
