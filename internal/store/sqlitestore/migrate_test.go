package sqlitestore_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

var noon = time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)

// A file that the program wrote when it had schema 3.
func TestOpenMigratesAFileOfSchema3(t *testing.T) {
	path := newPath(t)
	packed, err := os.Open("testdata/schema3.db.gz")
	require.NoError(t, err)
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	require.NoError(t, err)
	file, err := io.ReadAll(z)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, file, 0o600))

	s := open(t, path)
	defer s.Close()
	list := history(t, s)
	require.Len(t, list, 3)
	for i, p := range list {
		require.Equal(t, store.Revision(i+1), p.Revision)
		require.Equal(t, noon.Add(time.Duration(i)*time.Hour), p.At)
		require.False(t, p.Complete)
		require.Nil(t, p.Inverse)
		require.Empty(t, p.Author+p.Reason+p.Draft)
	}
	require.Equal(t, []string{"甲", "", "large"}, []string{list[0].ID, list[1].ID, list[2].ID})
	require.Nil(t, list[2].Changes, "it had more records than schema 3 kept")
	catalog, revision, err := s.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, store.Revision(3), revision)
	require.Equal(t, catalog, competency.Catalog{}.Apply(*list[0].Changes).Apply(*list[1].Changes))
	require.Equal(t, "吊车工", catalog.Positions[0].Name)

	docs, err := s.Documents(t.Context(), store.DocumentQuery{Kind: store.UnmappedKind})
	require.NoError(t, err)
	want := []store.Document{
		unmapped("b", noon, "nobody", "查无此人", "{\"id\": \"b\",\n \"说\": \"\\\"引\\\"\"}"),
		unmapped("voids:a", noon.Add(time.Microsecond), "no such statement", "没有该语句", `{"id": "a"}`),
	}
	require.Len(t, docs, len(want))
	for i, d := range docs {
		require.JSONEq(t, want[i].Body, d.Body)
		d.Body = want[i].Body
		require.Equal(t, want[i], d)
	}
	p, err := s.Profile(t.Context(), "li")
	require.NoError(t, err)
	require.Equal(t, "李雷", p.Employee.Name)
	page, err := s.Employees(t.Context(), store.EmployeeQuery{Text: "lilei"})
	require.NoError(t, err)
	require.Len(t, page.Profiles, 1, "the search key has pinyin")
	require.Equal(t, []float64{1, 2}, p.States[1].Model)
	kept, err := s.Evidence(t.Context(), store.EvidenceQuery{})
	require.NoError(t, err)
	require.Len(t, kept, 1)
	require.Zero(t, kept[0].Filled)
	require.Empty(t, kept[0].StatementHash)
	require.Empty(t, kept[0].RecordedBy)
	due, err := s.Documents(t.Context(), store.DocumentQuery{Kind: store.ReplayKind})
	require.NoError(t, err)
	require.Equal(t, []store.Document{{Kind: store.ReplayKind, ID: store.ReplayHeld, Version: 1, At: time.Unix(0, 0).UTC(), Body: "{}"}}, due,
		"states that follow from evidence lack what was held")

	// And it goes on from there.
	cs := competency.ChangeSet{At: noon, Put: competency.Records{Catalog: competency.Catalog{Positions: []competency.Position{{Code: "new"}}}}}
	inverse := competency.Inverse(catalog, cs)
	revision, err = s.Apply(t.Context(), 3, store.Change{ChangeSet: cs, Inverse: &inverse})
	require.NoError(t, err)
	require.Equal(t, store.Revision(4), revision)
	list = history(t, s)
	require.True(t, list[3].Complete)
	require.Equal(t, &inverse, list[3].Inverse)
}

func unmapped(id string, at time.Time, en, zh, statement string) store.Document {
	body := store.UnmappedBody{Reason: store.UnmappedReason{EN: en, ZH: zh}, Statement: statement}
	return store.Document{Kind: store.UnmappedKind, ID: id, Version: 1, At: at, Body: body.JSON()}
}

func history(t *testing.T, s store.Store) (list []store.Publication) {
	t.Helper()
	for p, err := range s.History(t.Context(), store.HistoryQuery{}) {
		require.NoError(t, err)
		list = append(list, p)
	}
	return list
}

const (
	oldStatements   = 20_000
	oldPublications = 300
)

// seedVariable repeats a test with the random numbers of another run.
const seedVariable = "ZHITU_TEST_SEED"

// A process that is killed while it brings a file up to date leaves the file as it was,
// or as it is to be.
func TestKillDuringMigrationLosesNothing(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if given := os.Getenv(seedVariable); given != "" {
		var err error
		seed, err = strconv.ParseUint(given, 10, 64)
		require.NoError(t, err)
	}
	t.Logf("%s=%d", seedVariable, seed)
	random := rand.New(rand.NewPCG(seed, 0))

	old := newPath(t)
	sqlitestore.CreateWithSchema(t, old, 3)
	fillSchema3(t, old)
	whole, err := os.ReadFile(old)
	require.NoError(t, err)

	began := time.Now()
	path := copyOf(t, whole)
	require.NoError(t, open(t, path).Close())
	long := time.Since(began) // about what a migration takes
	unmigrated := 0
	for range 12 {
		path := copyOf(t, whole)
		child, lines := start(t, "ping", path)
		require.True(t, lines.Scan(), "it says when it begins")
		time.Sleep(time.Duration(random.Int64N(int64(long * 5 / 4))))
		_ = child.Process.Kill()
		for lines.Scan() {
		}
		_ = child.Wait() // it may have been through

		requireSound(t, path)
		var version int
		require.NoError(t, raw(t, path).QueryRowContext(t.Context(), "PRAGMA user_version").Scan(&version))
		if version == 3 {
			unmigrated++
		}
		requireMigrated(t, path)
	}
	t.Logf("%d of 12 were killed before the commit", unmigrated)
}

func fillSchema3(t *testing.T, path string) {
	t.Helper()
	db := raw(t, path)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	for i := range oldStatements {
		_, err := tx.ExecContext(t.Context(), `INSERT INTO set_aside (id, at, reason_en, reason_zh, body) VALUES (?, ?, ?, ?, ?)`,
			fmt.Sprintf("s%06d", i), noon.UnixMicro()+int64(i), "nobody", "查无此人", fmt.Sprintf(`{"id": "s%06d", "text": "语句"}`, i))
		require.NoError(t, err)
	}
	for i := range oldPublications {
		text, err := json.Marshal(map[string]any{"put": competency.Catalog{Positions: []competency.Position{{Code: fmt.Sprint("p", i), Name: "岗位"}}}})
		require.NoError(t, err)
		_, err = tx.ExecContext(t.Context(), `INSERT INTO change_sets (revision, id, at, body) VALUES (?, ?, ?, ?)`, i+1, fmt.Sprint("id", i), noon.UnixMicro(), string(text))
		require.NoError(t, err)
	}
	require.NoError(t, tx.Commit())
	_, err = db.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)")
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

func copyOf(t *testing.T, file []byte) (path string) {
	t.Helper()
	path = newPath(t)
	require.NoError(t, os.WriteFile(path, bytes.Clone(file), 0o600))
	return path
}

// requireMigrated opens a file, and wants all that fillSchema3 wrote.
func requireMigrated(t *testing.T, path string) {
	t.Helper()
	s := open(t, path)
	docs, err := s.Documents(t.Context(), store.DocumentQuery{Kind: store.UnmappedKind})
	require.NoError(t, err)
	require.Len(t, docs, oldStatements)
	require.JSONEq(t, unmapped("s000007", noon, "nobody", "查无此人", `{"id": "s000007", "text": "语句"}`).Body, docs[7].Body)
	list := history(t, s)
	require.Len(t, list, oldPublications)
	for i, p := range list {
		require.Equal(t, fmt.Sprint("id", i), p.ID)
		require.Equal(t, fmt.Sprint("p", i), p.Changes.Put.Positions[0].Code)
		require.False(t, p.Complete)
	}
	revision, err := s.Revision(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, oldPublications, revision)
	require.NoError(t, s.Close())
}

// A store is copied into another kind of store with its whole history.
func TestAFileIsRestoredToMemoryAsItIsStreamed(t *testing.T) {
	from := open(t, newPath(t))
	defer from.Close()
	catalog := competency.Catalog{}
	for i := range 40 {
		cs := competency.ChangeSet{ID: fmt.Sprint("a", i), At: noon, Author: "王芳"}
		for n := range i*i + 1 {
			cs.Put.Positions = append(cs.Put.Positions, competency.Position{Code: fmt.Sprintf("p%04d", n), Name: fmt.Sprint(i)})
		}
		inverse := competency.Inverse(catalog, cs)
		_, err := from.Apply(t.Context(), store.Revision(i), store.Change{ChangeSet: cs, Inverse: &inverse})
		require.NoError(t, err)
		catalog = catalog.Apply(cs)
	}
	to, err := sqlitestore.OpenMemory(t.Context())
	require.NoError(t, err)
	defer to.Close()
	require.NoError(t, to.Restore(t.Context(), 40, catalog, from.History(t.Context(), store.HistoryQuery{})))
	require.Equal(t, history(t, from), history(t, to))
	made, err := to.Apply(t.Context(), 40, store.Change{ChangeSet: competency.ChangeSet{Delete: competency.Records{Catalog: catalog}}})
	require.NoError(t, err)
	require.Equal(t, store.Revision(41), made)
}

// A command that only reads asks before a file of an earlier schema is upgraded.
func TestOpenAsksBeforeItMigrates(t *testing.T) {
	path := newPath(t)
	sqlitestore.CreateWithSchema(t, path, 3)
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	var asked [][2]int
	refusal := errors.New("not now")
	ask := func(answer error) (*sqlitestore.Store, error) {
		return sqlitestore.OpenWith(t.Context(), path, sqlitestore.Options{OnMigrate: func(from, to int) error {
			asked = append(asked, [2]int{from, to})
			return answer
		}})
	}
	_, err = ask(refusal)
	require.ErrorIs(t, err, refusal)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal(before, after), "what is refused is left as it is")

	s, err := ask(nil)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	current := asked[0][1]
	require.Equal(t, [][2]int{{3, current}, {3, current}}, asked)

	s, err = ask(refusal) // it is current, so nothing is asked
	require.NoError(t, err)
	require.NoError(t, s.Close())
	path = newPath(t) // as for a new file
	s, err = ask(refusal)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	require.Len(t, asked, 2)
}
