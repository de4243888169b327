package main

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
	"github.com/zhitu/zhitu/internal/workforce"
)

const (
	workforcePoints   = 10_000
	workforceRequired = 500
	workforceStates   = 268 // of each person; half of them in a field of 600 points
	workforceRounds   = 7
	neo4jPeople       = 10_000 // larger companies are measured on SQLite alone
)

// BenchmarkWorkforce asks for everyone's coverage of a position by several methods: columns in
// memory, gap.Analyze for each person, SQL, and Cypher. It fails where the answers differ. It
// measures too how long columns take to be read, and to follow a thousand writes. A company
// of more than 10,000 people is kept in a file between runs. make bench-workforce prints a
// table for each size.
func BenchmarkWorkforce(b *testing.B) {
	for _, people := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			if b.N > 1 {
				return // run once, whatever -benchtime says
			}
			bench := newWorkforceBench(b, people)
			bench.compare(b)
			bench.followWrites(b)
		})
	}
}

// workforceBench is a company in a SQLite file, and in columns.
type workforceBench struct {
	people   int
	path     string
	store    store.Store
	graph    *kg.Graph
	required []kg.Requirement
	columns  *workforce.Columns
	notes    []string
}

func newWorkforceBench(b *testing.B, people int) *workforceBench {
	w := &workforceBench{people: people, path: filepath.Join(b.TempDir(), "company.db")}
	if people > neo4jPeople {
		dir, err := os.UserCacheDir()
		require.NoError(b, err)
		dir = cmp.Or(os.Getenv("ZHITU_BENCH"), filepath.Join(dir, "zhitu"))
		require.NoError(b, os.MkdirAll(dir, 0o700))
		w.path = filepath.Join(dir, fmt.Sprintf("workforce-%d.db", people))
	}
	if _, err := os.Stat(w.path); err != nil {
		w.fillSQLite(b)
	}
	st, err := sqlitestore.Open(b.Context(), w.path)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, st.Close()) })
	w.store = st
	w.graph, err = kg.Compile(workforceCatalog())
	require.NoError(b, err)
	w.required = w.graph.Requirements(0)
	w.build(b)
	return w
}

func workforceCatalog() competency.Catalog {
	r := rand.New(rand.NewPCG(1, 2))
	c := competency.Catalog{Positions: []competency.Position{{Code: "P", Name: "P"}}}
	for i := range workforcePoints {
		c.KnowledgePoints = append(c.KnowledgePoints, competency.KnowledgePoint{Code: fmt.Sprintf("K%05d", i), Name: "知识点"})
	}
	for i := range workforceRequired {
		c.Requirements = append(c.Requirements, competency.Requirement{
			Position: "P", Target: fmt.Sprintf("K%05d", (3000+7*i)%workforcePoints), Level: new([]float64{.3, .5, .7, .85, .95}[r.IntN(5)]),
			Weight: new(float64(1 + r.IntN(10))), Critical: new(r.IntN(5) == 0),
		})
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
	for i := range people {
		e := competency.Employee{Code: fmt.Sprintf("E%06d", i), Name: "员工", OrgUnit: fmt.Sprintf("U%03d", i*7919%200), Position: "P"}
		if i > 0 {
			e.Manager = fmt.Sprintf("E%06d", (i-1)/8)
		}
		p.Employees = append(p.Employees, e)
	}
	return p
}

// workforceMastery returns the states of each person, by point.
func workforceMastery(people int) iter.Seq[[]competency.Assessment] {
	return func(yield func([]competency.Assessment) bool) {
		r := rand.New(rand.NewPCG(3, 4))
		for i := range people {
			points, field := map[int]bool{}, r.IntN(workforcePoints)
			for len(points) < workforceStates {
				k := r.IntN(workforcePoints)
				if len(points) < workforceStates/2 {
					k = (field + r.IntN(600)) % workforcePoints
				}
				points[k] = true
			}
			var states []competency.Assessment
			for k := range workforcePoints {
				if points[k] {
					states = append(states, competency.Assessment{
						Employee: fmt.Sprintf("E%06d", i), KnowledgePoint: fmt.Sprintf("K%05d", k), Mastery: float64(r.IntN(1001)) / 1000,
						AssessedAt: kgtest.Now.Add(-time.Duration(r.IntN(700*24)) * time.Hour),
					})
				}
			}
			if !yield(states) {
				return
			}
		}
	}
}

// fillSQLite writes the file, states past the store: their index is made at the end, which
// takes minutes less.
func (w *workforceBench) fillSQLite(b *testing.B) {
	ctx, part := b.Context(), w.path+".part"
	require.NoError(b, os.RemoveAll(part))
	st, err := sqlitestore.Open(ctx, part)
	require.NoError(b, err)
	applyAll(b, st, competency.Records{Catalog: workforceCatalog(), People: workforcePeople(w.people)})
	require.NoError(b, st.Close())
	db, err := sql.Open("sqlite", part+"?_pragma=synchronous(off)&_pragma=cache_size(-200000)")
	require.NoError(b, err)
	exec := func(tx interface {
		ExecContext(context.Context, string, ...any) (sql.Result, error)
	}, statement string, args ...any,
	) {
		_, err := tx.ExecContext(ctx, statement, args...)
		require.NoError(b, err)
	}
	exec(db, `DROP INDEX mastery_knowledge_point`)
	tx, err := db.BeginTx(ctx, nil)
	require.NoError(b, err)
	insert := `INSERT INTO mastery (employee, knowledge_point, mastery, assessed_at) VALUES (?, ?, ?, ?)` + strings.Repeat(`, (?, ?, ?, ?)`, workforceStates-1)
	for states := range workforceMastery(w.people) {
		args := make([]any, 0, 4*len(states))
		for _, s := range states {
			args = append(args, s.Employee, s.KnowledgePoint, s.Mastery, s.AssessedAt.UnixMicro())
		}
		exec(tx, insert, args...)
	}
	require.NoError(b, tx.Commit())
	exec(db, `CREATE INDEX mastery_knowledge_point ON mastery (knowledge_point)`)
	exec(db, `PRAGMA wal_checkpoint(TRUNCATE)`)
	require.NoError(b, db.Close())
	require.NoError(b, os.Rename(part, w.path))
}

func applyAll(b *testing.B, st store.Store, records competency.Records) {
	revision, err := st.Revision(b.Context())
	require.NoError(b, err)
	_, err = st.Apply(b.Context(), revision, store.Change{ChangeSet: competency.ChangeSet{Put: records, At: kgtest.Now}})
	require.NoError(b, err)
}

// records streams everyone as the columns read them.
func (w *workforceBench) records(b *testing.B) iter.Seq2[workforce.Record, error] {
	return func(yield func(workforce.Record, error) bool) {
		for p, err := range w.store.Profiles(b.Context()) {
			if !yield(recordOf(p), err) {
				return
			}
		}
	}
}

func recordOf(p store.Profile) workforce.Record {
	r := workforce.Record{Employee: p.Employee, States: make([]workforce.State, len(p.States))}
	for i, s := range p.States {
		r.States[i] = workforce.State{Point: s.KnowledgePoint, State: mastery.State{Mastery: s.Mastery, AssessedAt: s.AssessedAt}}
	}
	return r
}

// build reads the columns from the store, and notes how long that takes.
func (w *workforceBench) build(b *testing.B) {
	units, err := w.store.OrgUnits(b.Context())
	require.NoError(b, err)
	start := time.Now()
	w.columns, err = workforce.Build(units, w.records(b), kgtest.Now)
	require.NoError(b, err)
	took := time.Since(start)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	states := float64(w.people * workforceStates)
	w.note("build from SQLite: %.1f s; columns %.0f MB, %.1f bytes a state; the process has had %.0f MB",
		took.Seconds(), float64(w.columns.MemoryBytes())/1e6, float64(w.columns.MemoryBytes())/states, float64(m.Sys)/1e6)
	start = time.Now()
	require.NoError(b, w.columns.Advance(b.Context(), kgtest.Now.Add(time.Hour)))
	w.note("a new hour: %.2f s", time.Since(start).Seconds())
	require.NoError(b, w.columns.Advance(b.Context(), kgtest.Now))
	start = time.Now()
	require.NoError(b, w.columns.Rebuild(b.Context()))
	w.note("a reorganisation: %.2f s", time.Since(start).Seconds())
}

func (w *workforceBench) note(format string, args ...any) {
	w.notes = append(w.notes, fmt.Sprintf(format, args...))
}

// coverageMethod answers with everyone's coverage of the position, by code.
type coverageMethod struct {
	name string
	ask  func(ctx context.Context) (map[string]float64, error)
	took []time.Duration
}

// compare runs all methods in turn, so that other load slows all of them alike.
func (w *workforceBench) compare(b *testing.B) {
	methods := []*coverageMethod{{name: "columns in memory", ask: w.askColumns}, {name: "gap.Analyze for each, from the store", ask: w.askEach(b)}, {name: "SQL", ask: w.askSQL(b)}}
	if w.people <= neo4jPeople {
		methods = append(methods, &coverageMethod{name: "Cypher", ask: w.askCypher(b)})
	}
	var want map[string]float64
	for range workforceRounds {
		for _, m := range methods {
			start := time.Now()
			got, err := m.ask(b.Context())
			m.took = append(m.took, time.Since(start))
			require.NoError(b, err, m.name)
			require.Len(b, got, w.people, m.name)
			if want == nil {
				want = got
			}
			for code, coverage := range want {
				if d := got[code] - coverage; d > 1e-9 || d < -1e-9 {
					require.InDelta(b, coverage, got[code], 1e-9, "%s: %s", m.name, code)
				}
			}
		}
	}
	fmt.Printf("\n%d people with %d states each: coverage of a position that requires %d of %d points; times in ms.\n\n", w.people, workforceStates, workforceRequired, workforcePoints)
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "method\tmedian\tleast\t× columns")
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	for _, m := range methods {
		slices.Sort(m.took)
		fmt.Fprintf(t, "%s\t%.1f\t%.1f\t%.0f\n", m.name, ms(m.took[len(m.took)/2]), ms(m.took[0]), ms(m.took[0])/ms(methods[0].took[0]))
	}
	require.NoError(b, t.Flush())
}

func (w *workforceBench) askColumns(context.Context) (map[string]float64, error) {
	answer := make(map[string]float64, w.people)
	err := w.columns.Read(w.graph, time.Time{}, func(v *workforce.View) error {
		everyone := v.Everyone()
		standings := v.Standings(w.required, everyone)
		defer standings.Release()
		for p := range everyone.All() {
			answer[v.Employee(p).Code] = standings.Of(p).Coverage
		}
		return nil
	})
	return answer, err
}

func (w *workforceBench) askEach(b *testing.B) func(ctx context.Context) (map[string]float64, error) {
	return func(context.Context) (map[string]float64, error) {
		answer := make(map[string]float64, w.people)
		for r, err := range w.records(b) {
			if err != nil {
				return nil, err
			}
			states := make([]mastery.State, 0, len(r.States))
			for _, s := range r.States {
				s.State.Point, _ = w.graph.Find(s.Point)
				states = append(states, s.State)
			}
			answer[r.Employee.Code] = gap.Analyze(w.graph, states, 0, kgtest.Now).Coverage
		}
		return answer, nil
	}
}

// coverageSQL reads the states of required points by their index. No state has a model, so
// held is mastery, and the stability is 180 days.
const coverageSQL = `
SELECT e.code, coalesce(sum(c.weight * iif(c.mastery >= c.level - 1e-9 AND c.current >= 0.9 * c.level - 1e-9, 1, min(1, c.current / c.level))), 0) / (SELECT sum(weight) FROM requirements WHERE position = 'P')
FROM employees e LEFT JOIN (
  SELECT m.employee, r.weight, r.level, m.mastery, m.mastery / sqrt(1 + 19.0 / 81 * max(0, ?1 - m.assessed_at) / (180 * 86400e6)) AS current
  FROM requirements r CROSS JOIN mastery m ON m.knowledge_point = r.target WHERE r.position = 'P'
) c ON c.employee = e.code
GROUP BY e.code`

func (w *workforceBench) askSQL(b *testing.B) func(ctx context.Context) (map[string]float64, error) {
	db, err := sql.Open("sqlite", w.path)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	return func(ctx context.Context) (map[string]float64, error) {
		rows, err := db.QueryContext(ctx, coverageSQL, kgtest.Now.UnixMicro())
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

// coverageCypher is the same question.
const coverageCypher = `
MATCH (goal:Position {code: 'P'})-[r:REQUIRES]->()
WITH goal, sum(r.weight) AS total
MATCH (goal)-[r:REQUIRES]->()<-[m:MASTERS]-(e:Employee)
WITH total, e, r, m, m.mastery / sqrt(1 + 19.0 / 81 * (datetime($at).epochSeconds - m.assessedAt.epochSeconds) / (180.0 * 86400)) AS current
WITH total, e, sum(r.weight * CASE
  WHEN m.mastery >= r.level - 1e-9 AND current >= 0.9 * r.level - 1e-9 OR current >= r.level THEN 1.0 ELSE current / r.level END) AS covered
WITH total, collect([e.code, covered / total]) AS some, collect(e) AS known
CALL (known) { MATCH (e:Employee) WHERE NOT e IN known RETURN collect(e.code) AS others }
RETURN some, others`

func (w *workforceBench) askCypher(b *testing.B) func(ctx context.Context) (map[string]float64, error) {
	at := neo4jtest.New(b, benchNeo4j)
	st := benchNeo4jStore(b, at)
	b.Cleanup(func() { require.NoError(b, st.Close()) })
	applyAll(b, st, competency.Records{Catalog: workforceCatalog(), People: workforcePeople(w.people)})
	var some competency.People
	for states := range workforceMastery(w.people) {
		if some.Mastery = append(some.Mastery, states...); len(some.Mastery) >= 100*workforceStates {
			applyAll(b, st, competency.Records{People: some})
			some.Mastery = nil
		}
	}
	applyAll(b, st, competency.Records{People: some})
	driver, err := neo4j.NewDriverWithContext(at.URI(), neo4j.NoAuth(), func(c *config.Config) { c.FetchSize = neo4j.FetchAll })
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, driver.Close(context.Background())) })
	return func(ctx context.Context) (map[string]float64, error) {
		result, err := neo4j.ExecuteQuery(ctx, driver, coverageCypher, map[string]any{"at": kgtest.Now.Format(time.RFC3339)}, neo4j.EagerResultTransformer)
		if err != nil {
			return nil, err
		}
		answer := make(map[string]float64, w.people)
		some, _, err := neo4j.GetRecordValue[[]any](result.Records[0], "some")
		if err != nil {
			return nil, err
		}
		for _, pair := range some {
			answer[pair.([]any)[0].(string)] = pair.([]any)[1].(float64)
		}
		others, _, err := neo4j.GetRecordValue[[]any](result.Records[0], "others")
		for _, code := range others {
			answer[code.(string)] = 0
		}
		return answer, err
	}
}

// followWrites changes one state of each of a thousand people, and then takes them in as
// another instance would: who has changed, their states, the columns.
func (w *workforceBench) followWrites(b *testing.B) {
	ctx := b.Context()
	page, err := w.store.Moved(ctx, "")
	require.NoError(b, err)
	var changes competency.People
	n := 0
	for states := range workforceMastery(w.people) {
		s := states[0]
		s.AssessedAt = kgtest.Now
		changes.Mastery = append(changes.Mastery, s)
		if n++; n == 1000 {
			break
		}
	}
	applyAll(b, w.store, competency.Records{People: changes})
	start, followed := time.Now(), 0
	var inColumns time.Duration
	for page.More = true; page.More; {
		page, err = w.store.Moved(ctx, page.Mark)
		require.NoError(b, err)
		for codes := range slices.Chunk(page.Employees, 500) {
			read, err := w.store.Employees(ctx, store.EmployeeQuery{Codes: codes, States: true})
			require.NoError(b, err)
			var records []workforce.Record
			for _, p := range read.Profiles {
				records = append(records, recordOf(p))
			}
			update := time.Now()
			w.columns.Update(records, nil)
			inColumns += time.Since(update)
			followed += len(records)
		}
	}
	require.GreaterOrEqual(b, followed, 1000)
	w.note("to follow 1,000 people who have changed: %.2f s, of which %.3f s in the columns", time.Since(start).Seconds(), inColumns.Seconds())
	fmt.Printf("\n%s\n", strings.Join(w.notes, "\n"))
}
