package workforce

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
)

// benchPeople is how many people the benchmarks have: ZHITU_PEOPLE, or 1,000.
var benchPeople = func() int {
	if n, err := strconv.Atoi(os.Getenv("ZHITU_PEOPLE")); err == nil {
		return n
	}
	return 1000
}()

// A large company: 10,000 points, 200 departments in 20 divisions, 300 states a person, two
// thirds of them in a field of 600 points. Position P requires 500 points.
const (
	benchPoints = 10_000
	benchUnits  = 200
	benchStates = 300
)

func benchPoint(i int) string { return fmt.Sprintf("K%05d", i) }

func benchGraph(tb testing.TB) *kg.Graph {
	r := rand.New(rand.NewPCG(1, 2))
	c := competency.Catalog{Positions: []competency.Position{{Code: "P", Name: "P"}}}
	for i := range benchPoints {
		c.KnowledgePoints = append(c.KnowledgePoints, competency.KnowledgePoint{Code: benchPoint(i), Name: benchPoint(i)})
	}
	for i := range 500 {
		c.Requirements = append(c.Requirements, competency.Requirement{
			Position: "P", Target: benchPoint((3000 + i*7) % benchPoints), Level: new([]float64{.3, .5, .7, .85, .95}[r.IntN(5)]),
			Weight: new(float64(1 + r.IntN(10))), Critical: new(r.IntN(5) == 0),
		})
	}
	g, err := kg.Compile(c)
	require.NoError(tb, err)
	return g
}

func benchOrg() (units []competency.OrgUnit) {
	for i := range benchUnits {
		units = append(units, competency.OrgUnit{Code: fmt.Sprintf("U%03d", i), Parent: fmt.Sprintf("D%02d", i%20)})
	}
	for i := range 20 {
		units = append(units, competency.OrgUnit{Code: fmt.Sprintf("D%02d", i)})
	}
	return units
}

// benchRecords streams people whose points are drawn by a function.
func benchRecords(people int, point func(r *rand.Rand, base, i int) int) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		r := rand.New(rand.NewPCG(3, 4))
		seen := make([]int, benchPoints)
		codes := make([]string, benchPoints)
		for i := range codes {
			codes[i] = benchPoint(i)
		}
		for e := range people {
			record := Record{Employee: competency.Employee{
				Code: fmt.Sprintf("E%06d", e), Name: "名字", OrgUnit: fmt.Sprintf("U%03d", r.IntN(benchUnits)), Position: fmt.Sprintf("P%d", r.IntN(200)),
			}}
			if e > 0 {
				record.Employee.Manager = fmt.Sprintf("E%06d", (e-1)/8)
			}
			base := r.IntN(benchPoints)
			for i := range benchStates {
				k := point(r, base, i)
				if seen[k] == e+1 {
					continue
				}
				seen[k] = e + 1
				record.States = append(record.States, State{codes[k], mastery.State{
					Mastery: r.Float64(), AssessedAt: kgtest.Now.Add(-time.Duration(r.Float64() * 4 * float64(mastery.Stability))).Truncate(time.Microsecond),
				}})
			}
			if !yield(record, nil) {
				return
			}
		}
	}
}

func spread(r *rand.Rand, base, i int) int {
	if i < benchStates*2/3 {
		return (base + r.IntN(600)) % benchPoints
	}
	return r.IntN(benchPoints)
}

// onRequired puts all states on the points that P requires.
func onRequired(r *rand.Rand, _, _ int) int { return (3000 + r.IntN(500)*7) % benchPoints }

// buildBench measures one build, with the time to draw the people, and its memory.
func buildBench(b *testing.B, point func(r *rand.Rand, base, i int) int) *Columns {
	var before, peak, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	c, err := Build(benchOrg(), benchRecords(benchPeople, point), hour)
	require.NoError(b, err)
	b.ReportMetric(time.Since(start).Seconds(), "s")
	b.ReportMetric(0, "ns/op")
	runtime.ReadMemStats(&peak)
	runtime.GC()
	runtime.ReadMemStats(&after)
	states := 0
	for _, n := range c.roster.states {
		states += int(n)
	}
	b.ReportMetric(float64(states), "states")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(states), "B/state")
	b.ReportMetric(float64(c.MemoryBytes())/float64(states), "told-B/state")
	b.ReportMetric(float64(EstimateBytes(int64(states), int64(benchPeople)))/float64(states), "estimated-B/state")
	b.ReportMetric(float64(peak.HeapSys-before.HeapInuse)/float64(states), "peak-B/state")
	return c
}

func BenchmarkColumns(b *testing.B) {
	g := benchGraph(b)
	for _, world := range []struct {
		name  string
		point func(r *rand.Rand, base, i int) int
	}{{"spread", spread}, {"onRequired", onRequired}} {
		var c *Columns
		b.Run(world.name+"/build", func(b *testing.B) {
			for b.Loop() {
				if c == nil {
					c = buildBench(b, world.point)
				}
			}
		})
		for _, q := range []struct {
			name string
			at   time.Time
			ask  func(v *View)
		}{
			{"standings of everyone", time.Time{}, func(v *View) { v.Standings(g.Requirements(0), v.Everyone()).Release() }},
			{"standings of a division", time.Time{}, func(v *View) { v.Standings(g.Requirements(0), v.Department("D07")).Release() }},
			{"standings at another time", hour.Add(time.Minute), func(v *View) { v.Standings(g.Requirements(0), v.Everyone()).Release() }},
			{"line of the top", time.Time{}, func(v *View) { v.Line("E000000") }},
			{"all departments", time.Time{}, func(v *View) {
				for _, u := range v.Tree().Units() {
					v.Department(u.Code)
				}
			}},
			{"everyone in the order of codes", time.Time{}, func(v *View) { v.InCodeOrder(v.Everyone()) }},
			{"gather 500 people", time.Time{}, func(v *View) { v.Gather(v.InCodeOrder(v.Everyone())[:500], points(g.Requirements(0))) }},
		} {
			b.Run(world.name+"/"+q.name, func(b *testing.B) {
				least(b, func() { _ = c.Read(g, q.at, func(v *View) error { q.ask(v); return nil }) })
			})
		}
		b.Run(world.name+"/update", func(b *testing.B) {
			var records []Record
			for r := range benchRecords(min(benchPeople, 1000), world.point) {
				records = append(records, r)
			}
			i := 0
			least(b, func() { c.Update(records[i%len(records):][:1], nil); i++ })
		})
		b.Run(world.name+"/advance", func(b *testing.B) { least(b, func() { require.NoError(b, c.Advance(b.Context(), hour)) }) })
		b.Run(world.name+"/rebuild", func(b *testing.B) { least(b, func() { require.NoError(b, c.Rebuild(b.Context())) }) })
	}
}

// least reports the shortest time too: other work on the machine counts least in it.
func least(b *testing.B, f func()) {
	shortest := time.Duration(math.MaxInt64)
	for b.Loop() {
		start := time.Now()
		f()
		shortest = min(shortest, time.Since(start))
	}
	b.ReportMetric(float64(shortest.Microseconds())/1000, "least-ms")
}
