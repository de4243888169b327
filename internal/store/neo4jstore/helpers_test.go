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

// noon is the time of every change that does not care.
var noon = time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)

// ample is a time-out for tests that are not about it: where much else is run, a
// server may take seconds for what it does in milliseconds by itself.
var ampleTimeout = neo4jstore.Options{Timeout: 20 * time.Second}

// handle opens a store that is closed when the test ends.
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

// plant is one record of every type, tied as they can be.
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

// put writes records on what is there now.
func applyRecords(t *testing.T, s store.Store, r competency.Records) store.Revision {
	t.Helper()
	made, err := s.Apply(t.Context(), revisionOf(t, s), competency.ChangeSet{Put: r, At: noon})
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

// named is one person and nothing else.
func employeeRecord(code, name string) competency.Records {
	return competency.Records{People: competency.People{Employees: []competency.Employee{{Code: code, Name: name}}}}
}

func employeeName(t *testing.T, s store.Store, employee string) string {
	t.Helper()
	p, err := s.Profile(t.Context(), employee)
	require.NoError(t, err)
	return p.Employee.Name
}

// position is an edit of the catalog that tells by its name who made it.
func positionRecord(code, name string) competency.Records {
	return competency.Records{Catalog: competency.Catalog{Positions: []competency.Position{{Code: code, Name: name}}}}
}

// dump is everything that a pattern finds, in words.
func dumpRows(t *testing.T, uri, statement string) string {
	t.Helper()
	var lines []string
	for _, r := range runCypher(t, uri, statement) {
		lines = append(lines, fmt.Sprint(r.Values...))
	}
	return strings.Join(lines, "\n")
}

var noAuth = neo4j.NoAuth()

// holdLock holds the writers' lock, as a long write of another program does.
func holdWriteLock(t *testing.T, uri string) (release func()) {
	t.Helper()
	end := beginExternalTx(t, uri, "MATCH (z:Zhitu {name: 'store'}) SET z.lock = true")
	return func() { end(false) }
}

// byHand runs a statement in a transaction of another program, which stays open
// until it is ended.
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
