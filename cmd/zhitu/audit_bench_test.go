package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

// BenchmarkAuditedReads measures reads of another person's data with and without audit, side
// by side on one store, from 1, 8 and 64 clients at once. Its rounds alternate, so that what
// else the machine does is shared by both. The goal is a ratio of 1.3 with 64 clients.
func BenchmarkAuditedReads(b *testing.B) {
	cs, _ := benchWorld(300, 100)
	for _, s := range []struct {
		name string
		open func(b *testing.B) store.Store
	}{
		{"sqlite", func(b *testing.B) store.Store {
			st, err := sqlitestore.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"))
			require.NoError(b, err)
			return st
		}},
		{"neo4j", func(b *testing.B) store.Store { return benchNeo4jStore(b, neo4jtest.New(b, neo4jtest.Options{})) }},
	} {
		b.Run(s.name, func(b *testing.B) {
			st := s.open(b)
			b.Cleanup(func() { require.NoError(b, st.Close()) })
			var appends appendTimes
			log := audit.New(store.Observe(st, appends.observe), audit.NewKey(), audit.Config{})
			layers, err := newLayers(b.Context(), st, layersConfig{Audit: log})
			require.NoError(b, err)
			for _, part := range []competency.Records{{Catalog: cs.Put.Catalog}, {People: cs.Put.People}} {
				_, err := layers.Import(servicetest.Context(b), competency.ChangeSet{Put: part}, false)
				require.NoError(b, err)
			}
			require.NoError(b, log.Start(b.Context()))
			posts := []func(context.Context, string) ([]byte, error){benchAuditedServer(b, layers, nil), benchAuditedServer(b, layers, log.Commit)}
			for _, clients := range []int{1, 8, 64} {
				b.Run(fmt.Sprint(clients), func(b *testing.B) {
					if b.N > 1 {
						return // run once, whatever -benchtime says
					}
					appends.take()
					benchAudited(b, posts, clients)
					took := appends.take()
					b.ReportMetric(took[len(took)/2].Seconds()*1e3, "ms-append")
					b.ReportMetric(float64(len(took)), "appends")
				})
			}
			report, err := log.Verify(b.Context())
			require.NoError(b, err)
			require.Empty(b, report.Findings)
			require.Greater(b, report.Chains[0].Entries+report.Chains[1].Entries, 1_000, "reads leave entries")
		})
	}
}

// appendTimes collects how long commits of the audit take.
type appendTimes struct {
	mu   sync.Mutex
	took []time.Duration
}

func (a *appendTimes) observe(method string, took time.Duration, _ error) {
	if method != "AppendJournal" {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.took = append(a.took, took)
}

// take returns the sorted times since the last call.
func (a *appendTimes) take() []time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	took := a.took
	a.took = nil
	slices.Sort(took)
	return took
}

// benchAudited reports the medians without and with audit, in milliseconds, and their ratio.
func benchAudited(b *testing.B, posts []func(context.Context, string) ([]byte, error), clients int) {
	const rounds = 5
	var medians, requests [2][]float64
	for range rounds {
		for i, post := range posts {
			took := benchConcurrent(b, clients, func(ctx context.Context, employee string) error {
				_, err := post(ctx, `{ gapAnalysis(employee: "`+employee+`", position: "P") { coverage gaps { status } } }`)
				return err
			})
			medians[i] = append(medians[i], took[len(took)/2].Seconds()*1e3)
			requests[i] = append(requests[i], float64(len(took)))
		}
	}
	for i := range medians {
		slices.Sort(medians[i])
		slices.Sort(requests[i])
	}
	b.ReportMetric(medians[0][rounds/2], "ms-without")
	b.ReportMetric(medians[1][rounds/2], "ms-with")
	b.ReportMetric(medians[1][rounds/2]/medians[0][rounds/2], "ratio")
	b.ReportMetric(requests[1][rounds/2]/benchSeconds, "requests/s")
	b.ReportMetric(0, "ns/op")
}
