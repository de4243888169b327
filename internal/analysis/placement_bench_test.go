package analysis_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/analysis"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

// BenchmarkPlacement asks people about some 300 points until it stops by itself, on
// the embedded store: those of whom nothing is on record, and those with evidence of
// years on other points. One operation is one question: an answer, and what to ask next.
func BenchmarkPlacement(b *testing.B) {
	for _, old := range []int{0, 3_000} {
		b.Run(fmt.Sprint("evidence/", old), func(b *testing.B) {
			st, err := sqlitestore.Open(context.Background(), filepath.Join(b.TempDir(), "zhitu.db"))
			require.NoError(b, err)
			b.Cleanup(func() { require.NoError(b, st.Close()) })
			svc := servicetest.Open(b, st, &servicetest.Clock{})
			w := kgtest.RandomWorld(1, kgtest.BenchShape(1000))
			in := w.RestrictToClosure(300)
			servicetest.Import(b, svc, competency.ChangeSet{Put: competency.Records{Catalog: w.Catalog}})
			g := w.Compile(b)
			var others []string
			for _, k := range w.KnowledgePoints {
				if !slices.Contains(in, k.Code) {
					others = append(others, k.Code)
				}
			}
			someone := 0
			begins := func() (employee string, p *analysis.Placement) {
				someone++
				employee = fmt.Sprint("E", someone)
				servicetest.Import(b, svc, competency.ChangeSet{Put: competency.Records{People: competency.People{Employees: []competency.Employee{{Code: employee, Name: "员工"}}}}})
				for from := 0; from < old; from += 1000 {
					var list []service.EvidenceInput
					for i := range 1000 {
						e := servicetest.Exam(fmt.Sprint(employee, "-", from+i), employee, others[(from+i)%len(others)], 0.3)
						e.At = service.TimeGiven(kgtest.Now.AddDate(-1, 0, i%300))
						list = append(list, e)
					}
					servicetest.Record(b, svc, list...)
				}
				p, err := svc.Analysis.PlacementNext(servicetest.Request(), employee, "P", nil)
				require.NoError(b, err)
				return employee, p
			}
			employee, p := begins()
			for b.Loop() {
				if p.KnowledgePoint() == nil {
					b.StopTimer()
					employee, p = begins()
					b.StartTimer()
				}
				code := p.KnowledgePoint().Code()
				right := g.Depth(kgtest.Node(b, g, code)) <= 4
				got, err := svc.AnswerPlacement(servicetest.Request(), service.AnswerPlacementInput{Employee: employee, Position: "P", KnowledgePoint: code, Correct: &right})
				require.NoError(b, err)
				p = got.Placement
			}
			b.ReportMetric(float64(len(in)), "points")
		})
	}
}
