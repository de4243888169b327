package placement_test

import (
	"fmt"
	"testing"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/placement"
)

// forEachClosure runs a benchmark over closures of several sizes: of random worlds
// of twelve layers, and of public graphs where they are present.
func forEachClosure(b *testing.B, run func(b *testing.B, g *kg.Graph)) {
	for _, size := range []struct{ points, closure int }{{1_000, 100}, {1_000, 300}, {10_000, 1_200}} {
		b.Run(fmt.Sprint("twelve-layers/", size.closure), func(b *testing.B) {
			run(b, compileClosure(b, kgtest.RandomWorld(1, kgtest.BenchShape(size.points)), size.closure))
		})
	}
	for _, name := range kgtest.PublicGraphs {
		for _, closure := range []int{50, 100, 150, 300} {
			if w, ok := kgtest.PublicGraph(b, name); ok {
				b.Run(fmt.Sprint(name, "/", closure), func(b *testing.B) { run(b, compileClosure(b, w, closure)) })
			}
		}
	}
}

// compileClosure compiles a world with a position that rests on about so many points.
func compileClosure(tb testing.TB, w kgtest.World, closure int) *kg.Graph {
	w.RestrictToClosure(closure)
	return w.Compile(tb)
}

// BenchmarkQuestion is one answer and the next question, after a quarter of the
// questions.
func BenchmarkQuestion(b *testing.B) {
	forEachClosure(b, func(b *testing.B, g *kg.Graph) {
		answers := quarterAnswered(g)
		s := placement.New(g, nil, 0, answers, placement.Options{})
		b.ReportAllocs()
		for b.Loop() {
			s.Answer(placement.Answer{Point: answers[0].Point, Score: 0.5})
			s.Next()
		}
	})
}

// BenchmarkResume is a session from its stored answers, and its next question.
func BenchmarkResume(b *testing.B) {
	forEachClosure(b, func(b *testing.B, g *kg.Graph) {
		answers := quarterAnswered(g)
		b.ReportAllocs()
		for b.Loop() {
			placement.New(g, nil, 0, answers, placement.Options{}).Next()
		}
		b.ReportMetric(float64(len(answers)), "answers")
	})
}

// quarterAnswered returns answers to a quarter of the questions, of a person who knows
// the first half of the points.
func quarterAnswered(g *kg.Graph) (answers []placement.Answer) {
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
