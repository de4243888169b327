package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/server"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

// Baseline: batches written directly to the databases, without a model or guarantees. A
// bare row is merged by its id and updates one mastery. A full row is what one piece of
// evidence stores: itself with its person and point, and a mastery with its time and
// the numbers of the model.
const (
	bareCypher = `
UNWIND $rows AS row
MATCH (e:Employee {code: row.employee})
MATCH (k:KnowledgePoint {code: row.point})
MERGE (v:Bare {id: row.id})
SET v.score = row.score, v.at = row.at
MERGE (e)-[m:MASTERS]->(k)
SET m.bare = row.score`
	fullCypher = `
UNWIND $rows AS row
MATCH (e:Employee {code: row.employee})
MATCH (k:KnowledgePoint {code: row.point})
MERGE (v:Evidence {id: row.id})
SET v.score = row.score, v.at = row.at, v.kind = row.kind
MERGE (v)-[:OF]->(e)
MERGE (v)-[:ABOUT]->(k)
MERGE (e)-[m:MASTERS]->(k)
SET m.mastery = row.score, m.assessedAt = row.at, m.model = row.model`
	bareTable  = `CREATE TABLE bare (id TEXT PRIMARY KEY, employee TEXT, point TEXT, score REAL, at INTEGER) WITHOUT ROWID`
	benchModel = "1 0.8413 15552000000000 0.5 1795132800000000 12 3 1 0 0.7311"
)

// The statements of a row, with its id, employee, point, score and time.
var (
	bareSQL = []string{
		`INSERT INTO bare VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING`,
		`UPDATE mastery SET mastery = ?4 WHERE employee = ?2 AND knowledge_point = ?3`,
	}
	fullSQL = []string{
		`INSERT INTO evidence VALUES (?1, ?2, ?5, 'PRACTICE', ?4, 0, 0, '', NULL, '', 0) ON CONFLICT DO NOTHING`,
		`INSERT INTO evidence_points VALUES (?1, 0, ?3) ON CONFLICT DO NOTHING`,
		`UPDATE mastery SET mastery = ?4, assessed_at = ?5, model = zeroblob(80) WHERE employee = ?2 AND knowledge_point = ?3`,
	}
)

// BenchmarkEvidence measures the throughput of evidence: through GraphQL over HTTP, in
// requests of one piece and of a thousand, from one sender and from several. It records
// for 200 people with states on 207 points each. In the same run it measures bare and
// full rows, one or a thousand in a transaction. make bench-evidence prints a table.
func BenchmarkEvidence(b *testing.B) {
	cs, _ := benchWorld(1_000, 300)
	b.Run("sqlite", func(b *testing.B) {
		path := filepath.Join(b.TempDir(), "bench.db")
		st, err := sqlitestore.Open(b.Context(), path)
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, st.Close()) })
		benchEvidence(b, st, cs, time.Second)
		db, err := sql.Open("sqlite", path+"?_txlock=immediate&_pragma=synchronous(FULL)&_pragma=cache_size(-65536)&_pragma=foreign_keys(1)")
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, db.Close()) })
		_, err = db.ExecContext(b.Context(), bareTable)
		require.NoError(b, err)
		rows := func(statements []string) func(context.Context, []competency.Evidence) error {
			return func(ctx context.Context, list []competency.Evidence) error { return sendSQL(ctx, db, statements, list) }
		}
		benchRows(b, "bare", cs, time.Second, rows(bareSQL))
		benchRows(b, "full", cs, time.Second, rows(fullSQL))
	})
	b.Run("neo4j", func(b *testing.B) {
		at := neo4jtest.New(b, benchNeo4j)
		st := benchNeo4jStore(b, at)
		b.Cleanup(func() { require.NoError(b, st.Close()) })
		driver, err := neo4j.NewDriverWithContext(at.URI(), neo4j.NoAuth())
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, driver.Close(context.Background())) })
		_, err = neo4j.ExecuteQuery(b.Context(), driver, "CREATE CONSTRAINT bare FOR (n:Bare) REQUIRE n.id IS UNIQUE", nil, neo4j.EagerResultTransformer)
		require.NoError(b, err)
		const warm = 20 * time.Second
		benchEvidence(b, st, cs, warm)
		rows := func(statement string) func(context.Context, []competency.Evidence) error {
			return func(ctx context.Context, list []competency.Evidence) error {
				return sendCypher(ctx, driver, statement, list)
			}
		}
		benchRows(b, "bare", cs, warm, rows(bareCypher))
		benchRows(b, "full", cs, warm, rows(fullCypher))
	})
}

// sendCypher writes rows to Neo4j in one transaction.
func sendCypher(ctx context.Context, driver neo4j.DriverWithContext, statement string, list []competency.Evidence) error {
	rows := make([]map[string]any, len(list))
	for i, e := range list {
		rows[i] = map[string]any{
			"id": e.ID, "employee": e.Employee, "point": e.KnowledgePoints[0], "score": e.Score, "at": e.At, "kind": string(e.Kind), "model": benchModel,
		}
	}
	_, err := neo4j.ExecuteQuery(ctx, driver, statement, map[string]any{"rows": rows}, neo4j.EagerResultTransformer)
	return err
}

// sendSQL writes rows to SQLite in one transaction.
func sendSQL(ctx context.Context, db *sql.DB, statements []string, list []competency.Evidence) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // no effect after Commit
	prepared := make([]*sql.Stmt, len(statements))
	for i, statement := range statements {
		if prepared[i], err = tx.PrepareContext(ctx, statement); err != nil {
			return err
		}
	}
	for _, e := range list {
		for _, statement := range prepared {
			if _, err := statement.ExecContext(ctx, e.ID, e.Employee, e.KnowledgePoints[0], e.Score, e.At.UnixMicro()); err != nil {
				return err
			}
		}
	}
	return tx.Commit()
}

func benchRows(b *testing.B, name string, cs competency.ChangeSet, warm time.Duration, record func(context.Context, []competency.Evidence) error) {
	for _, size := range []int{1, 1000} {
		b.Run(fmt.Sprintf("%s/1/%d", name, size), func(b *testing.B) { benchSend(b, warm, 1, size, record, pointCodes(cs)) })
	}
}

func pointCodes(cs competency.ChangeSet) []string {
	var codes []string
	for _, a := range cs.Put.Mastery[:100] {
		codes = append(codes, a.KnowledgePoint)
	}
	return codes
}

func benchEvidence(b *testing.B, st store.Store, cs competency.ChangeSet, warm time.Duration) {
	s, err := newLayers(b.Context(), st, layersConfig{})
	require.NoError(b, err)
	_, err = s.Import(servicetest.Context(b), cs, false)
	require.NoError(b, err)
	web := httptest.NewServer(server.New(server.Config{
		Service: s, Metrics: server.NewMetrics(), Log: slog.New(slog.DiscardHandler), Loopback: true, Open: true, Timeout: time.Minute,
	}))
	b.Cleanup(web.Close)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	const mutation = `mutation ($list: [EvidenceInput!]!) { recordEvidence(input: { evidence: $list }) { userErrors { message } } }`
	record := func(ctx context.Context, list []competency.Evidence) error {
		inputs := make([]map[string]any, len(list))
		for i, e := range list {
			inputs[i] = map[string]any{"id": e.ID, "employee": e.Employee, "knowledgePoints": e.KnowledgePoints, "kind": e.Kind, "score": e.Score, "at": e.At}
		}
		body, err := json.Marshal(map[string]any{"query": mutation, "variables": map[string]any{"list": inputs}})
		if err != nil {
			return err
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, web.URL+"/graphql", strings.NewReader(string(body)))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", "application/json")
		w, err := client.Do(r)
		if err != nil {
			return err
		}
		defer w.Body.Close()
		answer, err := io.ReadAll(w.Body)
		if err == nil && string(answer) != `{"data":{"recordEvidence":{"userErrors":[]}},"extensions":{"revision":1}}` {
			err = fmt.Errorf("%s", answer)
		}
		return err
	}
	for _, c := range []struct{ clients, size int }{{1, 1}, {64, 1}, {1, 1000}, {8, 1000}} { // 8,000 pieces may wait, 64,000 would be refused
		b.Run(fmt.Sprintf("graphql/%d/%d", c.clients, c.size), func(b *testing.B) { benchSend(b, warm, c.clients, c.size, record, pointCodes(cs)) })
	}
}

var proofs atomic.Int64

// benchSend sends evidence in requests of a size from several senders at once. After a
// warm-up, which lets the JVM compile, it reports the acknowledged pieces per second.
func benchSend(b *testing.B, warm time.Duration, clients, size int, record func(context.Context, []competency.Evidence) error, points []string) {
	if b.N > 1 {
		return
	}
	var done atomic.Int64
	var all sync.WaitGroup
	start := time.Now().Add(warm)
	end := start.Add(2 * benchSeconds * time.Second)
	for range clients {
		all.Go(func() {
			for time.Now().Before(end) {
				list := make([]competency.Evidence, size)
				for i := range list {
					n := proofs.Add(1)
					list[i] = competency.Evidence{
						ID: fmt.Sprint("v", n), Employee: fmt.Sprintf("E%03d", n%benchPeople), KnowledgePoints: []string{points[int(n)/benchPeople%len(points)]},
						Kind: competency.PracticeAnswer, Score: float64(n % 2), At: kgtest.Now.Add(time.Duration(n) * time.Millisecond),
					}
				}
				if err := record(b.Context(), list); err != nil {
					b.Error(err)
					return
				}
				if time.Now().After(start) {
					done.Add(int64(size))
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(done.Load())/time.Since(start).Seconds(), "pieces/s")
	b.ReportMetric(0, "ns/op")
}
