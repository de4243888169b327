package mastery_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/mastery"
)

// What was held moves by the step of a mastery that was entered at what is current.
func TestHeldInFigures(t *testing.T) {
	entered := func(m float64) mastery.State { return mastery.State{Mastery: m, AssessedAt: start} }
	const after = 1718 // days until half is current of a mastery of 0.9
	for _, c := range []struct {
		why           string
		start         mastery.State
		evidence      []competency.Evidence
		mastery, held float64
	}{
		{"an entered mastery is held", entered(0.8), nil, 0.8, 0.8},
		{"so is what the first result says", mastery.State{}, repeated(1, competency.Exam, 1), 0.877, 0.877},
		{"one right exam at .64", entered(0.64), repeated(1, competency.Exam, 1), 0.876, 0.876},
		{"one right practice answer at .50", entered(0.5), repeated(1, competency.PracticeAnswer, 1), 0.574, 0.574},
		{"a right exam when half is left", entered(0.9), []competency.Evidence{result(competency.Exam, 1, after)}, 0.944, 0.847},
		{"a wrong answer when half is left", entered(0.9), []competency.Evidence{result(competency.PracticeAnswer, 0, after)}, 0.834, 0.426},
		{"a result between the two beliefs", entered(0.9), []competency.Evidence{result(competency.Exam, 0.7, after)}, 0.782, 0.646},
		{"opposite results of one moment", mastery.State{}, []competency.Evidence{result(competency.Exam, 1, 0), {ID: "b", Kind: competency.Exam, KnowledgePoints: []string{"K"}, At: start}}, 0.5, 0.5},
	} {
		t.Run(c.why, func(t *testing.T) {
			s, _ := mastery.Parameters{}.Fold(c.start, c.evidence)
			require.InDelta(t, c.mastery, s.Mastery, 0.0005)
			require.InDelta(t, c.held, s.Current(s.AssessedAt), 0.0005)
		})
	}
}

// Five right answers long ago and a wrong one now left current at .68 and a requirement
// of .7 met.
func TestWrongAnswerMakesNobodyReady(t *testing.T) {
	before := fold(repeated(5, competency.PracticeAnswer, 1)...)
	at := start.Add(1600 * day)
	require.InDelta(t, 0.77, before.Mastery, 0.01)
	require.False(t, before.Meets(0.7, at))
	after := mastery.Parameters{}.Observe(before, result(competency.PracticeAnswer, 0, 1600))
	require.Less(t, after.Current(at), before.Current(at))
	require.False(t, after.Meets(0.7, at))
}

// reference is the rule of the two beliefs as the design words it, for one result at a
// time and with the step by a bisection.
type reference struct {
	mastery, weight, held, stability float64 // days
	at                               time.Time
}

func (r reference) retention(at time.Time) float64 {
	days := max(0, at.Sub(r.at).Hours()/24)
	return 1 / math.Sqrt(1+19.0/81.0*days/r.stability)
}

// step returns where a result takes a belief that rests on so many answers.
func step(belief, weight, score, worth, difficulty float64) float64 {
	logit := func(p float64) float64 { return math.Log(p / (1 - p)) }
	mean := logit(max(0.01, min(0.99, belief)))
	rate := max(0.7, 1/(1+weight/4)) * worth
	low, high := mean-rate-1, mean+rate+1
	for range 200 {
		x := (low + high) / 2
		if x-mean < rate*(score-1/(1+math.Exp(difficulty-x))) {
			low = x
		} else {
			high = x
		}
	}
	moved, expected := 1/(1+math.Exp(-low)), 1/(1+math.Exp(difficulty-mean))
	switch {
	case score > belief && score > expected:
		return max(belief, moved)
	case score < belief && score < expected:
		return min(belief, moved)
	}
	return belief
}

func (r reference) after(e competency.Evidence) reference {
	reliability := mastery.Reliability(e.Kind)
	worth := 4 * reliability / (1 - reliability) / float64(max(1, e.Attempts))
	difficulty := math.Log(max(0.01, min(0.99, *e.Difficulty)) / (1 - max(0.01, min(0.99, *e.Difficulty))))
	if r.at.IsZero() {
		rate := worth // the first step of a level that rests on nothing
		low, high := -rate-1, rate+1
		for range 200 {
			if x := (low + high) / 2; x < rate*(e.Score-1/(1+math.Exp(difficulty-x))) {
				low = x
			} else {
				high = x
			}
		}
		m := 1 / (1 + math.Exp(-low))
		return reference{mastery: m, weight: worth, held: m, stability: 180, at: e.At}
	}
	weight := r.weight
	if weight == 0 {
		weight = 4
	}
	current := r.held * r.retention(e.At)
	out := reference{mastery: step(r.mastery, weight, e.Score, worth, difficulty), weight: weight + worth, stability: r.stability, at: e.At}
	out.held = min(out.mastery, step(current, 4, e.Score, worth, difficulty))
	switch e.Kind {
	case competency.Certificate, competency.Defence, competency.Exam, competency.PracticeAnswer:
		if e.Score < 0.7-1e-9 {
			out.stability = 180
		} else if out.held > current {
			out.stability *= 1 + math.Exp(1.8722)*(11-2.1181)*math.Pow(r.stability, -0.1666)*(math.Exp(0.796*(1-r.retention(e.At)))-1)
		}
	}
	return out
}

// The engine and the reference agree on random sequences of results.
func TestTwoBeliefsAgreeWithAReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want reference
		var got mastery.State
		if rapid.Bool().Draw(t, "entered") {
			m := rapid.Float64Range(0, 1).Draw(t, "mastery")
			got = mastery.State{Mastery: m, AssessedAt: start}
			want = reference{mastery: m, held: m, stability: 180, at: start}
		}
		at := start
		for i := range rapid.IntRange(1, 6).Draw(t, "results") {
			e := drawEvidence(t, fmt.Sprint(i))
			at = at.Add(time.Duration(rapid.IntRange(1, 2000).Draw(t, "days")) * day)
			e.At = at
			got, want = mastery.Parameters{}.Observe(got, e), want.after(e)
			require.InDelta(t, want.mastery, got.Mastery, 1e-9)
			require.InDelta(t, want.held, got.Current(at), 1e-9)
			require.InEpsilon(t, want.stability, got.EffectiveStability().Hours()/24, 1e-9)
		}
	})
}

// A result that is no better than what is current never raises it, then or later, and
// meets no requirement. One that is no worse than the mastery never lowers that. What
// is held never exceeds the mastery.
func TestTwoBeliefs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawState(t)
		if !s.Assessed() {
			return
		}
		at := s.AssessedAt.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "days")) * day)
		require.LessOrEqual(t, s.Current(s.AssessedAt), s.Mastery)
		moment := []competency.Evidence{}
		worst, best := 1.0, 0.0
		for i := range rapid.IntRange(1, 3).Draw(t, "of one moment") {
			e := drawEvidence(t, fmt.Sprint("next ", i))
			if rapid.Bool().Draw(t, "no better") {
				e.Score *= s.Current(at)
			}
			e.At, worst, best = at, min(worst, e.Score), max(best, e.Score)
			moment = append(moment, e)
		}
		after := mastery.Parameters{}.Observe(s, moment...)
		require.LessOrEqual(t, after.Current(at), after.Mastery)
		if worst >= s.Mastery {
			require.GreaterOrEqual(t, after.Mastery, s.Mastery)
		}
		if best > s.Current(at) {
			return
		}
		require.LessOrEqual(t, after.EffectiveStability(), s.EffectiveStability())
		later := at.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "later")) * day)
		require.LessOrEqual(t, after.Current(later), s.Current(later)+1e-12)
		level := rapid.Float64Range(0.05, 1).Draw(t, "level")
		require.False(t, !s.Meets(level, later) && after.Meets(level, later))
	})
}

// Of one moment, a worse result never leads to more than a better one.
func TestMomentIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawState(t)
		at := s.AssessedAt.Add(day)
		if !s.Assessed() {
			at = start
		}
		a, b := drawEvidence(t, "one"), drawEvidence(t, "other")
		a.At, b.At = at, at
		low := mastery.Parameters{}.Observe(s, a, b)
		a.Score = rapid.Float64Range(a.Score, 1).Draw(t, "better")
		high := mastery.Parameters{}.Observe(s, b, a)
		require.GreaterOrEqual(t, high.Mastery, low.Mastery-1e-9)
		require.GreaterOrEqual(t, high.Current(at), low.Current(at)-1e-9)
	})
}

// A stored track comes back as it was; one from before held was stored has held what it
// masters.
func TestTrackFormat(t *testing.T) {
	track := mastery.SetAssessed(mastery.State{Point: 1, Mastery: 0.9, AssessedAt: start})
	track = mastery.Parameters{}.Apply(track, result(competency.Exam, 0.5, 2000))
	state := mastery.State{Point: 1, Mastery: track.Mastery, AssessedAt: track.AssessedAt}
	require.Equal(t, track, mastery.DecodeTrack(state, track.Encode()))
	require.Less(t, track.Held, track.Mastery)

	former := track.Encode()
	former = append([]float64{1}, former[1:len(former)-1]...)
	got := mastery.DecodeTrack(state, former)
	require.Equal(t, track.Mastery, got.Current(track.AssessedAt))
	require.Equal(t, track.Results, got.Results)
	require.Equal(t, track.Entered, got.Entered, "what was entered stays known")
}
