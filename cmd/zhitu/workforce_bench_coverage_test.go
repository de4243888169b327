package main

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
	"github.com/zhitu/zhitu/internal/workforce"
)

// coverageMethod answers with everyone's coverage of the position, by code. Nobody is 0.
type coverageMethod struct {
	name  string
	exact bool // bit for bit that of gapAnalysis
	ask   func(ctx context.Context) (map[string]float64, error)
	took  []time.Duration
}

func (w *workforceBench) coverageMethods(b *testing.B) []*coverageMethod {
	methods := []*coverageMethod{{name: "columns in memory", exact: true, ask: w.askColumns}}
	db, err := sql.Open("sqlite", w.path)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	methods = append(methods, &coverageMethod{name: "SQL", ask: w.askSQL(db)})
	if w.people > comparedPeople {
		return methods
	}
	covered := w.withCoveringIndex(b)
	return append(methods,
		&coverageMethod{name: "SQL with an index of its own", ask: w.askSQL(covered)},
		&coverageMethod{name: "Cypher", ask: w.askCypher(b)},
		&coverageMethod{name: "gapAnalysis for each", exact: true, ask: w.askEach(b)},
	)
}

func (w *workforceBench) askColumns(context.Context) (map[string]float64, error) {
	answer := make(map[string]float64, w.people)
	err := w.columns.Read(w.graph, time.Time{}, func(v *workforce.View) error {
		everyone := v.Everyone()
		standings := v.Standings(w.graph.Requirements(w.position), everyone)
		defer standings.Release()
		for p := range everyone.All() {
			answer[v.Employee(p).Code] = standings.Of(p).Coverage
		}
		return nil
	})
	return answer, err
}

// askEach asks the service about one person after the other.
func (w *workforceBench) askEach(b *testing.B) func(ctx context.Context) (map[string]float64, error) {
	s, err := newLayers(b.Context(), w.store, layersConfig{})
	require.NoError(b, err)
	b.Cleanup(s.Analysis.Close)
	at := kgtest.Now
	return func(ctx context.Context) (map[string]float64, error) {
		ctx = access.WithViewer(ctx, access.System())
		answer := make(map[string]float64, w.people)
		for _, code := range w.codes {
			g, err := s.Analysis.GapAnalysis(catalog.BeginRequest(ctx, fault.English), code, workforceAsked, &at, nil)
			if err != nil {
				return nil, err
			}
			answer[code] = g.Coverage()
		}
		return answer, nil
	}
}

// coverageSQL reads the states of required points by their index. No state has a model, so
// held is mastery, and the stability is 180 days. Who has none of them has no row.
const coverageSQL = `
SELECT m.employee, sum(r.weight * iif(m.mastery >= r.level - 1e-9 AND m.current >= 0.9 * r.level - 1e-9, 1, min(1, m.current / r.level))) / (SELECT sum(weight) FROM requirements WHERE position = ?1)
FROM requirements r CROSS JOIN (
  SELECT employee, knowledge_point, mastery, mastery / sqrt(1 + 19.0 / 81 * max(0, ?2 - assessed_at) / (180 * 86400e6)) AS current FROM mastery
) m ON m.knowledge_point = r.target
WHERE r.position = ?1
GROUP BY m.employee`

func (w *workforceBench) askSQL(db *sql.DB) func(ctx context.Context) (map[string]float64, error) {
	return func(ctx context.Context) (map[string]float64, error) {
		rows, err := db.QueryContext(ctx, coverageSQL, workforceAsked, kgtest.Now.UnixMicro())
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		answer := make(map[string]float64, w.people)
		for rows.Next() {
			var code string
			var coverage float64
			if err := rows.Scan(&code, &coverage); err != nil {
				return nil, err
			}
			answer[code] = coverage
		}
		return answer, rows.Err()
	}
}

// withCoveringIndex copies the states to where an index holds all that the statement reads. The
// store has no such index, because each write would pay for it.
func (w *workforceBench) withCoveringIndex(b *testing.B) *sql.DB {
	path := w.path + ".indexed"
	db, err := sql.Open("sqlite", w.path)
	require.NoError(b, err)
	_, err = db.ExecContext(b.Context(), `VACUUM INTO ?`, path)
	require.NoError(b, err)
	require.NoError(b, db.Close())
	db, err = sql.Open("sqlite", path)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	for _, statement := range []string{`CREATE INDEX covering ON mastery (knowledge_point, employee, mastery, assessed_at)`, `DROP INDEX mastery_knowledge_point`, `ANALYZE`} {
		_, err = db.ExecContext(b.Context(), statement)
		require.NoError(b, err)
	}
	return db
}

// coverageCypher is the same question. One row is quicker than one for each person.
const coverageCypher = `
MATCH (goal:Position {code: $position})-[r:REQUIRES]->()
WITH goal, sum(r.weight) AS total
MATCH (goal)-[r:REQUIRES]->()<-[m:MASTERS]-(e:Employee)
WITH total, e, r, m, m.mastery / sqrt(1 + 19.0 / 81 / (180 * 86400) * ($now - m.assessedAt.epochSeconds)) AS current
WITH total, e, sum(r.weight * CASE
  WHEN m.mastery >= r.level - 1e-9 AND current >= 0.9 * r.level - 1e-9 OR current >= r.level THEN 1.0 ELSE current / r.level END) AS covered
RETURN collect([e.code, covered / total])`

func (w *workforceBench) askCypher(b *testing.B) func(ctx context.Context) (map[string]float64, error) {
	at := neo4jtest.New(b, benchNeo4j)
	st := benchNeo4jStore(b, at)
	b.Cleanup(func() { require.NoError(b, st.Close()) })
	driver, err := neo4j.NewDriverWithContext(at.URI(), neo4j.NoAuth(), func(c *config.Config) { c.FetchSize = neo4j.FetchAll })
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, driver.Close(context.Background())) })
	w.fillNeo4j(b, st, driver)
	return func(ctx context.Context) (map[string]float64, error) {
		result, err := neo4j.ExecuteQuery(ctx, driver, coverageCypher, map[string]any{"position": workforceAsked, "now": kgtest.Now.Unix()}, neo4j.EagerResultTransformer)
		if err != nil {
			return nil, err
		}
		answer := make(map[string]float64, w.people)
		for _, pair := range result.Records[0].Values[0].([]any) {
			answer[pair.([]any)[0].(string)] = pair.([]any)[1].(float64)
		}
		return answer, nil
	}
}
