package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
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
// else the machine does is shared by both. The goal is a ratio of 1.3 with 8 and 64
// clients.
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
		{"neo4j", func(b *testing.B) store.Store { return benchNeo4jStore(b, neo4jtest.New(b, benchNeo4j)) }},
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
// Each pair of rounds has a ratio of its own. The median of these and their quartiles stand
// the noise of a busy machine. The ratio of rates is that of requests per second, which is
// that of mean latencies too. That of processor time is of this process alone.
func benchAudited(b *testing.B, posts []func(context.Context, string) ([]byte, error), clients int) {
	const rounds, span = 150, 100 * time.Millisecond
	var medians, cpu [2][]float64
	var ratios []float64
	var requests [2]float64
	for round := range rounds {
		for turn := range posts {
			i := (round + turn) % len(posts) // neither is always the first
			began := processorTime()
			took := benchConcurrent(b, clients, span, func(ctx context.Context, employee string) error {
				_, err := posts[i](ctx, `{ gapAnalysis(employee: "`+employee+`", position: "P") { coverage gaps { status } } }`)
				return err
			})
			cpu[i] = append(cpu[i], (processorTime()-began).Seconds()/float64(len(took)))
			medians[i] = append(medians[i], took[len(took)/2].Seconds()*1e3)
			requests[i] += float64(len(took))
		}
		ratios = append(ratios, medians[1][round]/medians[0][round])
	}
	for _, list := range [][]float64{medians[0], medians[1], cpu[0], cpu[1], ratios} {
		slices.Sort(list)
	}
	b.ReportMetric(medians[0][rounds/2], "ms-without")
	b.ReportMetric(medians[1][rounds/2], "ms-with")
	b.ReportMetric(ratios[rounds/4], "ratio-p25")
	b.ReportMetric(ratios[rounds/2], "ratio")
	b.ReportMetric(ratios[rounds*3/4], "ratio-p75")
	b.ReportMetric(cpu[1][rounds/2]/cpu[0][rounds/2], "cpu-ratio")
	b.ReportMetric(requests[0]/requests[1], "rate-ratio")
	b.ReportMetric(requests[1]/(rounds*span.Seconds()), "requests/s")
	b.ReportMetric(0, "ns/op")
}

func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // never fails
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
