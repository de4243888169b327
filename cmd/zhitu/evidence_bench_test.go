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
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

// Batches written straight to the databases, with no model and no promise: each row
// is merged by its id, and updates one mastery.
const (
	bareCypher = `
UNWIND $rows AS row
MATCH (e:Employee {code: row.employee})
MATCH (k:KnowledgePoint {code: row.point})
MERGE (v:Bare {id: row.id})
SET v.score = row.score, v.at = row.at
MERGE (e)-[m:MASTERS]->(k)
SET m.bare = row.score`
	bareTable  = `CREATE TABLE bare (id TEXT PRIMARY KEY, employee TEXT, point TEXT, score REAL, at INTEGER) WITHOUT ROWID`
	bareInsert = `INSERT INTO bare VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	bareUpdate = `UPDATE mastery SET mastery = ? WHERE employee = ? AND knowledge_point = ?`
)

// BenchmarkEvidence measures how much evidence is taken in: through GraphQL over
// HTTP, in requests of one piece and of a thousand, from one sender and from several at once,
// for 200 people who have been assessed on 207 points each; and what bare rows, one or a
// thousand in a transaction, reach in the same run. It reads as one table by make
// bench-evidence.
func BenchmarkEvidence(b *testing.B) {
	cs, _ := benchWorld(1_000, 300)
	b.Run("sqlite", func(b *testing.B) {
		path := filepath.Join(b.TempDir(), "bench.db")
		st, err := sqlitestore.Open(b.Context(), path)
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, st.Close()) })
		benchEvidence(b, st, cs, time.Second)
		db, err := sql.Open("sqlite", path+"?_txlock=immediate&_pragma=synchronous(FULL)&_pragma=cache_size(-65536)")
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, db.Close()) })
		_, err = db.ExecContext(b.Context(), bareTable)
		require.NoError(b, err)
		benchBare(b, cs, time.Second, func(ctx context.Context, list []competency.Evidence) error { return sendBare(ctx, db, list) })
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
		benchEvidence(b, st, cs, 20*time.Second)
		benchBare(b, cs, 20*time.Second, func(ctx context.Context, list []competency.Evidence) error {
			rows := make([]map[string]any, len(list))
			for i, e := range list {
				rows[i] = map[string]any{"id": e.ID, "employee": e.Employee, "point": e.KnowledgePoints[0], "score": e.Score, "at": e.At}
			}
			_, err := neo4j.ExecuteQuery(ctx, driver, bareCypher, map[string]any{"rows": rows}, neo4j.EagerResultTransformer)
			return err
		})
	})
}

// sendBare writes rows to SQLite in one transaction.
func sendBare(ctx context.Context, db *sql.DB, list []competency.Evidence) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // of no effect after Commit
	insert, err := tx.PrepareContext(ctx, bareInsert)
	if err != nil {
		return err
	}
	update, err := tx.PrepareContext(ctx, bareUpdate)
	if err != nil {
		return err
	}
	for _, e := range list {
		if _, err := insert.ExecContext(ctx, e.ID, e.Employee, e.KnowledgePoints[0], e.Score, e.At.UnixMicro()); err != nil {
			return err
		}
		if _, err := update.ExecContext(ctx, e.Score, e.Employee, e.KnowledgePoints[0]); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func benchBare(b *testing.B, cs competency.ChangeSet, warm time.Duration, record func(context.Context, []competency.Evidence) error) {
	for _, size := range []int{1, 1000} {
		b.Run(fmt.Sprintf("bare/1/%d", size), func(b *testing.B) { sent(b, warm, 1, size, record, points(cs)) })
	}
}

func points(cs competency.ChangeSet) []string {
	var codes []string
	for _, a := range cs.Put.Mastery[:100] {
		codes = append(codes, a.KnowledgePoint)
	}
	return codes
}

func benchEvidence(b *testing.B, st store.Store, cs competency.ChangeSet, warm time.Duration) {
	s, err := service.New(b.Context(), st, service.Config{})
	require.NoError(b, err)
	_, err = s.Import(b.Context(), cs, false)
	require.NoError(b, err)
	web := httptest.NewServer(server.New(server.Config{
		Service: s, Metrics: server.NewMetrics(), Log: slog.New(slog.DiscardHandler), Loopback: true, Timeout: time.Minute,
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
	for _, c := range []struct{ clients, size int }{{1, 1}, {64, 1}, {1, 1000}, {8, 1000}} { // 8,000 pieces may wait, 64,000 would be put off
		b.Run(fmt.Sprintf("graphql/%d/%d", c.clients, c.size), func(b *testing.B) { sent(b, warm, c.clients, c.size, record, points(cs)) })
	}
}

var proofs atomic.Int64

// sent sends evidence in requests of a size from so many senders at once, for some
// seconds after some to warm up (the server compiles what it runs often), and reports how much of it was acknowledged in
// a second.
func sent(b *testing.B, warm time.Duration, clients, size int, record func(context.Context, []competency.Evidence) error, points []string) {
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
