// Package predict predicts the next answer of a log of answers, and measures how
// well that goes. It serves `zhitu mastery` alone and never writes a State.
//
// Two models stand on the update rule of package mastery: [Elo] adds levels, and
// [Predictor] is a regression on these levels and on the person's history. They
// show how predictable a log is, and learn the difficulty of items
// ([Predictor.Parameters]). docs/adaptive.md has the sources and the figures.
package predict

import "github.com/zhitu/zhitu/internal/mastery"

// Predictor predicts answers by a logistic regression on the levels of an Elo
// and on what the person did last. `zhitu mastery evaluate` measures this model.
// Its weights start from those of another log and learn from every answer. Some
// of them differ between points and between people, as far as the answers show.
// An answer costs constant time.
type Predictor struct {
	elo      *Elo
	weights  *regression
	points   map[string]*regression // of the varying columns
	learners map[string]*history
}

// startWeights are rounded means of the weights that the training part of
// ASSISTments 2009 taught. It was replayed for each quarter of its people, by a
// model that knew neither items nor points.
var startWeights = [columnCount]float64{
	xOne: 0.7, xGeneral: 0.4, xPoint: 0.3, xItem: 0.9, xSubject: 0.6, xFirst: -0.5, xRight: 0.2, xWrong: -0.2,
	xPointRight: 0.1, xPointLast: 0.1, xForm: 0.7, xPointAnswers: -0.1,
}

// priorVariance is the variance of the weights before any answer: of the common
// ones, and of the differences of points and people from them.
const priorVariance = 0.05

// NewPredictor returns an untrained model.
func NewPredictor() *Predictor {
	return &Predictor{
		elo: NewElo(), weights: newRegression(startWeights[:], priorVariance),
		points: map[string]*regression{}, learners: map[string]*history{},
	}
}

// ForgetLearners implements [Model].
func (p *Predictor) ForgetLearners() {
	p.elo.ForgetLearners()
	clear(p.learners)
}

// Observe implements [Model].
func (p *Predictor) Observe(a Answer) float64 {
	h := p.learners[a.Learner]
	if h == nil {
		h = newHistory()
		p.learners[a.Learner] = h
	}
	f := p.elo.features(a)
	x := h.columns(a, f)
	person, point := varying(&x, 1), varying(&x, f.share)
	z := p.weights.logOdds(x[:]) + h.weights.logOdds(person[:])
	for _, code := range a.Points {
		if r := p.points[code]; r != nil {
			z += r.logOdds(point[:])
		}
	}
	probability := mastery.Sigmoid(max(-15, min(15, z)))

	score := a.score()
	p.weights.learn(x[:], probability, score)
	h.weights.learn(person[:], probability, score)
	for _, code := range a.Points {
		if p.points[code] == nil {
			p.points[code] = newRegression(make([]float64, len(varyingColumns{})), priorVariance)
		}
		p.points[code].learn(point[:], probability, score)
	}
	p.elo.learn(a, f)
	h.record(a, score-f.probability)
	return probability
}

// Parameters returns the difficulty of each item, relative to the other items of
// its points, in log-odds.
func (p *Predictor) Parameters() mastery.Parameters {
	difficulties := make(map[string]float64, len(p.elo.items))
	for item, l := range p.elo.items {
		difficulties[item] = -l.Mean
	}
	return mastery.Parameters{Difficulties: difficulties}
}
