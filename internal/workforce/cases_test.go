package workforce_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/workforce"
)

// company is a catalog with people. Worked ones have answers, by measure.
type company struct {
	graph   *kg.Graph
	units   []competency.OrgUnit
	records []workforce.Record
	late    int // so many of the records come when the columns are there
	answers map[string]json.RawMessage
}

// eachCompany runs a test with each worked company of testdata/cases, or of
// $ZHITU_WORKFORCE_CASES.
func eachCompany(t *testing.T, test func(*testing.T, *company, *workforce.View)) {
	root := cmp.Or(os.Getenv("ZHITU_WORKFORCE_CASES"), filepath.Join("testdata", "cases"))
	files, err := filepath.Glob(filepath.Join(root, "*", "answers.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "worked companies in %s", root)
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			doc, err := exchange.Read(filepath.Dir(file))
			require.NoError(t, err)
			require.Empty(t, doc.Problems)
			g, err := kg.Compile(doc.Changes.Put.Catalog)
			require.NoError(t, err)
			c := newCompany(g, doc.Changes.Put.People)
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(data, &c.answers))
			c.read(t, func(v *workforce.View) { test(t, c, v) })
		})
	}
}

func newCompany(g *kg.Graph, people competency.People) *company {
	states := map[string][]workforce.State{}
	for _, m := range people.Mastery {
		states[m.Employee] = append(states[m.Employee], workforce.State{Point: m.KnowledgePoint, State: mastery.State{Mastery: m.Mastery, AssessedAt: m.AssessedAt}})
	}
	c := &company{graph: g, units: people.OrgUnits}
	for _, e := range people.Employees {
		c.records = append(c.records, workforce.Record{Employee: e, States: states[e.Code]})
	}
	return c
}

// read asks columns of the company, at the time of all questions of a test.
func (c *company) read(t kgtest.TB, ask func(*workforce.View)) {
	c.readAt(t, kgtest.Now, ask)
}

func (c *company) readAt(t kgtest.TB, at time.Time, ask func(*workforce.View)) {
	early := len(c.records) - c.late
	columns, err := workforce.Build(c.units, withoutErrors(c.records[:early]), kgtest.Now)
	require.NoError(t, err)
	columns.Update(c.records[early:], nil)
	require.NoError(t, columns.Read(c.graph, at, func(v *workforce.View) error {
		ask(v)
		return nil
	}))
}

func withoutErrors(records []workforce.Record) iter.Seq2[workforce.Record, error] {
	return func(yield func(workforce.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// statesOf returns what a person masters, as gap and plan read it.
func (c *company) statesOf(r workforce.Record) (states []mastery.State) {
	for _, s := range r.States {
		if n, ok := c.graph.Find(s.Point); ok {
			s.State.Point = n
			states = append(states, s.State)
		}
	}
	return states
}

// groupOf returns the group that worked answers write as U: a department, or * for the firm.
func groupOf(v *workforce.View, code string) workforce.Group {
	if code == "*" {
		return workforce.Group{Kind: workforce.WholeFirm, Members: v.Everyone()}
	}
	return workforce.Group{Kind: workforce.Department, Code: code, Members: v.Department(code)}
}

// positionOf returns the position that worked answers write as p; - is that which each holds.
func positionOf(t kgtest.TB, g *kg.Graph, code string) kg.Position {
	if code == "-" {
		return workforce.OwnPosition
	}
	return kgtest.Position(t, g, code)
}

func codesOf(v *workforce.View, people []workforce.Person) []string {
	codes := make([]string, len(people))
	for i, p := range people {
		codes[i] = v.Employee(p).Code
	}
	return codes
}

// requireAnswers asks for each worked answer to a measure by the parts of its key, as
// "U|p", and compares what an answer is in JSON. Floats agree to nine decimals.
func (c *company) requireAnswers(t *testing.T, measure, separator string, ask func(key ...string) any) {
	var want map[string]any
	require.NoError(t, json.Unmarshal(c.answers[measure], &want))
	require.NotEmpty(t, want)
	for _, key := range slices.Sorted(maps.Keys(want)) {
		data, err := json.Marshal(ask(strings.Split(key, separator)...))
		require.NoError(t, err)
		var got any
		require.NoError(t, json.Unmarshal(data, &got))
		requireSame(t, want[key], got, measure+" "+key)
	}
}

// requireSame compares decoded JSON. Numbers may differ by what rounding to nine decimals leaves.
func requireSame(t *testing.T, want, got any, where string) {
	switch want := want.(type) {
	case float64:
		require.IsType(t, want, got, where)
		require.InDelta(t, want, got, 0.6e-9, where)
	case []any:
		require.IsType(t, want, got, where)
		require.Len(t, got, len(want), where)
		for i := range want {
			requireSame(t, want[i], got.([]any)[i], fmt.Sprintf("%s[%d]", where, i))
		}
	case map[string]any:
		require.IsType(t, want, got, where)
		require.ElementsMatch(t, slices.Collect(maps.Keys(want)), slices.Collect(maps.Keys(got.(map[string]any))), where)
		for key := range want {
			requireSame(t, want[key], got.(map[string]any)[key], where+"."+key)
		}
	default:
		require.Equal(t, want, got, where)
	}
}

// The loader reads everybody: what the tests of the measures rest on.
func TestWorkedCompaniesAreRead(t *testing.T) {
	eachCompany(t, func(t *testing.T, c *company, v *workforce.View) {
		people := groupOf(v, "*").Members
		require.Len(t, c.records, people.Len())
		require.IsIncreasing(t, codesOf(v, v.InCodeOrder(people)))
		require.NotEmpty(t, c.answers["heat"])
	})
}
