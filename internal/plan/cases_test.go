package plan_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/plan"
)

// casesAt is the time of all questions of the worked cases.
var casesAt = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

// answer is a worked answer, by an implementation written from the design alone.
type answer struct {
	Employee, Position string
	Options            struct {
		Locale         string
		AssumeMastered []string
	}
	Coverage             float64
	Ready, CriticalReady bool
	Gaps                 []string
	Requirements         map[string]requirement
	Steps                map[string]step
	Foundations          map[string][]string
}

type requirement struct {
	Level, Weight float64
	Critical      bool
	Status        gap.Status
}

type step struct {
	Kind      plan.Kind
	Minutes   int
	Need      float64
	WaitsFor  []string
	SoftAfter []string
	Resource  *string
}

// The engine gives the worked answers of an independent implementation, in
// testdata/cases or $ZHITU_CASES.
func TestWorkedCases(t *testing.T) {
	root := cmp.Or(os.Getenv("ZHITU_CASES"), filepath.Join("testdata", "cases"))
	files, err := filepath.Glob(filepath.Join(root, "*", "answers.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "worked cases in %s", root)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var answers []answer
		require.NoError(t, json.Unmarshal(data, &answers))
		doc, err := exchange.Read(filepath.Dir(file))
		require.NoError(t, err)
		require.Empty(t, doc.Problems)
		records := doc.Changes.Put
		g, err := kg.Compile(records.Catalog)
		require.NoError(t, err)
		for i, want := range answers {
			t.Run(fmt.Sprintf("%s/%d", filepath.Base(filepath.Dir(file)), i), func(t *testing.T) {
				requireAnswer(t, g, records.People, want)
			})
		}
	}
}

func requireAnswer(t *testing.T, g *kg.Graph, people competency.People, want answer) {
	var states []mastery.State
	for _, m := range people.Mastery {
		if m.Employee == want.Employee {
			states = append(states, mastery.State{Point: kgtest.Node(t, g, m.KnowledgePoint), Mastery: m.Mastery, AssessedAt: m.AssessedAt})
		}
	}
	var assumed []kg.Node
	for _, code := range want.Options.AssumeMastered {
		assumed = append(assumed, g.Members(kgtest.Node(t, g, code))...)
	}
	states = mastery.Assume(states, assumed, casesAt)
	who := slices.IndexFunc(people.Employees, func(e competency.Employee) bool { return e.Code == want.Employee })
	limits := plan.Limits{Modalities: people.Employees[who].Modalities, Locale: want.Options.Locale}
	path := plan.Make(g, states, kgtest.Position(t, g, want.Position), limits, casesAt)

	require.InDelta(t, want.Coverage, path.Report.Coverage, 1e-9)
	require.Equal(t, want.Ready, path.Report.Ready)
	require.Equal(t, want.CriticalReady, path.Report.CriticalReady)
	order, required := []string{}, map[string]requirement{}
	for _, r := range path.Report.Gaps {
		order = append(order, g.Code(r.Point))
		required[g.Code(r.Point)] = requirement{r.Level, round(r.Weight), r.Critical, r.Status}
	}
	require.Equal(t, want.Gaps, order)
	for code, r := range want.Requirements {
		r.Weight = round(r.Weight)
		require.Equal(t, r, required[code], code)
	}
	require.Len(t, required, len(want.Requirements))
	requireSteps(t, g, path, want)
}

func requireSteps(t *testing.T, g *kg.Graph, path *plan.Path, want answer) {
	foundations, done := map[string][]string{}, map[string]bool{}
	neededFor, _ := path.Pending.NeededFor(math.MaxInt)
	require.Len(t, path.Steps, len(want.Steps))
	for _, s := range path.Steps {
		code := g.Code(s.Point)
		w, ok := want.Steps[code]
		require.True(t, ok, "%s is in the path", code)
		require.Equal(t, w.Kind, s.Kind, code)
		require.Equal(t, w.Minutes, s.Minutes, code)
		if s.Kind == plan.Learn {
			require.InDelta(t, w.Need, s.Target, 1e-9, code)
			require.Equal(t, w.WaitsFor, kgtest.Codes(g, path.Pending.WaitsFor(s.Pending)), code)
			require.Equal(t, w.Resource, resource(g, s), code)
			for _, before := range slices.Concat(w.WaitsFor, w.SoftAfter) {
				require.True(t, done[before], "%s before %s", before, code)
			}
			if !path.Pending.Required(s.Pending) {
				foundations[code] = kgtest.Codes(g, neededFor[s.Pending])
			}
		}
		done[code] = true
	}
	require.Equal(t, want.Foundations, foundations)
}

func resource(g *kg.Graph, s plan.Step) *string {
	if s.Resource < 0 {
		return nil
	}
	return &g.Catalog().Resources[s.Resource].Code
}

func round(x float64) float64 { return float64(int64(x*1e9+0.5)) / 1e9 }
