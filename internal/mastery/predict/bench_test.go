package predict

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/mastery"
)

// assistments reads a part of the log of ASSISTments 2009 from $ZHITU_DATA, or
// of the data beside the repository.
func assistments(t testing.TB, part string) []Answer {
	t.Helper()
	path := filepath.Join(cmp.Or(os.Getenv("ZHITU_DATA"), "../../../../shared/data"), "assistments09", part+".tsv.gz")
	file, err := os.Open(path)
	if err != nil {
		t.Skipf("no log of answers to measure with, set ZHITU_DATA: %v", err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	require.NoError(t, err)
	lines := bufio.NewScanner(unpacked)
	lines.Scan() // user_id item_id timestamp correct skill_id
	var log []Answer
	for lines.Scan() {
		cells := strings.Split(lines.Text(), "\t")
		log = append(log, Answer{Learner: cells[0], Item: cells[1], Points: cells[4:5], Correct: cells[3] == "1"})
	}
	require.NoError(t, lines.Err())
	return log
}

// The figures of docs/adaptive.md.
func TestAccuracyOnASSISTments(t *testing.T) {
	if testing.Short() {
		t.Skip("replays whole logs with two models")
	}
	train, test := assistments(t, "train"), assistments(t, "test")
	for _, c := range []struct {
		name               string
		make               func() Model
		untrained, trained float64
	}{
		{"interpretable", func() Model { return NewElo() }, 0.72, 0.76},
		{"regression", func() Model { return NewPredictor() }, 0.745, 0.78},
	} {
		auc, ok := AUC(test, Replay(test, c.make()))
		require.True(t, ok)
		require.Greater(t, auc, c.untrained, c.name)

		model := c.make()
		Replay(train, model)
		model.ForgetLearners()
		auc, _ = AUC(test, Replay(test, model))
		require.Greater(t, auc, c.trained, c.name)
	}
}

// BenchmarkModels prints the table of docs/adaptive.md.
func BenchmarkModels(b *testing.B) {
	train, test := assistments(b, "train"), assistments(b, "test")
	for b.Loop() {
		fmt.Printf("ASSISTments 2009, test part: %d answers of people who are not in the training part (%d answers)\n", len(test), len(train))
		fmt.Printf("%-44s %9s %9s %9s %9s %9s\n", "", "untrained", "log-loss", "trained", "log-loss", "µs/answer")
		for _, c := range []struct {
			name string
			make func() Model
		}{
			{"BKT", func() Model { return &bkt{} }},
			{"BKT with forgetting", func() Model { return &bkt{forgets: true} }},
			{"PFA", func() Model { return newPFA() }},
			{"Elo, constant steps, one level a person", func() Model { return newPlainElo() }},
			{"State of the point alone, what gates", func() Model { return newStateModel() }},
			{"levels added (--interpretable)", func() Model { return NewElo() }},
			{"regression on the levels (the model)", func() Model { return NewPredictor() }},
			{"  the same, frozen after training", func() Model { return &frozenModel{Predictor: NewPredictor()} }},
		} {
			untrained := Replay(test, c.make())
			model := c.make()
			if m, ok := model.(interface{ fit([]Answer) }); ok {
				m.fit(train)
			} else {
				Replay(train, model)
			}
			model.ForgetLearners()
			if m, ok := model.(*frozenModel); ok {
				m.frozen = true
			}
			start := time.Now()
			trained := Replay(test, model)
			took := time.Since(start)
			auc := func(predicted []float64) float64 { a, _ := AUC(test, predicted); return a }
			fmt.Printf("%-44s %9.4f %9.4f %9.4f %9.4f %9.1f\n", c.name, auc(untrained), LogLoss(test, untrained),
				auc(trained), LogLoss(test, trained), float64(took.Microseconds())/float64(len(test)))
		}
		fmt.Println("published, trained and then frozen: IRT .69, PFA .72, DKT .75, SAKT .75, Best-LR .77")
	}
}

// bkt is Bayesian knowledge tracing (Corbett and Anderson 1995): a point is known
// or not. The parameters of each point are fitted by grid search (Baker and others
// 2010); an untrained point has defaults.
type bkt struct {
	forgets bool
	fitted  map[string]hiddenMarkov
	known   map[[2]string]float64
}

// hiddenMarkov holds the probabilities of a hidden Markov model. They are those of
// initial knowledge, of learning and forgetting between answers, of slip and guess.
type hiddenMarkov struct{ first, learn, forget, slip, guess float64 }

func (h hiddenMarkov) observe(known float64, correct bool) (p, after float64) {
	p = known*(1-h.slip) + (1-known)*h.guess
	if correct {
		known *= (1 - h.slip) / p
	} else {
		known *= h.slip / (1 - p)
	}
	return p, known*(1-h.forget) + (1-known)*h.learn
}

func (m *bkt) ForgetLearners() { m.known = nil }

func (m *bkt) Observe(a Answer) float64 {
	if m.known == nil {
		m.known = map[[2]string]float64{}
	}
	h, ok := m.fitted[a.Points[0]]
	if !ok {
		h = hiddenMarkov{0.5, 0.1, 0, 0.1, 0.25}
		if m.forgets {
			h.forget = 0.02
		}
	}
	key := [2]string{a.Learner, a.Points[0]}
	known, ok := m.known[key]
	if !ok {
		known = h.first
	}
	p, known := h.observe(known, a.Correct)
	m.known[key] = known
	return p
}

func (m *bkt) fit(train []Answer) {
	answers := map[string]map[string][]bool{}
	for _, a := range train {
		if answers[a.Points[0]] == nil {
			answers[a.Points[0]] = map[string][]bool{}
		}
		answers[a.Points[0]][a.Learner] = append(answers[a.Points[0]][a.Learner], a.Correct)
	}
	forget := []float64{0}
	if m.forgets {
		forget = []float64{0.005, 0.02, 0.05, 0.1, 0.2}
	}
	m.fitted = map[string]hiddenMarkov{}
	for point, people := range answers {
		best := math.Inf(1)
		for _, h := range parameterGrid(forget) {
			loss := 0.0
			for _, sequence := range people {
				known, p := h.first, 0.0
				for _, correct := range sequence {
					p, known = h.observe(known, correct)
					if correct {
						p = 1 - p
					}
					loss += p * p
				}
			}
			if loss < best {
				best, m.fitted[point] = loss, h
			}
		}
	}
}

func parameterGrid(forget []float64) (all []hiddenMarkov) {
	for _, first := range []float64{0.1, 0.3, 0.5, 0.7, 0.9} {
		for _, learn := range []float64{0.01, 0.05, 0.1, 0.2, 0.4} {
			for _, slip := range []float64{0.05, 0.1, 0.2, 0.3} {
				for _, guess := range []float64{0.1, 0.2, 0.3, 0.4} {
					for _, f := range forget {
						all = append(all, hiddenMarkov{first, learn, f, slip, guess})
					}
				}
			}
		}
	}
	return all
}

// pfa is performance factors analysis (Pavlik, Cen and Koedinger 2009). Each point has
// an ease, and weights of its right and wrong answers so far.
type pfa struct {
	points map[string]*regression
	counts map[[2]string][2]float64
}

func newPFA() *pfa { return &pfa{points: map[string]*regression{}, counts: map[[2]string][2]float64{}} }

func (m *pfa) ForgetLearners() { clear(m.counts) }

func (m *pfa) Observe(a Answer) float64 {
	r := m.points[a.Points[0]]
	if r == nil {
		r = newRegression(make([]float64, 3), 1)
		m.points[a.Points[0]] = r
	}
	key := [2]string{a.Learner, a.Points[0]}
	n := m.counts[key]
	x := []float64{1, n[0] / 10, n[1] / 10}
	p := mastery.Sigmoid(r.logOdds(x))
	r.learn(x, p, a.score())
	if a.Correct {
		n[0]++
	} else {
		n[1]++
	}
	m.counts[key] = n
	return p
}

// plainElo is Elo as in chess: a person and an item move by the same constant step.
type plainElo struct{ people, items map[string]float64 }

func newPlainElo() *plainElo { return &plainElo{map[string]float64{}, map[string]float64{}} }

func (m *plainElo) ForgetLearners() { clear(m.people) }

func (m *plainElo) Observe(a Answer) float64 {
	const step = 0.2
	p := mastery.Sigmoid(m.people[a.Learner] + m.items[a.Item])
	m.people[a.Learner] += step * (a.score() - p)
	m.items[a.Item] += step * (a.score() - p)
	return p
}

// stateModel predicts by the State of the point alone, which is what gates. The
// ease of items and points comes from an Elo.
type stateModel struct {
	*Elo
	states map[[2]string]mastery.State
}

func newStateModel() *stateModel { return &stateModel{NewElo(), map[[2]string]mastery.State{}} }

func (m *stateModel) ForgetLearners() {
	m.Elo.ForgetLearners()
	clear(m.states)
}

func (m *stateModel) Observe(a Answer) float64 {
	f := m.features(a)
	key := [2]string{a.Learner, a.Points[0]}
	s := m.states[key]
	level := 0.0
	if s.Assessed() {
		level = math.Log(s.Mastery / (1 - s.Mastery))
	}
	p := mastery.Sigmoid(level + f.ease)
	m.states[key] = mastery.Parameters{}.Observe(s, competency.Evidence{
		Kind: competency.PracticeAnswer, Score: a.score(), KnowledgePoints: a.Points, At: time.Unix(1, 0), Difficulty: new(mastery.Sigmoid(-f.ease)),
	})
	m.learn(a, f)
	return p
}

// frozenModel stops learning items, points and weights once it is frozen. The
// published models were measured like that.
type frozenModel struct {
	*Predictor
	frozen bool
}

func (m *frozenModel) Observe(a Answer) float64 {
	if !m.frozen {
		return m.Predictor.Observe(a)
	}
	e, point := m.elo, a.Points[0]
	overall, item, subject := e.overall, e.items[a.Item], e.points[point]
	weights, varying := m.weights, m.points[point]
	m.weights = weights.clone()
	if varying != nil {
		m.points[point] = varying.clone()
	}
	p := m.Predictor.Observe(a)
	e.overall, e.items[a.Item], e.points[point] = overall, item, subject
	m.weights = weights
	if varying != nil {
		m.points[point] = varying
	}
	return p
}

func (r *regression) clone() *regression {
	return &regression{append([]float64(nil), r.mean...), append([]float64(nil), r.covariance...), append([]float64(nil), r.gain...)}
}
