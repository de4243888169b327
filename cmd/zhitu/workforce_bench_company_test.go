package main

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
)

// The company of the benchmark, spread as large ones are: 200 departments in 20 divisions, and
// a line of report of eight people for each manager.
const (
	workforcePoints    = 10_000 // with 31,000 prerequisites, in 400 competencies
	workforcePositions = 200    // each held by as many people
	workforceRequired  = 500    // points of each, a tenth of them critical
	workforceStates    = 268    // of each person; half of them in a field of 600 points
	workforceAsked     = "P000" // the position that is asked about
)

func workforceCatalog() competency.Catalog {
	shape := kgtest.BenchShape(workforcePoints)
	shape.Positions = 0
	c := kgtest.RandomWorld(1, shape).Catalog
	r := rand.New(rand.NewPCG(1, 2))
	for p := range workforcePositions {
		code := fmt.Sprintf("P%03d", p)
		c.Positions = append(c.Positions, competency.Position{Code: code, Name: "岗位"})
		for i := range workforceRequired {
			c.Requirements = append(c.Requirements, competency.Requirement{
				Position: code, Target: c.KnowledgePoints[(3000+701*p+7*i)%workforcePoints].Code,
				Level: new([]float64{.3, .5, .7, .85, .95}[r.IntN(5)]), Weight: new(float64(1 + r.IntN(10))), Critical: new(i%10 == 0),
			})
		}
	}
	return c
}

// workforcePeople returns departments and people without states.
func workforcePeople(people int) (p competency.People) {
	for i := range 20 {
		p.OrgUnits = append(p.OrgUnits, competency.OrgUnit{Code: fmt.Sprintf("D%02d", i), Name: "部门"})
	}
	for i := range 200 {
		p.OrgUnits = append(p.OrgUnits, competency.OrgUnit{Code: fmt.Sprintf("U%03d", i), Name: "部门", Parent: fmt.Sprintf("D%02d", i%20)})
	}
	r := rand.New(rand.NewPCG(5, 6))
	for i := range people {
		e := competency.Employee{
			Code: fmt.Sprintf("E%06d", i), Name: "员工", OrgUnit: fmt.Sprintf("U%03d", r.IntN(200)), Position: fmt.Sprintf("P%03d", r.IntN(workforcePositions)),
		}
		if i > 0 {
			e.Manager = fmt.Sprintf("E%06d", (i-1)/8)
		}
		p.Employees = append(p.Employees, e)
	}
	return p
}

// workforceMastery returns the states of each person, by point.
func workforceMastery(c competency.Catalog, people int) iter.Seq[[]competency.Assessment] {
	return func(yield func([]competency.Assessment) bool) {
		r := rand.New(rand.NewPCG(3, 4))
		seen := make([]int, workforcePoints)
		for i := range people {
			points, field := make([]int, 0, workforceStates), r.IntN(workforcePoints)
			for len(points) < workforceStates {
				k := r.IntN(workforcePoints)
				if len(points) < workforceStates/2 {
					k = (field + r.IntN(600)) % workforcePoints
				}
				if seen[k] != i+1 {
					seen[k], points = i+1, append(points, k)
				}
			}
			slices.Sort(points)
			employee := fmt.Sprintf("E%06d", i)
			states := make([]competency.Assessment, len(points))
			for j, k := range points {
				states[j] = competency.Assessment{
					Employee: employee, KnowledgePoint: c.KnowledgePoints[k].Code, Mastery: float64(r.IntN(1001)) / 1000,
					AssessedAt: kgtest.Now.Add(-time.Duration(r.IntN(700*24)) * time.Hour),
				}
			}
			if !yield(states) {
				return
			}
		}
	}
}

func applyAll(b *testing.B, st store.Store, records competency.Records) {
	revision, err := st.Revision(b.Context())
	require.NoError(b, err)
	_, err = st.Apply(b.Context(), revision, store.Change{ChangeSet: competency.ChangeSet{Put: records, At: kgtest.Now}})
	require.NoError(b, err)
}

// fillSQLite writes the file, states past the store: their index is made at the end, which
// takes minutes less.
func (w *workforceBench) fillSQLite(b *testing.B) {
	ctx, part := b.Context(), w.path+".part"
	require.NoError(b, os.RemoveAll(part))
	st, err := sqlitestore.Open(ctx, part)
	require.NoError(b, err)
	applyAll(b, st, competency.Records{Catalog: w.catalog, People: workforcePeople(w.people)})
	require.NoError(b, st.Close())
	db, err := sql.Open("sqlite", part+"?_pragma=synchronous(off)&_pragma=cache_size(-200000)")
	require.NoError(b, err)
	exec := func(statement string) {
		_, err := db.ExecContext(ctx, statement)
		require.NoError(b, err)
	}
	exec(`DROP INDEX mastery_knowledge_point`)
	tx, err := db.BeginTx(ctx, nil)
	require.NoError(b, err)
	insert, err := tx.PrepareContext(ctx, `INSERT INTO mastery (employee, knowledge_point, mastery, assessed_at) VALUES (?, ?, ?, ?)`+strings.Repeat(`, (?, ?, ?, ?)`, workforceStates-1))
	require.NoError(b, err)
	for states := range workforceMastery(w.catalog, w.people) {
		args := make([]any, 0, 4*len(states))
		for _, s := range states {
			args = append(args, s.Employee, s.KnowledgePoint, s.Mastery, s.AssessedAt.UnixMicro())
		}
		_, err := insert.ExecContext(ctx, args...)
		require.NoError(b, err)
	}
	require.NoError(b, tx.Commit())
	exec(`CREATE INDEX mastery_knowledge_point ON mastery (knowledge_point)`)
	exec(`PRAGMA wal_checkpoint(TRUNCATE)`)
	require.NoError(b, db.Close())
	require.NoError(b, os.Rename(part, w.path))
}

// fillNeo4j writes the same company, states past the store, whose checks take minutes more.
func (w *workforceBench) fillNeo4j(b *testing.B, st store.Store, driver neo4j.DriverWithContext) {
	applyAll(b, st, competency.Records{Catalog: w.catalog, People: workforcePeople(w.people)})
	var rows []any
	send := func() {
		_, err := neo4j.ExecuteQuery(context.WithoutCancel(b.Context()), driver, `
			UNWIND $rows AS row
			MATCH (e:Employee {code: row[0]})
			UNWIND row[1] AS s
			MATCH (k:KnowledgePoint {code: s[0]})
			CREATE (e)-[:MASTERS {mastery: s[1], assessedAt: datetime({epochSeconds: s[2]})}]->(k)`, map[string]any{"rows": rows}, neo4j.EagerResultTransformer)
		require.NoError(b, err)
		rows = nil
	}
	for states := range workforceMastery(w.catalog, w.people) {
		list := make([]any, len(states))
		for i, s := range states {
			list[i] = []any{s.KnowledgePoint, s.Mastery, s.AssessedAt.Unix()}
		}
		if rows = append(rows, []any{states[0].Employee, list}); len(rows) == 100 {
			send()
		}
	}
	send()
}
