// Package seed_test reads the sample company, and writes its gaps and paths to testdata
// as text for people to review.
package seed_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
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
	"github.com/zhitu/zhitu/seed"
)

var update = flag.Bool("update", false, "update the golden files")

var at = seed.Today

// readCompany reads the sample and compiles its catalog.
func readCompany(t *testing.T) (competency.Records, *kg.Graph) {
	t.Helper()
	doc, err := exchange.ReadFS(seed.Files, ".")
	require.NoError(t, err)
	g, err := kg.Compile(doc.Changes.Put.Catalog)
	require.NoError(t, err)
	return doc.Changes.Put, g
}

// readEvidence reads the evidence of the sample.
func readEvidence(t *testing.T) []competency.Evidence {
	t.Helper()
	doc, err := exchange.ReadFS(seed.Files, ".")
	require.NoError(t, err)
	return doc.Evidence
}

func TestSampleIsValid(t *testing.T) {
	doc, err := exchange.ReadFS(seed.Files, ".")
	require.NoError(t, err)
	require.Empty(t, doc.Report(competency.Catalog{}.Check(doc.Changes)...))
	_, g := readCompany(t)
	require.Empty(t, doc.Report(g.Catalog().CheckEvidence(doc.Evidence)...))
	employees, ids := map[string]bool{}, map[string]bool{}
	for _, e := range doc.Changes.Put.Employees {
		employees[e.Code] = true
	}
	for _, e := range doc.Evidence {
		require.True(t, employees[e.Employee], e.ID)
		require.False(t, ids[e.ID], e.ID)
		require.True(t, e.At.Before(seed.Today), e.ID)
		ids[e.ID] = true
	}
	for _, m := range doc.Changes.Put.Mastery {
		require.True(t, m.AssessedAt.Before(seed.Today), m)
	}
	require.Empty(t, g.Warnings())
}

// The numbers in the README are those of the sample.
func TestREADMECounts(t *testing.T) {
	records, g := readCompany(t)
	data, err := os.ReadFile("README.md")
	require.NoError(t, err)
	readme := strings.ReplaceAll(string(data), "\n", " ")

	areas, depth := 0, 0
	for i := range g.Nodes() - g.Points() {
		n, levels := kg.Node(g.Points()+i), 1
		for range g.Ancestors(n) {
			levels++
		}
		depth = max(depth, levels)
		if g.Parent(n) == kg.None {
			areas++
		}
	}
	require.Equal(t, 3, depth)
	require.Contains(t, readme, fmt.Sprintf("%d competencies in %d areas (up to three levels), %d knowledge points, %d prerequisites, %d positions, %d resources",
		len(records.Competencies), areas, len(records.KnowledgePoints), len(records.Prerequisites), len(records.Positions), len(records.Resources)))
	require.Contains(t, readme, fmt.Sprintf("five departments and %d people", len(records.Employees)))
	evidence := readEvidence(t)
	retracted := slices.DeleteFunc(slices.Clone(evidence), func(e competency.Evidence) bool { return !e.Retracted })
	require.Contains(t, readme, fmt.Sprintf("%d pieces of evidence, %d of them retracted", len(evidence), len(retracted)))
	require.Len(t, records.OrgUnits, 1+5) // the company itself is above them

	rows := regexp.MustCompile(`\| (POS-\w+) \| (\S+) [^|]*\| [^|]* \| (\d+) → (\d+) \|`).FindAllStringSubmatch(readme, -1)
	require.Len(t, rows, len(records.Positions))
	for _, row := range rows {
		p := kgtest.Position(t, g, row[1])
		require.Contains(t, row[0], g.Catalog().Positions[p].Name)
		require.Equal(t, row[3], strconv.Itoa(len(g.StatedRequirements(p))), row[1])
		require.Equal(t, row[4], strconv.Itoa(len(g.Requirements(p))), row[1])
	}
}

func TestGapsAndPaths(t *testing.T) {
	records, g := readCompany(t)
	for _, c := range []struct{ employee, position string }{
		{"E007", "POS-DA"}, {"E012", "POS-DA"}, {"E019", "POS-DA"}, {"E023", "POS-SE"}, {"E031", "POS-OP"},
	} {
		t.Run(c.employee, func(t *testing.T) {
			who := slices.IndexFunc(records.Employees, func(e competency.Employee) bool { return e.Code == c.employee })
			require.GreaterOrEqual(t, who, 0)
			person, goal := records.Employees[who], kgtest.Position(t, g, c.position)
			states := statesOf(t, g, records, readEvidence(t), c.employee)
			path := plan.Make(g, states, goal, plan.Limits{Modalities: person.Modalities}, at)

			var text strings.Builder
			fmt.Fprintf(&text, "%s %s (%s) → %s %s, at %s\n\n", person.Code, person.Name,
				cmp.Or(joinModalities(person.Modalities), "no preferences"), c.position, g.Catalog().Positions[goal].Name, at.Format(time.DateOnly))
			writeGap(&text, g, path)
			writePath(&text, g, path)

			golden := filepath.Join("testdata", c.employee+"-"+c.position+".txt")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(text.String()), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), text.String())
		})
	}
}

// statesOf folds what is known of a person.
func statesOf(t *testing.T, g *kg.Graph, records competency.Records, evidence []competency.Evidence, employee string) (states []mastery.State) {
	t.Helper()
	entered, about := map[string]mastery.State{}, map[string][]competency.Evidence{}
	for _, m := range records.Mastery {
		if m.Employee == employee {
			entered[m.KnowledgePoint] = mastery.State{Mastery: m.Mastery, AssessedAt: m.AssessedAt}
			about[m.KnowledgePoint] = nil
		}
	}
	for _, e := range evidence {
		for _, point := range e.KnowledgePoints {
			if e.Employee == employee && !e.Retracted {
				about[point] = append(about[point], e)
			}
		}
	}
	for point, list := range about {
		start := entered[point]
		start.Point = kgtest.Node(t, g, point)
		state, _ := mastery.Parameters{}.Fold(start, list)
		states = append(states, state)
	}
	slices.SortFunc(states, func(a, b mastery.State) int { return cmp.Compare(a.Point, b.Point) })
	return states
}

func joinModalities(modalities []competency.Modality) string {
	names := make([]string, len(modalities))
	for i, m := range modalities {
		names[i] = string(m)
	}
	return strings.Join(names, ", ")
}

func writeGap(text *strings.Builder, g *kg.Graph, path *plan.Path) {
	r, counts := path.Report, map[gap.Status]int{}
	for _, gap := range r.Gaps {
		counts[gap.Status]++
	}
	fmt.Fprintf(text, "Gap: coverage %.4f of %d points: %d met, %d decayed, %d below, %d unassessed; ready %t, critical ready %t\n\n",
		r.Coverage, len(r.Gaps), counts[gap.Met], counts[gap.Decayed], counts[gap.Below], counts[gap.Unassessed], r.Ready, r.CriticalReady)
	for _, gap := range r.Gaps {
		critical := " "
		if gap.Critical {
			critical = "!"
		}
		has := "    –       –"
		if gap.Status != "UNASSESSED" {
			has = fmt.Sprintf("%.3f → %.3f", gap.Mastery, gap.Current)
		}
		line := fmt.Sprintf("%s %-15s of %.2f  %-13s  weight %.3f  %-10s  %s", critical, g.Code(gap.Point), gap.Level, has, gap.Weight, gap.Status, g.Name(gap.Point))
		fmt.Fprintln(text, line)
	}
}

func writePath(text *strings.Builder, g *kg.Graph, path *plan.Path) {
	fmt.Fprintf(text, "\nPath: %d steps, %d minutes\n\n", len(path.Steps), path.TotalMinutes)
	for _, s := range path.Steps {
		from, waits, foundation := "–", "", ""
		if s.Resource >= 0 {
			r := g.Catalog().Resources[s.Resource]
			from = fmt.Sprintf("%s %s", r.Code, r.Modality)
		}
		if s.Pending >= 0 {
			if codes := kgtest.Codes(g, path.Pending.WaitsFor(s.Pending)); len(codes) > 0 {
				waits = "  after " + strings.Join(codes, " ")
			}
			if !path.Pending.Required(s.Pending) {
				foundation = " (foundation)"
			}
		}
		fmt.Fprintf(text, "%3d %-6s %-15s %4d min %6d  %-27s  %s%s%s\n",
			s.Order, s.Kind, g.Code(s.Point), s.Minutes, s.Cumulative, from, g.Name(s.Point), foundation, waits)
	}
}
