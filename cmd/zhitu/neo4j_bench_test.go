package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/service"
	"github.com/zhitu/zhitu/internal/service/servicetest"
	"github.com/zhitu/zhitu/internal/store/neo4jstore/neo4jtest"
)

// The question in Cypher, as well as we can put it. A statement finds points, each once.
// For each it returns the person's mastery, the level that the position requires, and
// its prerequisites with their levels. The client derives the answer from that (see
// closureRecords.answer).
//
// A mastery of $enough satisfies every prerequisite, so the traversal stops there. It is
// the highest level in the world: points mastered at less may have to be learned, which
// the client decides.
const (
	// findClosure goes down from what the position requires. DISTINCT lets the
	// planner visit each point once for each requirement: VarLengthExpand(Pruning,BFS).
	findClosure = `
MATCH (me:Employee {code: $employee}), (goal:Position {code: $position})
MATCH (goal)-[:REQUIRES]->()<-[:PREREQUISITE_OF*0.. {strength: 'HARD'}]-(p)
WITH DISTINCT me, goal, [] AS mastered, p`

	// findPending turns back at what is mastered: the same operator, with the
	// condition inlined.
	findPending = findMastered + `
MATCH (r) (()<-[:PREREQUISITE_OF {strength: 'HARD'}]-(x) WHERE NOT x IN mastered)* (p)
WITH me, goal, mastered, collect(DISTINCT p) AS points
UNWIND points AS p`

	// findByAPOC visits each point once for all requirements together.
	findByAPOC = findMastered + `
WITH me, goal, mastered, collect(r) AS required
CALL apoc.path.subgraphNodes(required, {relationshipFilter: '<PREREQUISITE_OF', denylistNodes: mastered}) YIELD node AS p`

	findMastered = `
MATCH (me:Employee {code: $employee}), (goal:Position {code: $position})
CALL (me) { MATCH (me)-[m:MASTERS]->(k) WHERE m.mastery >= $enough RETURN collect(k) AS mastered }
MATCH (goal)-[:REQUIRES]->(r) WHERE NOT r IN mastered`

	// findThese is for a client that descends layer by layer, and stops exactly
	// where Zhitu does.
	findThese = `
MATCH (me:Employee {code: $employee}), (goal:Position {code: $position})
UNWIND coalesce($codes, [(goal)-[:REQUIRES]->(r) | r.code]) AS code
MATCH (p:KnowledgePoint {code: code})
WITH me, goal, [] AS mastered, p`

	// tellRows returns a row for each point.
	tellRows = `
OPTIONAL MATCH (me)-[m:MASTERS]->(p)
OPTIONAL MATCH (goal)-[a:REQUIRES]->(p)
RETURN p.code, m.mastery, a.level, ` + restsOn

	// tellAtOnce returns all of it as one value, which the server writes and the
	// driver reads in half the time.
	tellAtOnce = `
OPTIONAL MATCH (me)-[m:MASTERS]->(p)
WITH goal, collect([p.code, m.mastery, null, ` + restsOn + `]) AS points
RETURN points, [(goal)-[a:REQUIRES]->(r) | [r.code, a.level]]`

	restsOn = `[(p)<-[e:PREREQUISITE_OF {strength: 'HARD'}]-(q) WHERE NOT q IN mastered | [q.code, e.level]]`
)

// enough is the highest level of a prerequisite in the random worlds.
const enough = 0.95

const (
	benchWarm  = 150 // runs of each method before measuring
	benchAsked = 400 // measured runs
)

// pathMethod is one method to answer the question.
type pathMethod struct {
	name   string
	cypher bool
	ask    func(ctx context.Context) (answer, error)
	less   bool // it returns less, and its answer is not compared
	took   []time.Duration
}

// BenchmarkNeo4j asks one Neo4j the same question by several methods: what does a
// person have to learn for a position, up to which level, from which mastery,
// and in which order? Zhitu answers with a near-optimal order, as a service and through
// GraphQL over HTTP. Cypher, and APOC if available, answer with the set before any
// ordering. Methods run in turn, so that other load slows all of them alike. It fails if
// answers differ. make bench-neo4j prints a table for each world.
func BenchmarkNeo4j(b *testing.B) {
	for _, size := range benchSizes {
		b.Run(fmt.Sprint(size.points), func(b *testing.B) {
			if b.N > 1 {
				return // run once, whatever -benchtime says
			}
			at, without := neo4jWithAPOC(b)
			st := benchNeo4jStore(b, at)
			b.Cleanup(func() { require.NoError(b, st.Close()) })
			s, err := servicetest.New(servicetest.Context(b), st, servicetest.Config{})
			require.NoError(b, err)
			closure := importHalfMastered(b, s, size.points, size.closure)

			profile := func(ctx context.Context) (answer, error) { _, err := st.Profile(ctx, "E"); return nil, err }
			ways := append(zhituMethods(b, s), &pathMethod{name: "Zhitu: of that, the profile from the store", ask: profile, less: true})
			ways = append(ways, cypherMethods(b, at.URI(), without == nil)...)
			pending := compareMethods(b, ways)
			for i := range benchWarm + benchAsked {
				for _, w := range ways {
					start := time.Now()
					_, err := w.ask(b.Context())
					took := time.Since(start)
					require.NoError(b, err, w.name)
					if i >= benchWarm {
						w.took = append(w.took, took)
					}
				}
			}
			fmt.Printf("\n%d points: the position rests on a closure of %d, of which %d are pending. 1 client, %d answers each; times in ms.\n\n",
				size.points, closure, pending, benchAsked)
			printMethods(ways)
			if without != nil {
				fmt.Println("\nAPOC is left out:", without)
			}
		})
	}
}

// neo4jWithAPOC starts a Neo4j with APOC, or without it and returns the reason.
func neo4jWithAPOC(b *testing.B) (at *neo4jtest.Server, without error) {
	o := benchNeo4j
	if o.Plugins, without = neo4jtest.APOC(b.Context()); without == nil {
		if at, without = neo4jtest.Start(b.Context(), o); without == nil {
			b.Cleanup(func() { require.NoError(b, at.Stop()) })
			return at, nil
		}
	}
	return neo4jtest.New(b, benchNeo4j), without
}

// importHalfMastered imports the world of the benchmarks of internal/plan: one position,
// P, and one person, E, who masters the first half of its closure. A single person is
// the best case for Cypher.
func importHalfMastered(b *testing.B, s *service.Service, points, about int) (closure int) {
	w := kgtest.RandomWorld(1, kgtest.BenchShape(points))
	codes := w.RestrictToClosure(about)
	g := w.Compile(b)
	slices.SortFunc(codes, func(a, c string) int { return cmp.Compare(kgtest.Node(b, g, a), kgtest.Node(b, g, c)) })
	people := competency.People{Employees: []competency.Employee{{Code: "E", Name: "员工", Position: "P"}}}
	for i, code := range codes {
		mastery := 1.0
		if i >= len(codes)/2 {
			mastery = 0.3
		}
		people.Mastery = append(people.Mastery, competency.Assessment{
			Employee: "E", KnowledgePoint: code, Mastery: mastery, AssessedAt: kgtest.Now,
		})
	}
	for _, records := range []competency.Records{{Catalog: w.Catalog}, {People: people}} {
		_, err := s.Import(servicetest.Context(b), competency.ChangeSet{Put: records}, false)
		require.NoError(b, err)
	}
	return len(codes)
}

// answer holds what must be learned, by code.
type answer map[string]*pendingPoint

type pendingPoint struct {
	need    float64
	mastery *float64 // nil if there is none
	before  []string // codes to be learned before it
}

// compareMethods runs every method once, requires the same answer of all, and returns
// its number of points.
func compareMethods(b *testing.B, ways []*pathMethod) (pending int) {
	var want answer
	for _, w := range ways {
		got, err := w.ask(b.Context())
		require.NoError(b, err, w.name)
		if w.less {
			continue
		}
		for _, p := range got {
			slices.Sort(p.before)
		}
		if want == nil {
			want = got
		}
		require.NotEmpty(b, got, w.name)
		require.Equal(b, want, got, "%s and %s", ways[0].name, w.name)
	}
	return len(want)
}

// printMethods prints the time of every method, and how many times longer the best of
// Cypher took: of the statements that return rows, and of all.
func printMethods(ways []*pathMethod) {
	rows, best := math.Inf(1), math.Inf(1)
	for _, w := range ways {
		slices.Sort(w.took)
		if p50 := quantile(w.took, 0.5); w.cypher {
			best = min(best, p50)
			if strings.HasSuffix(w.name, "rows") {
				rows = min(rows, p50)
			}
		}
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 1, ' ', 0)
	fmt.Fprintln(out, "| way\t| p50\t| p99\t| best Cypher with rows ÷ p50\t| best Cypher ÷ p50\t|")
	fmt.Fprintln(out, "|---\t|---\t|---\t|---\t|---\t|")
	for _, w := range ways {
		p50, p99 := quantile(w.took, 0.5), quantile(w.took, 0.99)
		fmt.Fprintf(out, "| %s\t| %.1f\t| %.1f\t| %.1f×\t| %.1f×\t|\n", w.name, p50, p99, rows/p50, best/p50)
	}
	_ = out.Flush()
}

// zhituMethods returns the methods that ask a service over Neo4j, directly and over HTTP.
func zhituMethods(b *testing.B, s *service.Service) []*pathMethod {
	post := benchServer(b, s)
	graphql := func(name, query string) *pathMethod {
		return &pathMethod{name: "Zhitu: GraphQL over HTTP, " + name, less: true, ask: func(ctx context.Context) (answer, error) {
			_, err := post(ctx, query)
			return nil, err
		}}
	}
	return []*pathMethod{
		{name: "Zhitu: service, the whole path", ask: func(ctx context.Context) (answer, error) {
			return pathFromService(catalog.BeginRequest(access.WithViewer(ctx, access.System()), "en"), s)
		}},
		{name: "Zhitu: GraphQL over HTTP, the whole path", ask: func(ctx context.Context) (answer, error) {
			text, err := post(ctx, `{ learningPath(employee: "E", position: "P") {
				steps { knowledgePoint { code } target mastery waitsFor { code } } } }`)
			if err != nil {
				return nil, err
			}
			return parsePath(text)
		}},
		graphql("the gaps and the foundations", `{ gapAnalysis(employee: "E", position: "P") { coverage
			gaps { knowledgePoint { code name } status required mastery }
			foundations { knowledgePoint { code name } required mastery } } }`),
		graphql("the next three steps", `{ nextSteps(employee: "E", position: "P") {
			knowledgePoint { code name } target mastery minutes reasons { message } } }`),
	}
}

func pathFromService(ctx context.Context, s *service.Service) (answer, error) {
	path, err := s.Analysis.LearningPath(ctx, "E", "P", nil)
	if err != nil {
		return nil, err
	}
	steps, err := path.Steps(ctx, nil)
	if err != nil {
		return nil, err
	}
	a := make(answer, len(steps))
	for _, step := range steps {
		waits, err := step.WaitsFor(ctx)
		if err != nil {
			return nil, err
		}
		p := &pendingPoint{need: step.Target(), mastery: step.Mastery()}
		for _, k := range waits {
			p.before = append(p.before, k.Code())
		}
		a[step.KnowledgePoint().Code()] = p
	}
	return a, nil
}

func parsePath(text []byte) (answer, error) {
	type point struct{ Code string }
	var reply struct {
		Data struct {
			LearningPath struct {
				Steps []struct {
					KnowledgePoint point
					Target         float64
					Mastery        *float64
					WaitsFor       []point
				}
			}
		}
	}
	if err := json.Unmarshal(text, &reply); err != nil {
		return nil, err
	}
	steps := reply.Data.LearningPath.Steps
	a := make(answer, len(steps))
	for _, step := range steps {
		p := &pendingPoint{need: step.Target, mastery: step.Mastery}
		for _, k := range step.WaitsFor {
			p.before = append(p.before, k.Code)
		}
		a[step.KnowledgePoint.Code] = p
	}
	return a, nil
}

// cypherMethods returns the methods that ask Neo4j itself, after a check of their plans.
func cypherMethods(b *testing.B, uri string, apoc bool) []*pathMethod {
	driver, err := neo4j.NewDriverWithContext(uri, neo4j.NoAuth(), func(c *config.Config) { c.FetchSize = neo4j.FetchAll })
	require.NoError(b, err)
	session := driver.NewSession(b.Context(), neo4j.SessionConfig{AccessMode: neo4j.AccessModeRead})
	b.Cleanup(func() {
		require.NoError(b, session.Close(context.Background()))
		require.NoError(b, driver.Close(context.Background()))
	})
	run := func(ctx context.Context, statement string, codes any) ([]*neo4j.Record, neo4j.ResultSummary, error) {
		result, err := session.Run(ctx, statement, map[string]any{"employee": "E", "position": "P", "enough": enough, "codes": codes})
		if err != nil {
			return nil, nil, err
		}
		records, err := result.Collect(ctx)
		if err != nil {
			return nil, nil, err
		}
		summary, err := result.Consume(ctx)
		return records, summary, err
	}
	ways := []*pathMethod{{name: "Neo4j: a round trip that asks nothing", less: true, ask: func(ctx context.Context) (answer, error) {
		_, _, err := run(ctx, "RETURN 1", nil)
		return nil, err
	}}}
	add := func(name, statement, operator string, ask func(ctx context.Context) (answer, error)) {
		_, summary, err := run(b.Context(), "PROFILE "+statement, nil)
		require.NoError(b, err, name)
		require.Contains(b, planOperators(summary.Profile()), operator, name)
		ways = append(ways, &pathMethod{name: name, cypher: true, ask: ask})
	}
	one := func(name, statement, operator string) {
		add(name, statement, operator, func(ctx context.Context) (answer, error) {
			records, _, err := run(ctx, statement, nil)
			return parseRecords(records).answer(), err
		})
	}
	const pruning, twelve, bounded = "VarLengthExpand(Pruning,BFS,All)", "*0..12", "){0,12} (p)"
	one("Cypher: the closure, rows", findClosure+tellRows, pruning)
	one("Cypher: the closure in 12 layers, rows", strings.Replace(findClosure, "*0..", twelve, 1)+tellRows, pruning)
	one("Cypher: the closure, at once", findClosure+tellAtOnce, pruning)
	one("Cypher: pruned, rows", findPending+tellRows, pruning)
	one("Cypher: pruned in 12 layers, rows", strings.Replace(findPending, ")* (p)", bounded, 1)+tellRows, pruning)
	one("Cypher: pruned, at once", findPending+tellAtOnce, pruning)
	add("Cypher: layer by layer, rows", findThese+tellRows, "NodeUniqueIndexSeek", func(ctx context.Context) (answer, error) {
		return closureByLayers(func(codes any) ([]*neo4j.Record, error) {
			records, _, err := run(ctx, findThese+tellRows, codes)
			return records, err
		})
	})
	if apoc {
		one("Cypher and APOC: pruned, rows", findByAPOC+tellRows, "ProcedureCall")
		one("Cypher and APOC: pruned, at once", findByAPOC+tellAtOnce, "ProcedureCall")
	}
	return ways
}

// planOperators lists the operators of a plan.
func planOperators(plan neo4j.ProfiledPlan) []string {
	name, _, _ := strings.Cut(plan.Operator(), "@")
	all := []string{name}
	for _, child := range plan.Children() {
		all = append(all, planOperators(child)...)
	}
	return all
}

// closureByLayers reads the required points, then the unread prerequisites of pending
// points, and so on.
func closureByLayers(ask func(codes any) ([]*neo4j.Record, error)) (answer, error) {
	all := closureRecords{}
	for codes := any(nil); ; {
		records, err := ask(codes)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, parseRecords(records))
		a, next := all.answer(), map[string]bool{}
		for code := range a {
			for _, e := range all[code].restsOn {
				if _, known := all[e.code]; !known {
					next[e.code] = true
				}
			}
		}
		if len(next) == 0 {
			return a, nil
		}
		codes = slices.Collect(maps.Keys(next))
	}
}

// closureRecords holds what Cypher returns for points, by code.
type closureRecords map[string]toldPoint

type toldPoint struct {
	mastery  *float64
	required float64 // 0 if not required
	restsOn  []prerequisite
}

type prerequisite struct {
	code  string
	level float64
}

// parseRecords reads what tellRows or tellAtOnce returned.
func parseRecords(records []*neo4j.Record) closureRecords {
	all := make(closureRecords, len(records))
	add := func(v []any) {
		var p toldPoint
		if m, ok := v[1].(float64); ok {
			p.mastery = &m
		}
		p.required, _ = v[2].(float64)
		for _, e := range v[3].([]any) {
			pair := e.([]any)
			p.restsOn = append(p.restsOn, prerequisite{pair[0].(string), pair[1].(float64)})
		}
		all[v[0].(string)] = p
	}
	for _, r := range records {
		if len(r.Values) > 2 {
			add(r.Values)
			continue
		}
		for _, v := range r.Values[0].([]any) {
			add(v.([]any))
		}
		for _, v := range r.Values[1].([]any) {
			pair := v.([]any)
			if p, ok := all[pair[0].(string)]; ok {
				p.required = pair[1].(float64)
				all[pair[0].(string)] = p
			}
		}
	}
	return all
}

// answer derives what must be learned: from the requirements down, points that are not
// mastered, and their prerequisites at levels that are not mastered.
func (t closureRecords) answer() answer {
	a := make(answer, len(t))
	var open []string
	need := func(code string, level float64) (pending bool) {
		mastery := t[code].mastery
		if mastery != nil && competency.AtLeast(*mastery, level) {
			return false
		}
		p := a[code]
		if p == nil {
			p = &pendingPoint{mastery: mastery}
			a[code], open = p, append(open, code)
		}
		p.need = max(p.need, level)
		return true
	}
	for code, p := range t {
		if p.required > 0 {
			need(code, p.required)
		}
	}
	for len(open) > 0 {
		code := open[len(open)-1]
		open = open[:len(open)-1]
		for _, e := range t[code].restsOn {
			if need(e.code, e.level) {
				a[code].before = append(a[code].before, e.code)
			}
		}
	}
	return a
}
