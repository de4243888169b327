package predict_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/mastery/predict"
)

func models() map[string]func() predict.Model {
	return map[string]func() predict.Model{
		"levels":     func() predict.Model { return predict.NewElo() },
		"regression": func() predict.Model { return predict.NewPredictor() },
	}
}

// simulatedLog returns a log with the true probabilities of its answers. People of
// different ability answer items of different difficulty on ten points. They get
// better on a point by answering.
func simulatedLog(people, answers int) (log []predict.Answer, truth []float64) {
	random := rand.New(rand.NewPCG(1, 2))
	difficulty := make([]float64, 200)
	for i := range difficulty {
		difficulty[i] = random.NormFloat64()
	}
	for u := range people {
		ability := random.NormFloat64()
		learned := map[int]float64{}
		for at := range answers {
			item := random.IntN(len(difficulty))
			point := item % 10
			p := 1 / (1 + math.Exp(difficulty[item]-ability-learned[point]))
			learned[point] += 0.1
			truth = append(truth, p)
			log = append(log, predict.Answer{
				Learner: fmt.Sprint("员工", u), Item: fmt.Sprint("题", item), Points: []string{fmt.Sprint("知识点", point)},
				At: float64(at), Correct: random.Float64() < p,
			})
		}
	}
	return log, truth
}

// A prediction does not depend on its answer, nor on later ones.
func TestPredictionsDoNotUseTheFuture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) predict.Answer {
			id := rapid.IntRange(0, 3)
			return predict.Answer{
				Learner: fmt.Sprint(id.Draw(t, "learner")), Item: fmt.Sprint(id.Draw(t, "item")),
				Points: rapid.SampledFrom([][]string{nil, {"a"}, {"b"}, {"a", "b"}}).Draw(t, "points"),
				At:     float64(rapid.IntRange(0, 3).Draw(t, "at")), Correct: rapid.Bool().Draw(t, "correct"),
			}
		}), 1, 30).Draw(t, "log")
		i := rapid.IntRange(0, len(log)-1).Draw(t, "i")
		other := append([]predict.Answer(nil), log...)
		for j := range other {
			if other[j].At > log[i].At || other[j].At == log[i].At && j >= i {
				other[j].Correct = !other[j].Correct
			}
		}
		for name, make := range models() {
			before, after := predict.Replay(log, make()), predict.Replay(other, make())
			require.Equal(t, before[i], after[i], name)
			for _, p := range before {
				require.True(t, p > 0 && p < 1, name)
			}
		}
	})
}

// On a simulated log the best possible predictions are known. The models come
// close to them, and closer after training on another log of the same items.
func TestModelsLearn(t *testing.T) {
	log, truth := simulatedLog(400, 60)
	best, _ := predict.AUC(log, truth)
	half := len(log) / 2
	for name, make := range models() {
		m := make()
		predicted := predict.Replay(log[:half], m)
		untrained, _ := predict.AUC(log[:half], predicted)
		m.ForgetLearners()
		predicted = predict.Replay(log[half:], m)
		trained, _ := predict.AUC(log[half:], predicted)
		require.Greater(t, untrained, best-0.07, name)
		require.Greater(t, trained, best-0.04, name)
		require.Greater(t, trained, untrained+0.01, name)
		require.Less(t, predict.LogLoss(log[half:], predicted), predict.LogLoss(log[half:], truth[half:])+0.05, name)
	}
}

// Predictions stay probabilities on degenerate logs too.
func TestModelsOnDegenerateLogs(t *testing.T) {
	plain, _ := simulatedLog(60, 50)
	change := func(f func(i int, a *predict.Answer)) []predict.Answer {
		log := append([]predict.Answer(nil), plain...)
		for i := range log {
			f(i, &log[i])
		}
		return log
	}
	for name, log := range map[string][]predict.Answer{
		"every item once":  change(func(i int, a *predict.Answer) { a.Item = fmt.Sprint(i) }),
		"one item":         change(func(_ int, a *predict.Answer) { a.Item = "x" }),
		"one point":        change(func(_ int, a *predict.Answer) { a.Points = []string{"x"} }),
		"no points":        change(func(_ int, a *predict.Answer) { a.Points = nil }),
		"several points":   change(func(_ int, a *predict.Answer) { a.Points = []string{a.Points[0], "x", "y"} }),
		"one person":       change(func(_ int, a *predict.Answer) { a.Learner = "x" }),
		"each person once": change(func(i int, a *predict.Answer) { a.Learner = fmt.Sprint(i) }),
		"no times":         change(func(_ int, a *predict.Answer) { a.At = 0 }),
		"milliseconds":     change(func(i int, a *predict.Answer) { a.At = 1.7e12 + float64(i)*3600e3 }),
		"extreme times":    change(func(i int, a *predict.Answer) { a.At = 1e18 * float64(i%3-1) }),
		"all right":        change(func(_ int, a *predict.Answer) { a.Correct = true }),
		"all wrong":        change(func(_ int, a *predict.Answer) { a.Correct = false }),
		"alternating":      change(func(i int, a *predict.Answer) { a.Correct = i%2 == 0 }),
	} {
		for which, make := range models() {
			predicted := predict.Replay(log, make())
			loss := predict.LogLoss(log, predicted)
			require.Less(t, loss, 0.76, "%s, %s: hardly worse than even odds", name, which)
			require.False(t, math.IsNaN(loss))
			_, ok := predict.AUC(log, predicted)
			require.Equal(t, name != "all right" && name != "all wrong", ok)
		}
	}
}

func TestParametersTellHardFromEasyItems(t *testing.T) {
	m := predict.NewPredictor()
	var log []predict.Answer
	for i := range 200 {
		for item, correct := range map[string]bool{"hard": i%10 == 0, "easy": i%10 != 0} {
			log = append(log, predict.Answer{Learner: fmt.Sprint(i), Item: item, Points: []string{"K"}, Correct: correct})
		}
	}
	predict.Replay(log, m)
	d := m.Parameters().Difficulties
	require.Greater(t, d["hard"], 0.8)
	require.Less(t, d["easy"], -0.8)
}

func TestAUC(t *testing.T) {
	for _, c := range []struct {
		why       string
		correct   string
		predicted []float64
		want      float64
	}{
		{"in order", "0011", []float64{0.1, 0.2, 0.3, 0.4}, 1},
		{"in reverse order", "1100", []float64{0.1, 0.2, 0.3, 0.4}, 0},
		{"one pair of four is wrong", "0101", []float64{0.1, 0.2, 0.3, 0.4}, 0.75},
		{"ties count half", "01", []float64{0.5, 0.5}, 0.5},
		{"a tie among others", "0101", []float64{0.1, 0.3, 0.3, 0.4}, 0.875},
	} {
		var log []predict.Answer
		for _, r := range c.correct {
			log = append(log, predict.Answer{Correct: r == '1'})
		}
		got, ok := predict.AUC(log, c.predicted)
		require.True(t, ok)
		require.InDelta(t, c.want, got, 1e-12, c.why)
	}
	_, ok := predict.AUC([]predict.Answer{{Correct: true}}, []float64{0.5})
	require.False(t, ok)
}

// The definition of AUC, counted pair by pair.
func TestAUCIsTheShareOfPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "n")
		log, predicted := make([]predict.Answer, n), make([]float64, n)
		for i := range n {
			log[i].Correct = rapid.Bool().Draw(t, "correct")
			predicted[i] = float64(rapid.IntRange(0, 9).Draw(t, "p")) / 10
		}
		var won, pairs float64
		for i := range n {
			for j := range n {
				if log[i].Correct && !log[j].Correct {
					pairs++
					switch {
					case predicted[i] > predicted[j]:
						won++
					case predicted[i] == predicted[j]:
						won += 0.5
					}
				}
			}
		}
		got, ok := predict.AUC(log, predicted)
		require.Equal(t, pairs > 0, ok)
		if ok {
			require.InDelta(t, won/pairs, got, 1e-12)
		}
	})
}

func TestLogLoss(t *testing.T) {
	log := []predict.Answer{{Correct: true}, {Correct: false}}
	require.InDelta(t, math.Ln2, predict.LogLoss(log, []float64{0.5, 0.5}), 1e-12)
	require.InDelta(t, -math.Log(0.8), predict.LogLoss(log, []float64{0.8, 0.2}), 1e-12)
	require.False(t, math.IsInf(predict.LogLoss(log, []float64{0, 1}), 0))
}
