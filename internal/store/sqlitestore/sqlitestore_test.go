package sqlitestore_test

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
	"github.com/zhitu/zhitu/internal/store/storetest"
)

func TestFile(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, newPath(t)) })
}

func TestMemory(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store {
		s, err := sqlitestore.OpenMemory(t.Context())
		require.NoError(t, err)
		return s
	})
}

func TestTwoHandles(t *testing.T) {
	t.Parallel()
	storetest.RunShared(t, func(t *testing.T) (first, second store.Store) {
		path := newPath(t)
		return open(t, path), open(t, path)
	})
}

func TestAClosedFileHasEverythingAndStandsAlone(t *testing.T) {
	path := newPath(t)
	s := open(t, path)
	cs := storetest.SampleCatalog(500)
	_, err := s.Apply(t.Context(), 0, store.Change{ChangeSet: cs})
	require.NoError(t, err)
	require.FileExists(t, path+"-wal")
	require.NoError(t, s.Close())
	require.NoFileExists(t, path+"-wal")
	require.NoFileExists(t, path+"-shm")

	// So a copy of the one file is a backup.
	copied := filepath.Join(t.TempDir(), "copy.db")
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(copied, content, 0o600))
	again := open(t, copied)
	c, revision, err := again.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, store.Revision(1), revision)
	require.Equal(t, cs.Put.Catalog.KnowledgePoints, c.KnowledgePoints)
	require.NoError(t, again.Close())
}

func TestMemoriesAreSeparate(t *testing.T) {
	first, err := sqlitestore.OpenMemory(t.Context())
	require.NoError(t, err)
	second, err := sqlitestore.OpenMemory(t.Context())
	require.NoError(t, err)
	_, err = first.Apply(t.Context(), 0, store.Change{ChangeSet: storetest.SampleCatalog(1)})
	require.NoError(t, err)
	revision, err := second.Revision(t.Context())
	require.NoError(t, err)
	require.Zero(t, revision)
	require.NoError(t, first.Close())
	require.NoError(t, second.Close())
}

// What Open refuses it leaves as it is, to the byte.
func TestOpenRefuses(t *testing.T) {
	for _, c := range []struct {
		sentence string
		make     func(t *testing.T, path string)
		says     string
		is       error
	}{
		{"a file with a newer schema", func(t *testing.T, path string) {
			require.NoError(t, open(t, path).Close())
			execute(t, path, "PRAGMA user_version = 99")
		}, "schema 99, this program knows 8", store.ErrSchema},
		{"a database of another program, known by its mark", func(t *testing.T, path string) {
			execute(t, path, "PRAGMA application_id = 42")
		}, "belongs to another program", nil},
		{"a database of another program, known by its tables", func(t *testing.T, path string) {
			execute(t, path, "CREATE TABLE employees (code TEXT)")
		}, "belongs to another program", nil},
		{"a database of another program, known by its version", func(t *testing.T, path string) {
			execute(t, path, "PRAGMA user_version = 1")
		}, "belongs to another program", nil},
		{"a file that is no database", func(t *testing.T, path string) {
			require.NoError(t, os.WriteFile(path, []byte("编码,名称\nk1,吊装\n"), 0o600))
		}, "it is no SQLite file at all", nil},
		{"a long file that is no database", func(t *testing.T, path string) {
			require.NoError(t, os.WriteFile(path, make([]byte, 100_000), 0o600))
		}, "it is no SQLite file at all", nil},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			path := newPath(t)
			c.make(t, path)
			before, err := os.ReadFile(path)
			require.NoError(t, err)
			s, err := sqlitestore.Open(t.Context(), path)
			require.Nil(t, s)
			require.ErrorContains(t, err, c.says)
			require.ErrorContains(t, err, path)
			if c.is != nil {
				require.ErrorIs(t, err, c.is)
			}
			after, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, before, after)
			require.NoFileExists(t, path+"-wal")
		})
	}
}

// A file that an earlier program has written is brought up to date with all that is
// in it.
func TestOpenMigrates(t *testing.T) {
	path := newPath(t)
	sqlitestore.CreateWithSchema(t, path, 1)
	execute(t, path, `INSERT INTO learnables VALUES ('k', 'KNOWLEDGE_POINT');
		INSERT INTO knowledge_points VALUES ('k', '点', '', NULL, 'SKILL', 'CREATIVE', 5, NULL, NULL, '');
		INSERT INTO employees VALUES ('e', '员工', NULL, NULL, NULL, NULL, 'e');
		INSERT INTO mastery VALUES ('e', 'k', 0.5, 1000000);
		INSERT INTO change_sets VALUES (1, NULL, 0, NULL)`)
	s := open(t, path)
	defer s.Close()
	want := competency.Assessment{Employee: "e", KnowledgePoint: "k", Mastery: 0.5, AssessedAt: time.Unix(1, 0).UTC()}
	p, err := s.Profile(t.Context(), "e")
	require.NoError(t, err)
	require.Equal(t, []competency.Assessment{want}, p.States)
	require.Equal(t, store.Revision(1), p.Revision)
	given := []competency.Evidence{{ID: "1", Employee: "e", KnowledgePoints: []string{"k"}, Kind: competency.Exam, Score: 1, At: time.Unix(2, 0).UTC()}}
	_, err = s.Record(t.Context(), []store.Recording{{Employee: "e", Put: given}}, func(l store.FoldInput) (store.StateChanges, error) {
		require.Equal(t, []competency.Assessment{want}, l.States)
		return store.StateChanges{}, nil
	})
	require.NoError(t, err)
	kept, err := s.Evidence(t.Context(), store.EvidenceQuery{})
	require.NoError(t, err)
	require.Equal(t, given, kept)
}

func TestOpenSaysWhatPlaceIsWrong(t *testing.T) {
	dir := t.TempDir()
	_, err := sqlitestore.Open(t.Context(), filepath.Join(dir, "none", "zhitu.db"))
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorContains(t, err, "the directory "+filepath.Join(dir, "none")+" does not exist")
	require.NoDirExists(t, filepath.Join(dir, "none"))

	_, err = sqlitestore.Open(t.Context(), dir)
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorContains(t, err, "it is a directory")
}

func TestOpenTakesAnEmptyFileAndARelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("知图.db", nil, 0o600))
	s := open(t, "知图.db")
	_, err := s.Apply(t.Context(), 0, store.Change{ChangeSet: storetest.SampleCatalog(1)})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	s = open(t, "知图.db")
	revision, err := s.Revision(t.Context())
	require.NoError(t, err)
	require.Equal(t, store.Revision(1), revision)
	require.NoError(t, s.Close())
}

func TestHandlesThatOpenANewFileAtOnceAllSucceed(t *testing.T) {
	for range 5 {
		path := newPath(t)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				s, err := sqlitestore.Open(t.Context(), path)
				if assert.NoError(t, err) {
					assert.NoError(t, s.Ping(t.Context()))
					assert.NoError(t, s.Close())
				}
			})
		}
		all.Wait()
		requireSound(t, path)
	}
}

func TestReadsDoNotWaitForALongWrite(t *testing.T) {
	path := newPath(t)
	s := open(t, path)
	_, err := s.Apply(t.Context(), 0, store.Change{ChangeSet: storetest.SampleCatalog(100)})
	require.NoError(t, err)
	held := hold(t, path)

	ctx, cancel := context.WithTimeout(t.Context(), 6*patience)
	defer cancel()
	c, revision, err := s.Load(ctx)
	require.NoError(t, err)
	require.Equal(t, store.Revision(1), revision)
	require.Len(t, c.KnowledgePoints, 100)
	for _, err := range s.Profiles(ctx) {
		require.NoError(t, err)
	}
	for _, err := range s.History(ctx, store.HistoryQuery{}) {
		require.NoError(t, err)
	}
	another, err := sqlitestore.Open(ctx, path) // as the command line does beside a server
	require.NoError(t, err)
	require.NoError(t, another.Ping(ctx))
	require.NoError(t, another.Close())

	require.NoError(t, held.Rollback())
	require.NoError(t, s.Close())
}

// patience is what the package comment promises.
const patience = 5 * time.Second

func TestAWriteWaitsForAnotherProcessAndItsContext(t *testing.T) {
	path := newPath(t)
	s := open(t, path)
	cs := competency.ChangeSet{Put: storetest.SampleCatalog(1).Put}

	held := hold(t, path)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := s.Apply(ctx, 0, store.Change{ChangeSet: cs})
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorIs(t, err, context.DeadlineExceeded, "its context has ended the waiting, and not the other process")

	_, err = s.Apply(t.Context(), 0, store.Change{ChangeSet: cs})
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorContains(t, err, "another process is writing")

	time.AfterFunc(500*time.Millisecond, func() { assert.NoError(t, held.Rollback()) })
	revision, err := s.Apply(t.Context(), 0, store.Change{ChangeSet: cs})
	require.NoError(t, err)
	require.Equal(t, store.Revision(1), revision)
	require.NoError(t, s.Close())
}

func TestAFullDiskIsUnavailableAndLosesNothing(t *testing.T) {
	path := newPath(t)
	s := open(t, path)
	_, err := s.Apply(t.Context(), 0, store.Change{ChangeSet: storetest.SampleCatalog(10)})
	require.NoError(t, err)
	sqlitestore.LimitPages(t, s, 64)
	_, err = s.Apply(t.Context(), 1, store.Change{ChangeSet: storetest.SampleCatalog(5000)})
	require.ErrorIs(t, err, store.ErrUnavailable)
	requireExplained(t, err, "the disk of the store is full: free some space", "磁盘已满")
	c, revision, err := s.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, store.Revision(1), revision)
	require.Len(t, c.KnowledgePoints, 10)
	require.NoError(t, s.Close())
	requireSound(t, path)
}

// newPath names a file that is not there, in a way that needs escaping.
func newPath(t *testing.T) string {
	return filepath.Join(t.TempDir(), "知图 50% #1?.db")
}

func open(t *testing.T, path string) *sqlitestore.Store {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), path)
	require.NoError(t, err)
	return s
}

// raw opens a file as another program would.
func raw(t *testing.T, path string) *sql.DB {
	t.Helper()
	dsn := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: "_txlock=immediate"}
	db, err := sql.Open("sqlite", dsn.String())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func execute(t *testing.T, path, statement string) {
	t.Helper()
	db := raw(t, path)
	_, err := db.ExecContext(t.Context(), statement)
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

// hold takes the file's one write transaction, as a long write does.
func hold(t *testing.T, path string) *sql.Tx {
	t.Helper()
	tx, err := raw(t, path).Begin()
	require.NoError(t, err)
	return tx
}

// requireSound has SQLite check the whole file, and every reference in it.
func requireSound(t *testing.T, path string) {
	t.Helper()
	db := raw(t, path)
	var verdict string
	require.NoError(t, db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict))
	require.Equal(t, "ok", verdict)
	var dangling int
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM pragma_foreign_key_check").Scan(&dangling))
	require.Zero(t, dangling)
	require.NoError(t, db.Close())
}
