package placement_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/kg/kgtest"
	"github.com/zhitu/zhitu/internal/mastery"
	"github.com/zhitu/zhitu/internal/placement"
	"github.com/zhitu/zhitu/internal/plan"
)

// beliefs are the probabilities of a session by code.
func beliefs(g *kg.Graph, s *placement.Session) map[string]float64 {
	m := map[string]float64{}
	for _, c := range s.Conclusions() {
		m[g.Code(c.Point)] = c.Probability
	}
	return m
}

func TestAnswersAreEvidenceOnNeighbours(t *testing.T) {
	t.Parallel()
	_, g := kgtest.Compile(t, "B <- A\nC <- B\nX <- Y\nP: C X")
	before := beliefs(g, placement.New(g, nil, 0, nil, placement.Options{}))
	after := func(score float64) map[string]float64 {
		return beliefs(g, placement.New(g, nil, 0, []placement.Answer{{Point: kgtest.Node(t, g, "B"), Score: score}}, placement.Options{}))
	}
	right, wrong, half := after(1), after(0), after(0.5)
	for code := range before {
		require.Greater(t, right[code], before[code], code)
		require.Less(t, wrong[code], before[code], code)
		require.InDelta(t, before[code], half[code], 1e-9, code)
	}
	// A success is evidence on prerequisites, a failure on dependents. Other chains
	// learn only how much the person knows.
	require.Greater(t, right["A"], right["B"])
	require.Less(t, wrong["C"], wrong["B"])
	require.Greater(t, right["A"]-before["A"], right["Y"]-before["Y"])
	require.Greater(t, before["C"]-wrong["C"], before["X"]-wrong["X"])
	require.Greater(t, right["A"], 0.9)
	require.Less(t, wrong["C"], 0.1)
}

func TestAlternativesShareTheEvidenceOfASuccess(t *testing.T) {
	t.Parallel()
	gain := func(world, code string) float64 {
		_, g := kgtest.Compile(t, world)
		before := beliefs(g, placement.New(g, nil, 0, nil, placement.Options{}))
		right := []placement.Answer{{Point: kgtest.Node(t, g, "D"), Score: 1}}
		return beliefs(g, placement.New(g, nil, 0, right, placement.Options{}))[code] - before[code]
	}
	needed, alternative := gain("D <- A B\nP: D", "A"), gain("D <- x: A | B\nP: D", "A")
	require.Greater(t, needed, alternative)
	require.Greater(t, alternative, 0.0)
}

func TestSoftEdgesCarryNoInference(t *testing.T) {
	t.Parallel()
	_, g := kgtest.Compile(t, "B <- A\nP: B S T")
	_, soft := kgtest.Compile(t, "B <- A\nB <~ S\nT <~ B\nP: B S T")
	answers := func(g *kg.Graph) []placement.Answer {
		return []placement.Answer{{Point: kgtest.Node(t, g, "B"), Score: 1}}
	}
	want := beliefs(g, placement.New(g, nil, 0, answers(g), placement.Options{}))
	require.InDeltaMapValues(t, want, beliefs(soft, placement.New(soft, nil, 0, answers(soft), placement.Options{})), 1e-9)
}

// An earned point is evidence on its neighbours. It is neither asked nor concluded
// upon.
func TestEarnedMasteryStays(t *testing.T) {
	t.Parallel()
	w, g := kgtest.Compile(t, "B <- A\nC <- B\nD <- A\nP: C D\n@ B=0.9 C=0.4/400d")
	fresh := beliefs(g, placement.New(g, nil, 0, nil, placement.Options{}))
	s := placement.New(g, w.States(g), 0, nil, placement.Options{})
	known := beliefs(g, s)
	require.NotContains(t, known, "B")
	require.Greater(t, known["A"], 0.9)
	require.Greater(t, known["C"], fresh["C"], "with all that it needs, though assessed below")

	s.Answer(placement.Answer{Point: kgtest.Node(t, g, "B")}) // not asked for: changes nothing
	require.Equal(t, known, beliefs(g, s))
	require.Zero(t, s.Asked())
	for p, ok := s.Next(); ok; p, ok = s.Next() {
		require.NotEqual(t, kgtest.Node(t, g, "B"), p)
		s.Answer(placement.Answer{Point: p})
	}
}

// An assessment below what is needed counts like an answer of that score.
func TestEvidenceCountsLikeAnAnswer(t *testing.T) {
	t.Parallel()
	w, g := kgtest.Compile(t, "B <- A\nC <- B\nP: C\n@ B=0.3")
	s := placement.New(g, w.States(g), 0, nil, placement.Options{})
	answered := placement.New(g, nil, 0, []placement.Answer{{Point: kgtest.Node(t, g, "B"), Score: 0.3}}, placement.Options{})
	require.InDeltaMapValues(t, beliefs(g, answered), beliefs(g, s), 1e-9)
	require.Zero(t, s.Asked())

	var inferred []string
	for _, c := range s.Conclusions() {
		if c.Inferred() {
			inferred = append(inferred, g.Code(c.Point))
		}
	}
	require.Equal(t, []string{"A", "C"}, inferred)
}

func TestNothingToAsk(t *testing.T) {
	t.Parallel()
	for _, world := range []string{"P:", "P: A\n@ A=1", "E { }\nP: E"} {
		w, g := kgtest.Compile(t, world)
		s := placement.New(g, w.States(g), 0, []placement.Answer{{Point: 0, Score: 1}}, placement.Options{})
		_, ok := s.Next()
		require.False(t, ok)
		require.Empty(t, s.Conclusions())
	}
}

func TestMoreCertaintyTakesMoreQuestions(t *testing.T) {
	t.Parallel()
	w := kgtest.RandomWorld(1, kgtest.BenchShape(400))
	g := compileClosure(t, w, 100)
	var asked []int
	for _, sure := range []float64{0.6, 0.8, 0.95, 0.99, 1} {
		s := placement.New(g, nil, 0, nil, placement.Options{Certainty: sure})
		all := s.Conclusions()
		for p, ok := s.Next(); ok; p, ok = s.Next() {
			a := placement.Answer{Point: p}
			if p <= all[len(all)/2].Point {
				a.Score = 1
			}
			s.Answer(a)
		}
		asked = append(asked, s.Asked())
		for _, c := range s.Conclusions() {
			require.True(t, c.Asked || max(c.Probability, 1-c.Probability) >= sure-1e-9)
		}
	}
	require.IsNonDecreasing(t, asked)
	require.Less(t, asked[2], 75, "the usual session")
	require.Greater(t, asked[4], 95, "certainty takes nearly all questions")
}

// Several answers on one point are combined, whatever their number and order.
func TestAnswersOnOnePoint(t *testing.T) {
	t.Parallel()
	_, g := kgtest.Compile(t, "B <- A\nC <- B\nP: C")
	after := func(scores ...float64) map[string]float64 {
		var answers []placement.Answer
		for _, score := range scores {
			answers = append(answers, placement.Answer{Point: kgtest.Node(t, g, "B"), Score: score})
		}
		return beliefs(g, placement.New(g, nil, 0, answers, placement.Options{}))
	}
	require.InDeltaMapValues(t, after(1, 1, 1, 1, 1, 1, 0, 0), after(0, 0, 1, 1, 1, 1, 1, 1), 1e-9)
	require.InDeltaMapValues(t, after(), after(0, 0, 0, 0, 0, 1, 1, 1, 1, 1), 1e-9)
	require.Greater(t, after(slices.Repeat([]float64{1}, 1000)...)["B"], 0.99)
	require.Less(t, after(slices.Repeat([]float64{0}, 1000)...)["B"], 0.01)
}

// A session covers all points that a learning path may contain.
func TestSessionsCoverThePendingSet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := kgtest.RandomWorld(rapid.Uint64().Draw(t, "world"), kgtest.RichShape(rapid.IntRange(1, 40).Draw(t, "points")))
		g := w.Compile(t)
		states := w.States(g)
		covered := beliefs(g, placement.New(g, states, 0, nil, placement.Options{}))
		pending := plan.NewPendingSet(g, states, gap.Analyze(g, states, 0, kgtest.Now), nil, nil)
		for i := range pending.Len() {
			require.Contains(t, covered, g.Code(pending.Point(i)), w.Format())
		}
	})
}

// For any answers, a session asks no point twice and ends. Resuming it from its
// answers in another order gives the same session.
func TestSessionsEndAndResume(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := kgtest.RandomWorld(rapid.Uint64Range(0, 1000).Draw(t, "world"), kgtest.RichShape(rapid.IntRange(1, 40).Draw(t, "points")))
		g := w.Compile(t)
		var states []mastery.State
		if rapid.Bool().Draw(t, "assessed") {
			states = w.States(g)
		}
		options := placement.Options{
			Slip: rapid.Float64Range(0, 1).Draw(t, "slip"), Guess: rapid.Float64Range(0, 1).Draw(t, "guess"),
			Certainty: rapid.Float64Range(0, 1).Draw(t, "sure"),
		}
		s := placement.New(g, states, 0, nil, options)
		var answers []placement.Answer
		for p, ok := s.Next(); ok; p, ok = s.Next() {
			if slices.ContainsFunc(answers, func(a placement.Answer) bool { return a.Point == p }) {
				t.Fatalf("%s is asked twice", g.Code(p))
			}
			answers = append(answers, placement.Answer{Point: p, Score: rapid.Float64Range(0, 1).Draw(t, "score")})
			s.Answer(answers[len(answers)-1])

			resumed := placement.New(g, states, 0, rapid.Permutation(answers).Draw(t, "answers"), options)
			require.Equal(t, s.Conclusions(), resumed.Conclusions())
			want, more := s.Next()
			next, again := resumed.Next()
			require.Equal(t, []any{want, more}, []any{next, again})
		}
		require.Equal(t, len(answers), s.Asked())
		for _, c := range s.Conclusions() {
			if c.Probability < 0 || c.Probability > 1 {
				t.Fatalf("%s is known with a chance of %v", g.Code(c.Point), c.Probability)
			}
		}
	})
}
