package service_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
)

// BenchmarkPlan compares the checks of an import of 100,000 points and their edges, of which
// a tenth changes, with the plan of the same.
func BenchmarkPlan(b *testing.B) {
	svc := servicetest.Open(b, servicetest.MemoryStore(b), &servicetest.Clock{})
	world := kgtest.RandomWorld(1, kgtest.BenchShape(100_000)).Catalog
	servicetest.Import(b, svc, competency.ChangeSet{Put: competency.Records{Catalog: world}})
	var points, edges strings.Builder
	points.WriteString("code,name,minutes\n")
	for i, k := range world.KnowledgePoints {
		minutes := "" // as it was
		if i%10 == 0 {
			minutes = "77"
		}
		fmt.Fprintf(&points, "%s,%s,%s\n", k.Code, k.Name, minutes)
	}
	edges.WriteString("prerequisite,dependent,clause\n")
	for _, e := range world.Prerequisites {
		fmt.Fprintf(&edges, "%s,%s,%s\n", e.Prerequisite, e.Dependent, e.Clause)
	}
	tables := map[string]string{"knowledge_points.csv": points.String(), "prerequisites.csv": edges.String()}
	for _, prune := range []bool{false, true} {
		doc := readTables(b, exchange.Options{Prune: prune}, tables)
		require.Empty(b, doc.Problems)
		b.Run(fmt.Sprintf("checks/prune=%t", prune), func(b *testing.B) {
			for b.Loop() {
				_, _, err := svc.Catalog.DryRun(servicetest.Request(), func(base *competency.Catalog) (competency.ChangeSet, error) {
					base.ReadReferences(&doc.Changes)
					return doc.Changes.WithEdges(base.MatchEdges(doc.Changes.Put.Prerequisites, doc.EmptiedEdges)), nil
				})
				require.NoError(b, err)
			}
		})
		b.Run(fmt.Sprintf("plan/prune=%t", prune), func(b *testing.B) {
			for b.Loop() {
				p, err := svc.PlanImport(servicetest.Request(), doc, service.PlanOptions{Keep: true})
				require.NoError(b, err)
				require.Empty(b, p.Problems)
			}
		})
	}
}
