package main

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/store"
	"github.com/zhitu/zhitu/internal/store/sqlitestore"
	"github.com/zhitu/zhitu/internal/workforce"
)

const (
	workforceRounds = 7
	slowMethod      = 30 * time.Second // what takes longer in all is asked no more
	comparedPeople  = 10_000           // larger companies are compared with SQL alone
)

// BenchmarkWorkforce asks for everyone's coverage of a position by several methods: columns in
// memory, gapAnalysis for each person, SQL, and Cypher. It fails where the answers differ. It
// measures too what the other questions take, and how long columns take to be read, to turn the
// hour, and to follow a thousand writes. A company of more than 10,000 people is kept in a
// file between runs. make bench-workforce prints tables for each size.
func BenchmarkWorkforce(b *testing.B) {
	for _, people := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			if b.N > 1 {
				return // run once, whatever -benchtime says
			}
			bench := newWorkforceBench(b, people)
			bench.compare(b)
			bench.printQuestions(b)
			bench.followWrites(b)
			fmt.Printf("\n%s\n", strings.Join(bench.notes, "\n"))
		})
	}
}

// workforceBench is a company in a SQLite file, and in columns.
type workforceBench struct {
	people   int
	codes    []string
	catalog  competency.Catalog
	path     string
	store    store.Store
	graph    *kg.Graph
	position kg.Position
	columns  *workforce.Columns
	notes    []string
}

func newWorkforceBench(b *testing.B, people int) *workforceBench {
	w := &workforceBench{people: people, catalog: workforceCatalog(), path: filepath.Join(b.TempDir(), "company.db")}
	for _, e := range workforcePeople(people).Employees {
		w.codes = append(w.codes, e.Code)
	}
	if people > comparedPeople {
		dir, err := os.UserCacheDir()
		require.NoError(b, err)
		dir = cmp.Or(os.Getenv("ZHITU_BENCH"), filepath.Join(dir, "zhitu"))
		require.NoError(b, os.MkdirAll(dir, 0o700))
		w.path = filepath.Join(dir, fmt.Sprintf("company-%d.db", people))
	}
	if _, err := os.Stat(w.path); err != nil {
		w.fillSQLite(b)
	}
	st, err := sqlitestore.Open(b.Context(), w.path)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, st.Close()) })
	w.store = st
	w.graph, err = kg.Compile(w.catalog)
	require.NoError(b, err)
	w.position, _ = w.graph.FindPosition(workforceAsked)
	w.build(b)
	return w
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
	hour := kgtest.Now
	w.noteLeast("a new hour: %.2f s", func() {
		hour = hour.Add(time.Hour)
		require.NoError(b, w.columns.Advance(b.Context(), hour))
	})
	require.NoError(b, w.columns.Advance(b.Context(), kgtest.Now))
	w.noteLeast("a reorganisation: %.2f s", func() { require.NoError(b, w.columns.Rebuild(b.Context())) })
}

func (w *workforceBench) note(format string, args ...any) {
	w.notes = append(w.notes, fmt.Sprintf(format, args...))
}

// noteLeast notes the least time of three.
func (w *workforceBench) noteLeast(format string, do func()) {
	least := time.Duration(math.MaxInt64)
	for range 3 {
		start := time.Now()
		do()
		least = min(least, time.Since(start))
	}
	w.note(format, least.Seconds())
}

// compare runs all methods in turn, so that other load slows all of them alike.
func (w *workforceBench) compare(b *testing.B) {
	methods := w.coverageMethods(b)
	var want map[string]float64
	for range workforceRounds {
		for _, m := range methods {
			spent := time.Duration(0)
			for _, took := range m.took {
				spent += took
			}
			if spent > slowMethod {
				continue
			}
			start := time.Now()
			got, err := m.ask(b.Context())
			m.took = append(m.took, time.Since(start))
			require.NoError(b, err, m.name)
			if want == nil {
				want = got
			}
			requireSameCoverage(b, m, w.codes, want, got)
		}
	}
	fmt.Printf("\n%d people with %d states each: coverage of a position that requires %d of %d points; times in ms.\n\n", w.people, workforceStates, workforceRequired, workforcePoints)
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "method\trounds\tmedian\tleast\t× columns")
	for _, m := range methods {
		slices.Sort(m.took)
		fmt.Fprintf(t, "%s\t%d\t%.1f\t%.1f\t%.0f\n", m.name, len(m.took), milliseconds(m.took[len(m.took)/2]), milliseconds(m.took[0]), float64(m.took[0])/float64(methods[0].took[0]))
	}
	require.NoError(b, t.Flush())
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func requireSameCoverage(b *testing.B, m *coverageMethod, codes []string, want, got map[string]float64) {
	allowed := 1e-9
	if m.exact {
		allowed = 0
	}
	for _, code := range codes {
		if math.Abs(got[code]-want[code]) > allowed {
			require.InDelta(b, want[code], got[code], allowed, "%s: %s", m.name, code)
		}
	}
}
