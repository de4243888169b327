package placement_test

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/placement"
)

// realGraphs are prerequisites that nobody here wrote.
var realGraphs = []string{"mooccube-prereq-zh", "metacademy"}

// realWorld reads one from edges.csv in a folder of $ZHITU_DATA, or of the data
// beside the repository.
func realWorld(tb testing.TB, name string) (w kgtest.World, ok bool) {
	file, err := os.Open(filepath.Join(cmp.Or(os.Getenv("ZHITU_DATA"), "../../../shared/data"), name, "edges.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		return w, false
	}
	require.NoError(tb, err)
	defer func() { require.NoError(tb, file.Close()) }()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(tb, err)
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		for _, code := range row[:2] {
			if !seen[code] {
				seen[code] = true
				w.KnowledgePoints = append(w.KnowledgePoints, competency.KnowledgePoint{Code: code, Name: code})
			}
		}
		w.Prerequisites = append(w.Prerequisites, competency.Prerequisite{Prerequisite: row[0], Dependent: row[1]})
	}
	return w, true
}

// narrow is a position of a world that rests on about so many points.
func narrow(tb testing.TB, w kgtest.World, closure int) *kg.Graph {
	w.Narrow(closure)
	return w.Compile(tb)
}

// each runs a benchmark over closures of several sizes, of random worlds of twelve
// layers, and of real graphs where they are.
func each(b *testing.B, run func(b *testing.B, g *kg.Graph)) {
	for _, size := range []struct{ points, closure int }{{1_000, 100}, {1_000, 300}, {10_000, 1_200}} {
		b.Run(fmt.Sprint("twelve-layers/", size.closure), func(b *testing.B) {
			run(b, narrow(b, kgtest.Random(1, kgtest.Bench(size.points)), size.closure))
		})
	}
	for _, name := range realGraphs {
		for _, closure := range []int{50, 100, 150, 300} {
			if w, ok := realWorld(b, name); ok {
				b.Run(fmt.Sprint(name, "/", closure), func(b *testing.B) { run(b, narrow(b, w, closure)) })
			}
		}
	}
}

// BenchmarkQuestion is one answer and the next question, halfway through.
func BenchmarkQuestion(b *testing.B) {
	each(b, func(b *testing.B, g *kg.Graph) {
		answers := halfway(g)
		s := placement.New(g, nil, 0, answers, placement.Options{})
		b.ReportAllocs()
		for b.Loop() {
			s.Answer(placement.Answer{Point: answers[0].Point, Score: 0.5})
			s.Next()
		}
	})
}

// BenchmarkResume is a session from the answers that were kept, and its next
// question.
func BenchmarkResume(b *testing.B) {
	each(b, func(b *testing.B, g *kg.Graph) {
		answers := halfway(g)
		b.ReportAllocs()
		for b.Loop() {
			placement.New(g, nil, 0, answers, placement.Options{}).Next()
		}
		b.ReportMetric(float64(len(answers)), "answers")
	})
}

// halfway returns the answers of somebody who knows the first half of the points,
// to a quarter of the questions.
func halfway(g *kg.Graph) (answers []placement.Answer) {
	s := placement.New(g, nil, 0, nil, placement.Options{})
	all := s.Conclusions()
	for range len(all) / 4 {
		p, ok := s.Next()
		if !ok {
			break
		}
		answers = append(answers, placement.Answer{Point: p})
		if p <= all[len(all)/2].Point {
			answers[len(answers)-1].Score = 1
		}
		s.Answer(answers[len(answers)-1])
	}
	return answers
}

// BenchmarkStrategies is what docs/adaptive.md tells: the share of points, in per
// cent, about which each strategy is right after a quarter, a third, a half and all of the
// questions, and where a session stops by itself.
func BenchmarkStrategies(b *testing.B) {
	each(b, func(b *testing.B, g *kg.Graph) {
		var out *placement.Outcome
		for b.Loop() {
			out = simulate(b, g, 100)
		}
		for _, c := range out.Curves {
			for i, share := range []string{"1/4", "1/3", "1/2", "1"} {
				b.ReportMetric(math.Round(1000*c.Right[i])/10, fmt.Sprint(c.Strategy, "@", share))
			}
		}
		b.ReportMetric(float64(out.Points), "points")
		b.ReportMetric(out.Stop.Questions, "questions")
		b.ReportMetric(math.Round(1000*out.Stop.Right)/10, "right")
	})
}

// simulate is a trial with slips and guesses of a tenth.
func simulate(tb testing.TB, g *kg.Graph, learners int) *placement.Outcome {
	out, err := placement.Simulate(tb.Context(), g, 0, placement.Trial{
		Learners: learners, Slip: 0.1, Guess: 0.1, Shares: []float64{1. / 4, 1. / 3, 1. / 2, 1}, Seed: 1,
	})
	require.NoError(tb, err)
	return out
}
