package analysis_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/people"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

// BenchmarkInsight looks at a company of ten thousand headcount with evidence on 300
// of 1,000 points each.
func BenchmarkInsight(b *testing.B) {
	const headcount, points = 10_000, 300
	st, err := sqlitestore.Open(context.Background(), filepath.Join(b.TempDir(), "zhitu.db"))
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, st.Close()) })
	svc := servicetest.Open(b, st, &servicetest.Clock{})
	w := kgtest.RandomWorld(1, kgtest.BenchShape(1000))
	servicetest.Import(b, svc, competency.ChangeSet{Put: competency.Records{Catalog: w.Catalog}})
	r := rand.New(rand.NewPCG(1, 2))
	for from := 0; from < headcount; from += 200 {
		var cs competency.ChangeSet
		var evidence []competency.Evidence
		var states []competency.Assessment
		for i := range 200 {
			code := fmt.Sprintf("E%05d", from+i)
			cs.Put.Employees = append(cs.Put.Employees, competency.Employee{Code: code, Name: "员工"})
			evidence = append(evidence, competency.Evidence{
				ID: code, Employee: code, KnowledgePoints: []string{w.KnowledgePoints[0].Code}, Kind: competency.Exam, At: kgtest.Now,
			})
			for _, p := range r.Perm(1000)[:points] {
				var track mastery.Track
				for day := range 1 + r.IntN(4) {
					track = mastery.Parameters{}.Apply(track, competency.Evidence{Kind: competency.Exam, Score: r.Float64(), At: kgtest.Now.AddDate(0, 0, day)})
				}
				states = append(states, competency.Assessment{
					Employee: code, KnowledgePoint: w.KnowledgePoints[p].Code, Mastery: track.Mastery, AssessedAt: track.AssessedAt, Model: track.Encode(),
				})
			}
		}
		servicetest.Import(b, svc, cs)
		require.NoError(b, people.NewArchive(st).Restore(context.Background(), people.Observations{Evidence: evidence}, states))
	}
	b.ReportAllocs()
	for b.Loop() {
		i, err := svc.Analysis.Insight(servicetest.Request(), nil)
		require.NoError(b, err)
		require.Equal(b, headcount, i.People())
	}
}
