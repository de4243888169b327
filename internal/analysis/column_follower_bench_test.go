package analysis_test

import (
	"context"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

// BenchmarkFollowRecordings records 1,000 pieces of evidence a second, in requests of ten, of
// 2,000 people with 268 states each, without columns and with them. Then a question is asked
// ten times a second. It measures the time of a processor for 1,000 pieces.
func BenchmarkFollowRecordings(b *testing.B) {
	const headcount, points = 2_000, 268
	st, err := sqlitestore.Open(context.Background(), filepath.Join(b.TempDir(), "zhitu.db"))
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, st.Close()) })
	open := func() *service.Service {
		svc, err := servicetest.New(context.Background(), st, servicetest.Config{Clock: (&servicetest.Clock{}).Now, FollowEvery: time.Second})
		require.NoError(b, err)
		b.Cleanup(svc.Analysis.Close)
		return svc
	}
	w := kgtest.RandomWorld(1, kgtest.BenchShape(1000))
	svc := open()
	servicetest.Import(b, svc, competency.ChangeSet{Put: competency.Records{Catalog: w.Catalog}})
	for from := 0; from < headcount; from += 200 {
		var cs competency.ChangeSet
		var states []competency.Assessment
		for i := range 200 {
			code := fmt.Sprintf("E%05d", from+i)
			cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: code, Name: "员工"})
			for p := range points {
				states = append(states, competency.Assessment{Employee: code, KnowledgePoint: w.KnowledgePoints[p].Code, Mastery: 0.5, AssessedAt: kgtest.Now.AddDate(0, -1, 0)})
			}
		}
		servicetest.Import(b, svc, cs)
		require.NoError(b, people.NewArchive(st).Restore(context.Background(), people.Observations{}, states))
	}
	pieces := 0
	run := func(b *testing.B, svc *service.Service, ask bool) {
		start, n := processorTime(), 0
		for b.Loop() {
			second := time.Now()
			for request := range 100 {
				var list []service.EvidenceInput
				for range 10 {
					list = append(list, servicetest.Exam(fmt.Sprint(pieces), fmt.Sprintf("E%05d", pieces*7%headcount), w.KnowledgePoints[pieces%points].Code, 0.8))
					pieces++
				}
				servicetest.Record(b, svc, list...)
				if ask && request%10 == 0 {
					_, err := svc.Analysis.CoverageDistribution(servicetest.Request(), w.Positions[0].Code, nil, nil)
					require.NoError(b, err)
				}
				time.Sleep(time.Until(second.Add(time.Duration(request+1) * 10 * time.Millisecond)))
			}
			n++
		}
		b.ReportMetric((processorTime()-start).Seconds()/float64(n), "cpu-s/1000")
	}
	b.Run("without", func(b *testing.B) { run(b, svc, false) })
	with := open()
	_, err = with.Analysis.CoverageDistribution(servicetest.Request(), w.Positions[0].Code, nil, nil)
	require.NoError(b, err)
	b.Run("columns", func(b *testing.B) { run(b, with, false) })
	b.Run("asked", func(b *testing.B) { run(b, with, true) })
}

// processorTime returns how long this process has had a processor.
func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // never fails
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
