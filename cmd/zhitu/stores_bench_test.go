package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/server"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore"
	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

const (
	benchPeople  = 200
	benchSeconds = 3 // of each question
)

// benchNeo4j runs Neo4j as in production: fully compiled, with its default garbage
// collector, and with enough memory.
var benchNeo4j = neo4jtest.Options{Heap: "2g", Flags: []string{"-XX:TieredStopAtLevel=4", "-XX:-UseSerialGC", "-XX:+UseG1GC"}}

func benchNeo4jStore(b *testing.B, at *neo4jtest.Server) store.Store {
	for {
		st, err := neo4jstore.Open(b.Context(), at.URI(), neo4jstore.Options{PoolSize: 64, Timeout: time.Minute})
		if neo4jstore.RetryableOpenError(err) { // on a busy machine it has not warmed up yet
			continue
		}
		require.NoError(b, err)
		return st
	}
}

// benchSizes are the sizes of worlds, with the approximate closure of their position.
var benchSizes = []struct{ points, closure int }{{1_000, 300}, {10_000, 1_200}, {100_000, 3_000}}

// BenchmarkStores measures both stores side by side: importing a catalog and then
// people, loading it, and questions from 1, 8 and 64 clients at once. The questions are
// the profile by itself, and gap and path through GraphQL over HTTP. make bench-stores
// prints a table.
func BenchmarkStores(b *testing.B) {
	for _, size := range benchSizes {
		cs, closure := benchWorld(size.points, size.closure)
		b.Run(fmt.Sprint(size.points), func(b *testing.B) {
			for _, s := range []struct {
				name string
				open func(b *testing.B) store.Store
			}{
				{"sqlite", func(b *testing.B) store.Store {
					st, err := sqlitestore.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"))
					require.NoError(b, err)
					return st
				}},
				{"neo4j", func(b *testing.B) store.Store {
					return benchNeo4jStore(b, neo4jtest.New(b, benchNeo4j))
				}},
			} {
				b.Run(s.name, func(b *testing.B) {
					st := s.open(b)
					b.Cleanup(func() { require.NoError(b, st.Close()) })
					benchStore(b, st, cs, closure)
				})
			}
		})
	}
}

// benchWorld returns a catalog, and people with states on seven tenths of the closure of
// position P.
func benchWorld(points, closure int) (cs competency.ChangeSet, width int) {
	w := kgtest.RandomWorld(1, kgtest.BenchShape(points))
	codes := w.RestrictToClosure(closure)
	cs.Put.Catalog = w.Catalog
	r := rand.New(rand.NewPCG(3, 4))
	for i := range benchPeople {
		e := competency.Employee{Code: fmt.Sprintf("E%03d", i), Name: "员工", Position: "P"}
		cs.Put.Employees = append(cs.Put.Employees, e)
		for _, code := range codes {
			if r.Float64() < 0.7 {
				cs.Put.Mastery = append(cs.Put.Mastery, competency.Assessment{
					Employee: e.Code, KnowledgePoint: code, Mastery: float64(r.IntN(11)) / 10, AssessedAt: kgtest.Now,
				})
			}
		}
	}
	return cs, len(codes)
}

func benchStore(b *testing.B, st store.Store, cs competency.ChangeSet, closure int) {
	s, err := newLayers(b.Context(), st, layersConfig{})
	require.NoError(b, err)
	once := func(name string, do func(b *testing.B)) {
		b.Run(name, func(b *testing.B) {
			if b.N > 1 {
				return // run once, whatever -benchtime says
			}
			start := time.Now()
			do(b)
			b.ReportMetric(time.Since(start).Seconds(), "s")
			b.ReportMetric(0, "ns/op")
		})
	}
	for _, part := range []struct {
		name    string
		records competency.Records
	}{
		{"import-catalog", competency.Records{Catalog: cs.Put.Catalog}},
		{"import-people", competency.Records{People: cs.Put.People}}, // separate, so that each fits into the heap of its transaction
	} {
		once(part.name, func(b *testing.B) {
			_, err := s.Import(servicetest.Context(b), competency.ChangeSet{Put: part.records}, false)
			require.NoError(b, err)
			b.ReportMetric(float64(part.records.Catalog.Len()+part.records.People.Len()), "records")
		})
	}
	once("load", func(b *testing.B) {
		_, _, err := st.Load(b.Context())
		require.NoError(b, err)
	})

	post := benchServer(b, s)
	ask := func(query string) func(ctx context.Context, employee string) error {
		return func(ctx context.Context, employee string) error {
			_, err := post(ctx, strings.ReplaceAll(query, "$", `"`+employee+`"`))
			return err
		}
	}
	for _, question := range []struct {
		name string
		ask  func(ctx context.Context, employee string) error
	}{
		{"profile", func(ctx context.Context, employee string) error { _, err := st.Profile(ctx, employee); return err }},
		{"gap", ask(`{ gapAnalysis(employee: $, position: "P") { coverage ready gaps { status required mastery knowledgePoint { code name } } } }`)},
		{"path", ask(`{ learningPath(employee: $, position: "P") { totalMinutes steps(first: 10) { order minutes knowledgePoint { code name } } } }`)},
	} {
		for _, clients := range []int{1, 8, 64} {
			b.Run(fmt.Sprintf("%s/%d", question.name, clients), func(b *testing.B) {
				if b.N == 1 {
					reportLatencies(b, closure, benchConcurrent(b, clients, benchSeconds*time.Second, question.ask))
				}
			})
		}
	}
}

// benchServer serves on a loopback port, and returns a function that posts GraphQL.
func benchServer(b *testing.B, s *service.Service) (post func(ctx context.Context, query string) ([]byte, error)) {
	return benchAuditedServer(b, s, nil)
}

func benchAuditedServer(b *testing.B, s *service.Service, commit func(context.Context) error) (post func(ctx context.Context, query string) ([]byte, error)) {
	web := httptest.NewServer(server.New(server.Config{
		Service: s, Metrics: server.NewMetrics(), Log: slog.New(slog.DiscardHandler), Loopback: true, Open: true, Timeout: time.Minute, CommitAudit: commit,
	}))
	b.Cleanup(web.Close)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	return func(ctx context.Context, query string) ([]byte, error) {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, web.URL+"/graphql", strings.NewReader(fmt.Sprintf(`{"query":%q}`, query)))
		if err != nil {
			return nil, err
		}
		r.Header.Set("Content-Type", "application/json")
		w, err := client.Do(r)
		if err != nil {
			return nil, err
		}
		defer w.Body.Close()
		answer, err := io.ReadAll(w.Body)
		if err == nil && bytes.Contains(answer, []byte(`"errors"`)) {
			err = fmt.Errorf("%s", answer)
		}
		return answer, err
	}
}

// benchConcurrent asks from several clients at once for some time, and returns the sorted
// latencies.
func benchConcurrent(b *testing.B, clients int, span time.Duration, ask func(ctx context.Context, employee string) error) (took []time.Duration) {
	require.NoError(b, ask(b.Context(), "E000")) // warm
	var mu sync.Mutex
	var all sync.WaitGroup
	end := time.Now().Add(span)
	for c := range clients {
		all.Go(func() {
			var mine []time.Duration
			for i := c; time.Now().Before(end); i++ {
				start := time.Now()
				if err := ask(b.Context(), fmt.Sprintf("E%03d", i*7%benchPeople)); err != nil {
					b.Error(err)
					return
				}
				mine = append(mine, time.Since(start))
			}
			mu.Lock()
			defer mu.Unlock()
			took = append(took, mine...)
		})
	}
	all.Wait()
	slices.Sort(took)
	return took
}

func reportLatencies(b *testing.B, closure int, took []time.Duration) {
	if len(took) == 0 {
		return
	}
	b.ReportMetric(quantile(took, 0.5), "p50-ms")
	b.ReportMetric(quantile(took, 0.99), "p99-ms")
	b.ReportMetric(float64(len(took))/benchSeconds, "answers/s")
	b.ReportMetric(float64(closure), "closure")
	b.ReportMetric(0, "ns/op")
}

// quantile returns a quantile of sorted times, in milliseconds.
func quantile(took []time.Duration, q float64) float64 {
	return float64(took[int(q*float64(len(took)-1))].Microseconds()) / 1000
}
