package mastery_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/mastery"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// result is a result on one point, so many days after the start.
func result(kind competency.EvidenceKind, score float64, days int) competency.Evidence {
	return competency.Evidence{
		ID: fmt.Sprintf("%s-%d", kind, days), Kind: kind, Score: score, KnowledgePoints: []string{"K"}, At: start.Add(time.Duration(days) * day),
	}
}

// repeated is the same result day after day.
func repeated(n int, kind competency.EvidenceKind, score float64) (all []competency.Evidence) {
	for i := range n {
		all = append(all, result(kind, score, i))
	}
	return all
}

func fold(evidence ...competency.Evidence) mastery.State {
	s, _ := mastery.Parameters{}.Fold(mastery.State{Point: 7}, evidence)
	return s
}

// The effect of results in figures that people can judge. The levels of requirements
// are 0.3, 0.5, 0.7, 0.85 and 0.95; 0.7 opens what comes after.
func TestFoldInFigures(t *testing.T) {
	entered := func(m float64) mastery.State { return mastery.State{Point: 7, Mastery: m, AssessedAt: start} }
	hard, easy := result(competency.PracticeAnswer, 1, 1), result(competency.PracticeAnswer, 1, 1)
	hard.Difficulty, easy.Difficulty = new(0.8808), new(0.1192)
	shared := result(competency.Exam, 1, 1)
	shared.KnowledgePoints = []string{"K", "L", "M"}
	third := result(competency.Exam, 1, 1)
	third.Attempts = 3
	collapse := result(competency.Defence, 0, 1) // where Newton's method oscillates
	collapse.Difficulty = new(0.0601)
	for _, c := range []struct {
		why        string
		start      mastery.State
		evidence   []competency.Evidence
		mastery    float64
		confidence float64
	}{
		{"a certificate", mastery.State{}, repeated(1, competency.Certificate, 1), 0.902, 0.85},
		{"a defence", mastery.State{}, repeated(1, competency.Defence, 1), 0.902, 0.85},
		{"an exam without a fault", mastery.State{}, repeated(1, competency.Exam, 1), 0.877, 0.80},
		{"an exam of 80%", mastery.State{}, repeated(1, competency.Exam, 0.8), 0.736, 0.80},
		{"an exam of 60%", mastery.State{}, repeated(1, competency.Exam, 0.6), 0.580, 0.80},
		{"three exams of 80%", mastery.State{}, repeated(3, competency.Exam, 0.8), 0.793, 0.923},
		{"a failed exam", mastery.State{}, repeated(1, competency.Exam, 0), 0.123, 0.80},
		{"full marks after a failed exam", mastery.State{}, []competency.Evidence{result(competency.Exam, 0, 0), result(competency.Exam, 1, 9)}, 0.734, 0.889},
		{"a failed exam after full marks", mastery.State{}, []competency.Evidence{result(competency.Exam, 1, 0), result(competency.Exam, 0, 9)}, 0.266, 0.889},
		{"the supervisor's 80%", mastery.State{}, repeated(1, competency.SupervisorRating, 0.8), 0.654, 0.52},
		{"a peer's 80%", mastery.State{}, repeated(1, competency.PeerRating, 0.8), 0.624, 0.42},
		{"a course gone through", mastery.State{}, repeated(1, competency.CourseCompletion, 1), 0.661, 0.33},
		{"one right answer", mastery.State{}, repeated(1, competency.PracticeAnswer, 1), 0.599, 0.20},
		{"three right answers", mastery.State{}, repeated(3, competency.PracticeAnswer, 1), 0.706, 0.429},
		{"ten right answers", mastery.State{}, repeated(10, competency.PracticeAnswer, 1), 0.860, 0.714},
		{"a hundred right answers", mastery.State{}, repeated(100, competency.PracticeAnswer, 1), 0.985, 0.962},
		{"one wrong answer", mastery.State{}, repeated(1, competency.PracticeAnswer, 0), 0.401, 0.20},
		{"full marks for oneself", mastery.State{}, repeated(1, competency.SelfAssessment, 1), 0.545, 0.09},
		{"a right answer to a hard item", mastery.State{}, []competency.Evidence{hard}, 0.684, 0.20},
		{"a right answer to an easy item", mastery.State{}, []competency.Evidence{easy}, 0.527, 0.20},
		{"an exam on three points", mastery.State{}, []competency.Evidence{shared}, 0.772, 0.571},
		{"an exam passed at the third attempt", mastery.State{}, []competency.Evidence{third}, 0.772, 0.571},
		{"a defence of easy things that failed", mastery.State{}, []competency.Evidence{result(competency.Exam, 0.7, 0), collapse}, 0.024, 0.906},
		{"an entered mastery stands", entered(0.8), nil, 0.8, 0.5},
		{"an exam confirms it", entered(0.8), repeated(1, competency.Exam, 0.8), 0.8, 0.833},
		{"an exam contradicts it", entered(0.8), repeated(1, competency.Exam, 0.4), 0.518, 0.833},
		{"and lifts it", entered(0.3), repeated(1, competency.Exam, 0.9), 0.734, 0.833},
		{"a success never lowers an entered mastery", entered(1), repeated(1, competency.PracticeAnswer, 1), 1, 0.556},
		{"a failure lowers it even from certainty", entered(1), repeated(1, competency.Exam, 0.5), 0.791, 0.833},
		{"a failure never lifts one", entered(0), repeated(1, competency.PracticeAnswer, 0), 0, 0.556},
		{"no evidence is no mastery, and not zero", mastery.State{}, nil, 0, 0},
	} {
		t.Run(c.why, func(t *testing.T) {
			s, effects := mastery.Parameters{}.Fold(c.start, c.evidence)
			require.InDelta(t, c.mastery, s.Mastery, 0.0005)
			require.InDelta(t, c.confidence, s.Confidence(), 0.0005)
			require.Len(t, effects, len(c.evidence))
			require.Equal(t, c.start.Assessed() || len(c.evidence) > 0, s.Assessed())
			require.Equal(t, c.start.Point, s.Point)
		})
	}
}

// The confidence after one result is the reliability of its kind.
func TestConfidenceOfOneResult(t *testing.T) {
	for _, kind := range competency.EvidenceKinds {
		require.Positive(t, mastery.Reliability(kind.Value), "%s has no reliability", kind.Value)
		require.InDelta(t, mastery.Reliability(kind.Value), fold(result(kind.Value, 1, 0)).Confidence(), 1e-9)
	}
	require.Zero(t, mastery.Reliability("RUMOUR"))
}

func TestItemDifficulty(t *testing.T) {
	p := mastery.Parameters{Difficulties: map[string]float64{"hard": 2}}
	e := result(competency.PracticeAnswer, 1, 0)
	average := p.Observe(mastery.State{}, e)
	e.Item = "hard"
	hard := p.Observe(mastery.State{}, e)
	require.Greater(t, hard.Mastery, average.Mastery)
	e.Difficulty = new(0.5)
	require.Equal(t, average, p.Observe(mastery.State{}, e), "the difficulty of the evidence takes precedence")
}

var kinds = []competency.EvidenceKind{
	competency.Exam, competency.PracticeAnswer, competency.CourseCompletion, competency.SupervisorRating, competency.PeerRating,
	competency.Defence, competency.Certificate, competency.SelfAssessment,
}

func drawEvidence(t *rapid.T, label string) competency.Evidence {
	e := result(rapid.SampledFrom(kinds).Draw(t, label+" kind"), rapid.Float64Range(0, 1).Draw(t, label+" score"), rapid.IntRange(0, 900).Draw(t, label+" day"))
	e.ID = rapid.StringMatching("[a-z]{6}").Draw(t, label+" id")
	e.Difficulty = new(rapid.Float64Range(0, 1).Draw(t, label+" difficulty"))
	e.Attempts = rapid.IntRange(0, 4).Draw(t, label+" attempts")
	return e
}

func drawState(t *rapid.T) mastery.State {
	s := mastery.State{Point: 3}
	if rapid.Bool().Draw(t, "entered") {
		s.Mastery, s.AssessedAt = rapid.Float64Range(0, 1).Draw(t, "mastery"), start.Add(-day)
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "results") {
		e := drawEvidence(t, fmt.Sprint(i))
		e.At = s.AssessedAt.Add(time.Duration(rapid.IntRange(1, 900).Draw(t, "days")) * day)
		if !s.Assessed() {
			e.At = start
		}
		s = mastery.Parameters{}.Observe(s, e)
	}
	return s
}

// A better score never gives a lower mastery. A more reliable result moves it further
// in the same direction. A result never moves it past its own score.
func TestObserveIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, e := drawState(t), drawEvidence(t, "next")
		e.At = s.AssessedAt.Add(day)
		after := mastery.Parameters{}.Observe(s, e)
		require.True(t, after.Mastery >= 0 && after.Mastery <= 1)
		require.Greater(t, after.Confidence(), s.Confidence())
		require.GreaterOrEqual(t, after.Stability, mastery.Stability)

		better := e
		better.Score = rapid.Float64Range(e.Score, 1).Draw(t, "better")
		require.GreaterOrEqual(t, mastery.Parameters{}.Observe(s, better).Mastery, after.Mastery-1e-9)

		if !s.Assessed() {
			s.Mastery = 0.5
		}
		surer := e
		surer.Kind = rapid.SampledFrom(kinds).Draw(t, "other kind")
		if mastery.Reliability(surer.Kind) < mastery.Reliability(e.Kind) {
			return
		}
		further := mastery.Parameters{}.Observe(s, surer).Mastery - s.Mastery
		moved := after.Mastery - s.Mastery
		require.GreaterOrEqual(t, math.Abs(further), math.Abs(moved)-1e-9)
		require.GreaterOrEqual(t, further*moved, -1e-9, "the same way")

		e.Difficulty = nil
		s.Mastery = max(0.01, min(0.99, s.Mastery))
		plain := mastery.Parameters{}.Observe(s, e).Mastery
		require.True(t, plain >= min(s.Mastery, e.Score)-1e-9 && plain <= max(s.Mastery, e.Score)+1e-9)
	})
}

// The state depends on the set of evidence alone, not on its order or repetition.
// Folding results one by one gives the same state.
func TestFoldIgnoresOrderAndRepetition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var evidence []competency.Evidence
		ids := map[string]bool{}
		for i := range rapid.IntRange(0, 8).Draw(t, "n") {
			e := drawEvidence(t, fmt.Sprint(i))
			if !ids[e.ID] {
				evidence = append(evidence, e)
			}
			ids[e.ID] = true
		}
		from := mastery.State{Point: 3}
		if rapid.Bool().Draw(t, "entered") {
			from.Mastery, from.AssessedAt = 0.6, start.Add(300*day)
		}
		want, effects := mastery.Parameters{}.Fold(from, evidence)
		arrived := rapid.Permutation(append(evidence, evidence...)).Draw(t, "arrived")
		_, sameIDs := mastery.Parameters{}.Fold(from, withIDs(evidence, rapid.Permutation(idsOf(evidence)).Draw(t, "ids")))
		require.Equal(t, statesAfter(effects), statesAfter(sameIDs), "whatever the ids")
		got, again := mastery.Parameters{}.Fold(from, arrived)
		require.Equal(t, want, got)
		require.Equal(t, effects, again)

		s := from
		for len(effects) > 0 {
			n := effects[0].Together
			var moment []competency.Evidence
			for _, e := range effects[:n] {
				require.Equal(t, s, e.Before)
				require.False(t, e.At.Before(from.AssessedAt), "an entered mastery supersedes what was before it")
				moment = append(moment, e.Evidence)
			}
			s = mastery.Parameters{}.Observe(s, moment...)
			for _, e := range effects[:n] {
				require.Equal(t, s, e.After)
			}
			effects = effects[n:]
		}
		require.Equal(t, want, s)
	})
}

func idsOf(list []competency.Evidence) (ids []string) {
	for _, e := range list {
		ids = append(ids, e.ID)
	}
	return ids
}

func withIDs(list []competency.Evidence, ids []string) []competency.Evidence {
	list = slices.Clone(list)
	for i := range list {
		list[i].ID = ids[i]
	}
	return list
}

func statesAfter(effects []mastery.Effect) (states []mastery.State) {
	for _, e := range effects {
		states = append(states, e.After)
	}
	return states
}

// Folding all other results retracts a result without a trace.
func TestRetraction(t *testing.T) {
	kept := repeated(4, competency.PracticeAnswer, 1)
	wrong := result(competency.Exam, 0, 2)
	require.Less(t, fold(append(kept, wrong)...).Mastery, fold(kept...).Mastery)
	with := append([]competency.Evidence{kept[0], kept[1], wrong}, kept[2:]...)
	require.Equal(t, fold(kept...), fold(append(with[:2], with[3:]...)...))
}

func TestEffectText(t *testing.T) {
	_, effects := mastery.Parameters{}.Fold(mastery.State{}, []competency.Evidence{
		result(competency.SelfAssessment, 0.9, 0), result(competency.Exam, 0.8, 31),
	})
	require.Equal(t, "self assessment of 2026-01-01, score 90%: mastery 53.5%, the first evidence", effects[0].Text().EN)
	require.Equal(t, "exam of 2026-02-01, score 80%: mastery 53.5% → 73.8%", effects[1].Text().EN)
	require.Equal(t, "考试（2026-02-01）得分 80%：掌握度 53.5% → 73.8%", effects[1].Text().ZH)

	_, effects = mastery.Parameters{}.Fold(mastery.State{}, []competency.Evidence{
		result(competency.Exam, 1, 0), result(competency.SelfAssessment, 0.9, 0),
	})
	require.Equal(t, "exam of 2026-01-01, score 100%: mastery 87.7%, the first evidence, with 1 more of the same moment", effects[0].Text().EN)
	require.Equal(t, effects[0].After, effects[1].After)
}

// A success after some time makes a mastery fade more slowly; at once it does not. A
// failure resets the stability.
func TestStability(t *testing.T) {
	days := func(evidence ...competency.Evidence) float64 { return fold(evidence...).Stability.Hours() / 24 }
	exam := func(score float64, day int) competency.Evidence { return result(competency.Exam, score, day) }
	for _, c := range []struct {
		why      string
		evidence []competency.Evidence
		days     float64
	}{
		{"the first", []competency.Evidence{exam(0.9, 0)}, 180},
		{"after half a year", []competency.Evidence{exam(0.9, 0), exam(0.9, 180)}, 542.6},
		{"the next day", []competency.Evidence{exam(0.9, 0), exam(0.9, 1)}, 182.5},
		{"at the same time", []competency.Evidence{exam(0.9, 0), {ID: "x", Kind: competency.PracticeAnswer, Score: 1, KnowledgePoints: []string{"K"}, At: start}}, 180},
		{"a rating shows nothing", []competency.Evidence{exam(0.9, 0), result(competency.SupervisorRating, 1, 180)}, 180},
		{"a failure", []competency.Evidence{exam(0.9, 0), exam(0.9, 180), exam(0.4, 400)}, 180},
		{"three, each when nine tenths are left", []competency.Evidence{exam(0.9, 0), exam(0.9, 180), exam(0.9, 723)}, 1452.7},
	} {
		t.Run(c.why, func(t *testing.T) { require.InDelta(t, c.days, days(c.evidence...), 1) })
	}
	entered, _ := mastery.Parameters{}.Fold(mastery.State{Mastery: 0.8, AssessedAt: start}, []competency.Evidence{exam(0.9, 180)})
	require.InDelta(t, 542.6, entered.Stability.Hours()/24, 1, "an entered mastery has the stability of all")
}

// Mastery depends on the evidence alone, not on the time between results.
func TestTimeDoesNotChangeMastery(t *testing.T) {
	soon := fold(result(competency.Exam, 1, 0), result(competency.SupervisorRating, 0.9, 1))
	late := fold(result(competency.Exam, 1, 0), result(competency.SupervisorRating, 0.9, 3000))
	require.InDelta(t, soon.Mastery, late.Mastery, 1e-12)
}

func TestDue(t *testing.T) {
	s := mastery.State{Mastery: 0.8, AssessedAt: now}
	due, ok := s.DueAt(0.8)
	require.True(t, ok)
	require.WithinDuration(t, now.Add(180*day), due, time.Second, "what just reaches the level is due after one stability")
	require.InDelta(t, 0.72, s.Current(due), 1e-9)
	require.True(t, s.Meets(0.8, due))
	require.False(t, s.Meets(0.8, due.Add(time.Hour)))

	s.Stability = 360 * day
	due, _ = s.DueAt(0.8)
	require.WithinDuration(t, now.Add(360*day), due, time.Second)

	s.Held = 0.5
	due, ok = s.DueAt(0.8)
	require.True(t, ok, "a review is enough, as the mastery reaches it")
	require.Equal(t, now, due, "never before the last evidence")
	require.False(t, s.Meets(0.8, now))
	due, _ = s.DueAt(0.5)
	require.WithinDuration(t, now.Add(360*day), due, time.Second)

	_, ok = s.DueAt(0.81)
	require.False(t, ok, "a review is not enough")
	_, ok = mastery.State{}.DueAt(0.3)
	require.False(t, ok, "nothing is known")
	due, ok = s.DueAt(1e-300)
	require.True(t, ok)
	require.True(t, due.After(now.Add(100*365*day)), "hardly ever")
}
