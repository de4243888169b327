package neo4jstore_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
)

// noon is the time of changes whose time does not matter.
var noon = time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)

// ampleTimeout is for tests that are not about timeouts: on a busy machine a server may
// take seconds for what usually takes milliseconds.
var ampleTimeout = neo4jstore.Options{Timeout: 5 * time.Minute}

// ampleBound is how long a test waits for an event. It only ends tests that would hang:
// no test asserts how long anything takes.
const ampleBound = 5 * time.Minute

// awaitResult returns the error of f, and fails the test if f does not return.
func awaitResult(t *testing.T, f func() error) error {
	t.Helper()
	result := make(chan error, 1)
	go func() { result <- f() }()
	select {
	case err := <-result:
		return err
	case <-time.After(ampleBound):
		require.FailNow(t, "it does not return")
		return nil
	}
}

// requireEventually waits until a condition holds.
func requireEventually(t *testing.T, condition func() bool, message ...any) {
	t.Helper()
	require.Eventually(t, condition, ampleBound, 50*time.Millisecond, message...)
}

// requireBlockedTransaction waits until the server has a transaction that waits for a
// lock.
func requireBlockedTransaction(t *testing.T, uri string) {
	t.Helper()
	requireEventually(t, func() bool {
		return dumpRows(t, uri, "SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN count(*)") != "0"
	}, "no transaction waits for a lock")
}

// openStore opens a store that is closed when the test ends.
func openStore(t *testing.T, uri string) *neo4jstore.Store {
	t.Helper()
	return openStoreWith(t, uri, ampleTimeout)
}

func openStoreWith(t *testing.T, uri string, o neo4jstore.Options) *neo4jstore.Store {
	t.Helper()
	s, err := neo4jstore.Open(t.Context(), uri, o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() }) // its server may be gone by then
	return s
}

// plantRecords has one record of every type, with relationships of every type.
func plantRecords() competency.Records {
	return competency.Records{
		Catalog: competency.Catalog{
			Competencies:    []competency.Competency{{Code: "safety", Name: "安全", Parent: "work"}, {Code: "work", Name: "作业"}},
			KnowledgePoints: []competency.KnowledgePoint{{Code: "crane", Name: "吊装", Competency: "work", Minutes: new(90), Difficulty: new(3.5), Tags: []string{"重物"}}, {Code: "signal", Name: "手势"}},
			Prerequisites:   []competency.Prerequisite{{Prerequisite: "signal", Dependent: "crane", Strength: competency.Hard, Level: new(0.7)}},
			Related:         []competency.Related{{A: "crane", B: "signal"}},
			Positions:       []competency.Position{{Code: "rigger", Name: "起重工"}},
			Requirements:    []competency.Requirement{{Position: "rigger", Target: "crane", Level: new(0.85), Weight: new(1.0), Critical: new(true)}},
			Resources:       []competency.Resource{{Code: "film", Title: "吊装入门", Teaches: []string{"signal", "crane"}}},
		},
		People: competency.People{
			OrgUnits: []competency.OrgUnit{{Code: "company", Name: "公司"}, {Code: "yard", Name: "堆场", Parent: "company"}},
			Employees: []competency.Employee{
				{Code: "chief", Name: "王芳", OrgUnit: "yard", Position: "rigger"},
				{Code: "li", Name: "李雷", OrgUnit: "yard", Position: "rigger", Targets: []string{"rigger"}, Manager: "chief"},
			},
			Mastery: []competency.Assessment{{Employee: "li", KnowledgePoint: "crane", Mastery: 0.5, AssessedAt: noon}},
		},
	}
}

// applyRecords writes records on the present revision.
func applyRecords(t *testing.T, s store.Store, r competency.Records) store.Revision {
	t.Helper()
	made, err := s.Apply(t.Context(), revisionOf(t, s), store.Change{ChangeSet: competency.ChangeSet{Put: r, At: noon}})
	require.NoError(t, err)
	return made
}

func revisionOf(t *testing.T, s store.Store) store.Revision {
	t.Helper()
	revision, err := s.Revision(t.Context())
	require.NoError(t, err)
	return revision
}

func loadCatalog(t *testing.T, s store.Store) competency.Catalog {
	t.Helper()
	c, _, err := s.Load(t.Context())
	require.NoError(t, err)
	return c
}

// employeeRecord is one employee with a name.
func employeeRecord(code, name string) competency.Records {
	return competency.Records{People: competency.People{Employees: []competency.Employee{{Code: code, Name: name}}}}
}

func employeeName(t *testing.T, s store.Store, employee string) string {
	t.Helper()
	p, err := s.Profile(t.Context(), employee)
	require.NoError(t, err)
	return p.Employee.Name
}

// positionRecord is an edit of the catalog; the name shows who made it.
func positionRecord(code, name string) competency.Records {
	return competency.Records{Catalog: competency.Catalog{Positions: []competency.Position{{Code: code, Name: name}}}}
}

// dumpRows returns the rows of a statement as text.
func dumpRows(t *testing.T, uri, statement string) string {
	t.Helper()
	var lines []string
	for _, r := range runCypher(t, uri, statement) {
		lines = append(lines, fmt.Sprint(r.Values...))
	}
	return strings.Join(lines, "\n")
}

var noAuth = neo4j.NoAuth()

// holdWriteLock holds the writers' lock, as a long write of another program does.
func holdWriteLock(t *testing.T, uri string) (release func()) {
	t.Helper()
	end := beginExternalTx(t, uri, "MATCH (z:Zhitu {name: 'store'}) SET z.lock = true")
	return func() { end(false) }
}

// beginExternalTx runs a statement in a transaction of another program, which stays open
// until end is called.
func beginExternalTx(t *testing.T, uri, statement string) (end func(commit bool)) {
	t.Helper()
	driver, err := neo4j.NewDriverWithContext(uri, noAuth)
	require.NoError(t, err)
	session := driver.NewSession(t.Context(), neo4j.SessionConfig{})
	tx, err := session.BeginTransaction(t.Context())
	require.NoError(t, err)
	result, err := tx.Run(t.Context(), statement, nil)
	require.NoError(t, err)
	_, err = result.Consume(t.Context())
	require.NoError(t, err)
	var once sync.Once
	end = func(commit bool) {
		once.Do(func() {
			if commit {
				require.NoError(t, tx.Commit(t.Context()))
			}
			_ = tx.Close(context.Background())
			_ = driver.Close(context.Background())
		})
	}
	t.Cleanup(func() { end(false) })
	return end
}

// publications returns the history after a revision.
func publications(t *testing.T, s store.Store, after store.Revision) (list []store.Publication, err error) {
	t.Helper()
	for p, err := range s.History(t.Context(), store.HistoryQuery{After: after}) {
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}
