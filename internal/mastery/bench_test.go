package mastery

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
)

// assistments reads a part of the log of ASSISTments 2009 from $ZHITU_DATA, or
// of the data beside the repository.
func assistments(t testing.TB, part string) []Answer {
	t.Helper()
	path := filepath.Join(cmp.Or(os.Getenv("ZHITU_DATA"), "../../../shared/data"), "assistments09", part+".tsv.gz")
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

// The figures that docs/adaptive.md promises.
func TestHowGoodTheModelIs(t *testing.T) {
	train, test := assistments(t, "train"), assistments(t, "test")
	for _, c := range []struct {
		name               string
		make               func() candidate
		untrained, trained float64
	}{
		{"interpretable", func() candidate { return NewElo() }, 0.72, 0.76},
		{"regression", func() candidate { return NewPredictor() }, 0.745, 0.78},
	} {
		auc, ok := AUC(test, Replay(test, c.make()))
		require.True(t, ok)
		require.Greater(t, auc, c.untrained, c.name)

		model := c.make()
		Replay(train, model)
		model.Forget()
		auc, _ = AUC(test, Replay(test, model))
		require.Greater(t, auc, c.trained, c.name)
	}
}

type candidate interface {
	Observe(Answer) float64
	Forget()
}

// BenchmarkModels prints the table of docs/adaptive.md.
func BenchmarkModels(b *testing.B) {
	train, test := assistments(b, "train"), assistments(b, "test")
	for b.Loop() {
		fmt.Printf("ASSISTments 2009, test part: %d answers of people who are not in the training part (%d answers)\n", len(test), len(train))
		fmt.Printf("%-44s %9s %9s %9s %9s %9s\n", "", "untrained", "log-loss", "trained", "log-loss", "µs/answer")
		for _, c := range []struct {
			name string
			make func() candidate
		}{
			{"BKT", func() candidate { return &bkt{} }},
			{"BKT with forgetting", func() candidate { return &bkt{forgets: true} }},
			{"PFA", func() candidate { return newPFA() }},
			{"Elo, constant steps, one level a person", func() candidate { return newPlainElo() }},
			{"State of the point alone, what gates", func() candidate { return newGate() }},
			{"levels added (--interpretable)", func() candidate { return NewElo() }},
			{"regression on the levels (the model)", func() candidate { return NewPredictor() }},
			{"  the same, frozen after training", func() candidate { return &frozen{Predictor: NewPredictor()} }},
		} {
			untrained := Replay(test, c.make())
			model := c.make()
			if m, ok := model.(interface{ fit([]Answer) }); ok {
				m.fit(train)
			} else {
				Replay(train, model)
			}
			model.Forget()
			if m, ok := model.(*frozen); ok {
				m.still = true
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
// or not. Parameters of each point are fitted by brute force (Baker and others
// 2010), and ours where it was never trained.
type bkt struct {
	forgets bool
	fitted  map[string]hidden
	known   map[[2]string]float64
}

// hidden are the probabilities of a hidden Markov model: of knowing at first, of
// learning and forgetting between answers, of a slip and of a guess.
type hidden struct{ first, learn, forget, slip, guess float64 }

func (h hidden) step(known float64, correct bool) (p, after float64) {
	p = known*(1-h.slip) + (1-known)*h.guess
	if correct {
		known *= (1 - h.slip) / p
	} else {
		known *= h.slip / (1 - p)
	}
	return p, known*(1-h.forget) + (1-known)*h.learn
}

func (m *bkt) Forget() { m.known = nil }

func (m *bkt) Observe(a Answer) float64 {
	if m.known == nil {
		m.known = map[[2]string]float64{}
	}
	h, ok := m.fitted[a.Points[0]]
	if !ok {
		h = hidden{0.5, 0.1, 0, 0.1, 0.25}
		if m.forgets {
			h.forget = 0.02
		}
	}
	key := [2]string{a.Learner, a.Points[0]}
	known, ok := m.known[key]
	if !ok {
		known = h.first
	}
	p, known := h.step(known, a.Correct)
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
	m.fitted = map[string]hidden{}
	for point, people := range answers {
		best := math.Inf(1)
		for _, h := range grid(forget) {
			loss := 0.0
			for _, sequence := range people {
				known, p := h.first, 0.0
				for _, correct := range sequence {
					p, known = h.step(known, correct)
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

func grid(forget []float64) (all []hidden) {
	for _, first := range []float64{0.1, 0.3, 0.5, 0.7, 0.9} {
		for _, learn := range []float64{0.01, 0.05, 0.1, 0.2, 0.4} {
			for _, slip := range []float64{0.05, 0.1, 0.2, 0.3} {
				for _, guess := range []float64{0.1, 0.2, 0.3, 0.4} {
					for _, f := range forget {
						all = append(all, hidden{first, learn, f, slip, guess})
					}
				}
			}
		}
	}
	return all
}

// pfa is performance factors analysis (Pavlik, Cen and Koedinger 2009): each
// point has an ease, and a weight for right and for wrong answers so far.
type pfa struct {
	points map[string]*regression
	counts map[[2]string][2]float64
}

func newPFA() *pfa { return &pfa{points: map[string]*regression{}, counts: map[[2]string][2]float64{}} }

func (m *pfa) Forget() { clear(m.counts) }

func (m *pfa) Observe(a Answer) float64 {
	r := m.points[a.Points[0]]
	if r == nil {
		r = newRegression(make([]float64, 3), 1)
		m.points[a.Points[0]] = r
	}
	key := [2]string{a.Learner, a.Points[0]}
	n := m.counts[key]
	x := []float64{1, n[0] / 10, n[1] / 10}
	p := sigmoid(r.score(x))
	r.learn(x, p, a.score())
	if a.Correct {
		n[0]++
	} else {
		n[1]++
	}
	m.counts[key] = n
	return p
}

// plainElo is Elo as in chess: a person and an item move by the same step, always.
type plainElo struct{ people, items map[string]float64 }

func newPlainElo() *plainElo { return &plainElo{map[string]float64{}, map[string]float64{}} }

func (m *plainElo) Forget() { clear(m.people) }

func (m *plainElo) Observe(a Answer) float64 {
	const step = 0.2
	p := sigmoid(m.people[a.Learner] + m.items[a.Item])
	m.people[a.Learner] += step * (a.score() - p)
	m.items[a.Item] += step * (a.score() - p)
	return p
}

// gate predicts by the State of the point alone, which evidence moves: of other
// points it hears nothing. How easy items and points are it takes from an Elo.
type gate struct {
	*Elo
	states map[[2]string]State
}

func newGate() *gate { return &gate{NewElo(), map[[2]string]State{}} }

func (m *gate) Forget() {
	m.Elo.Forget()
	clear(m.states)
}

func (m *gate) Observe(a Answer) float64 {
	v := m.look(a)
	key := [2]string{a.Learner, a.Points[0]}
	s := m.states[key]
	p := sigmoid(s.level().Mean + v.ease)
	m.states[key] = Parameters{}.Observe(s, competency.Evidence{
		Kind: competency.PracticeAnswer, Score: a.score(), KnowledgePoints: a.Points, At: time.Unix(1, 0), Difficulty: new(sigmoid(-v.ease)),
	})
	m.learn(a, v)
	return p
}

// frozen learns nothing more of items, points and weights once it stands still,
// as the published models were measured.
type frozen struct {
	*Predictor
	still bool
}

func (m *frozen) Observe(a Answer) float64 {
	if !m.still {
		return m.Predictor.Observe(a)
	}
	e, point := m.elo, a.Points[0]
	all, item, subject := e.all, e.items[a.Item], e.points[point]
	weights, own := m.weights, m.points[point]
	m.weights = weights.clone()
	if own != nil {
		m.points[point] = own.clone()
	}
	p := m.Predictor.Observe(a)
	e.all, e.items[a.Item], e.points[point] = all, item, subject
	m.weights = weights
	if own != nil {
		m.points[point] = own
	}
	return p
}

func (r *regression) clone() *regression {
	return &regression{append([]float64(nil), r.mean...), append([]float64(nil), r.covariance...), append([]float64(nil), r.gain...)}
}
