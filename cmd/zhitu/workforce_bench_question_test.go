package main

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/workforce"
)

// printQuestions measures the questions that no other method answers.
func (w *workforceBench) printQuestions(b *testing.B) {
	fmt.Printf("\nThe same people in memory: other questions; times in ms.\n\n")
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "question\tpeople\tmedian\tleast")
	for _, q := range w.questions(b) {
		var took []time.Duration
		size := 0
		for range workforceRounds {
			require.NoError(b, w.columns.Read(w.graph, time.Time{}, func(v *workforce.View) error {
				start := time.Now()
				size = q.ask(v)
				took = append(took, time.Since(start))
				return nil
			}))
		}
		slices.Sort(took)
		fmt.Fprintf(t, "%s\t%d\t%.1f\t%.1f\n", q.name, size, milliseconds(took[len(took)/2]), milliseconds(took[0]))
	}
	require.NoError(b, t.Flush())
}

// workforceQuestion returns how many people it is about.
type workforceQuestion struct {
	name string
	ask  func(v *workforce.View) int
}

func (w *workforceBench) questions(b *testing.B) []workforceQuestion {
	firm := func(v *workforce.View) workforce.Group { return workforce.Group{Members: v.Everyone()} }
	division := func(v *workforce.View) workforce.Group {
		return workforce.Group{Kind: workforce.Department, Code: "D00", Members: v.Department("D00")}
	}
	return []workforceQuestion{
		{"coverage of the position, everyone", func(v *workforce.View) int {
			everyone := v.Everyone()
			v.Standings(w.graph.Requirements(w.position), everyone).Release()
			return everyone.Len()
		}},
		{"distribution over the firm", func(v *workforce.View) int { return v.Distribution(firm(v), w.position).People }},
		{"heat map of the firm by division, for the position", func(v *workforce.View) int { v.HeatMap(firm(v), w.position, 1, false); return w.people }},
		{"heat map of a division, for the position", func(v *workforce.View) int {
			g := division(v)
			v.HeatMap(g, w.position, 1, true)
			return g.Members.Len()
		}},
		{"heat map of a division, each for their own position", func(v *workforce.View) int {
			g := division(v)
			v.HeatMap(g, workforce.OwnPosition, 1, true)
			return g.Members.Len()
		}},
		{"holders of the position's points", func(v *workforce.View) int {
			everyone := v.Everyone()
			for _, r := range w.graph.Requirements(w.position) {
				v.HoldersOf(r.Point, r.Level, everyone)
			}
			return everyone.Len()
		}},
		{"holders over all positions of the firm", func(v *workforce.View) int { v.Holders(firm(v)); return w.people }},
		{"risks of the firm", func(v *workforce.View) int { v.Risks(firm(v)); return w.people }},
		{"line of the top manager", func(v *workforce.View) int { return v.Line(w.codes[0]).Len() }},
		{"candidates of the firm, with 500 paths", func(v *workforce.View) int {
			_, err := v.Shortlist(b.Context(), firm(v), w.position)
			require.NoError(b, err)
			return w.people
		}},
		{"training set of the position's incumbents", func(v *workforce.View) int {
			pool, holders := v.TrainingPool(firm(v), w.position, false)
			_, err := workforce.NewTrainingSet(b.Context(), w.graph, w.position, pool, holders, v.At, workforce.TrainingOptions{Holders: 2})
			require.NoError(b, err)
			return len(pool)
		}},
		{"what opens the way, of a division", func(v *workforce.View) int {
			g := division(v)
			_, err := v.Unblocking(b.Context(), g, 2)
			require.NoError(b, err)
			return g.Members.Len()
		}},
	}
}
