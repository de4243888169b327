package mastery

import (
	"cmp"
	"math"
	"slices"
)

// Predictor predicts answers by a logistic regression on the levels of an Elo
// and on what the person did last: the model that `zhitu mastery evaluate`
// measures. It starts from weights that another log has taught and learns them from
// every answer; a few of them differ between points and between people, as far as
// their answers show. An answer takes constant time.
type Predictor struct {
	elo      *Elo
	weights  *regression
	points   map[string]*regression
	learners map[string]*history
}

// The columns of the regression.
const (
	xOne          = iota
	xGeneral      // the person's level
	xPoint        // the person's level on the point
	xItem         // ease of the item
	xSubject      // ease of the point
	xFirst        // 1 for the person's first answer on the point
	xRight        // right answers of the person so far, ln(1+x)
	xWrong        // wrong ones
	xPointRight   // the same on the point
	xPointWrong   //
	xPointLast    // last answer on the point: 1 right, −1 wrong, 0 none
	xForm         // how much better than expected the person did lately
	xPointAnswers // answers since the last one on the point, ln(1+x)
	xPointTime    // time since then, ln(1+x)/10: another unit only shifts it
	xItemLast     // last answer to the same item
	xItemSeen     // 1 where there is one
	xs            // their number
)

// Where the weights start: as the answers of each quarter of the people in the training
// part of ASSISTments 2009 left them on average, when the model knew neither items nor
// points before; rounded.
var startWeights = [xs]float64{
	xOne: 0.7, xGeneral: 0.4, xPoint: 0.3, xItem: 0.9, xSubject: 0.6, xFirst: -0.5, xRight: 0.2, xWrong: -0.2,
	xPointRight: 0.1, xPointLast: 0.1, xForm: 0.7, xPointAnswers: -0.1,
}

// unsure is the variance of the weights before any answer: of the common ones,
// and of how those of a point or a person differ from them.
const unsure = 0.05

// own are the columns whose weights differ between points and between people.
type own [5]float64

func ownOf(x *[xs]float64, share float64) own {
	return own{share, share * x[xItem], share * x[xSubject], share * x[xFirst], share * x[xPointLast]}
}

// history is what one person did.
type history struct {
	own          *regression
	right, wrong float64
	form         float64
	points       map[string]past
	items        map[string]float64 // last answer: 1 or −1
}

// past is what one person did on one point.
type past struct {
	right, wrong float64
	last         float64 // 1 or −1
	at           float64 // time of the last answer
	answers      float64 // of the person, up to it
}

// NewPredictor returns a predictor that has seen nothing.
func NewPredictor() *Predictor {
	return &Predictor{
		elo: NewElo(), weights: newRegression(startWeights[:], unsure),
		points: map[string]*regression{}, learners: map[string]*history{},
	}
}

// Forget forgets the people, and keeps what was learned of items, points and weights.
func (p *Predictor) Forget() {
	p.elo.Forget()
	clear(p.learners)
}

// Observe returns the probability that the answer is right, as it was before the
// answer was seen, and learns from the answer.
func (p *Predictor) Observe(a Answer) float64 {
	h := p.learners[a.Learner]
	if h == nil {
		h = &history{own: newRegression(make([]float64, len(own{})), unsure), points: map[string]past{}, items: map[string]float64{}}
		p.learners[a.Learner] = h
	}
	v := p.elo.look(a)
	x := h.columns(a, v)
	person, point := ownOf(&x, 1), ownOf(&x, v.share)
	z := p.weights.score(x[:]) + h.own.score(person[:])
	for _, code := range a.Points {
		if r := p.points[code]; r != nil {
			z += r.score(point[:])
		}
	}
	probability := sigmoid(max(-15, min(15, z)))

	score := a.score()
	p.weights.learn(x[:], probability, score)
	h.own.learn(person[:], probability, score)
	for _, code := range a.Points {
		if p.points[code] == nil {
			p.points[code] = newRegression(make([]float64, len(own{})), unsure)
		}
		p.points[code].learn(point[:], probability, score)
	}
	p.elo.learn(a, v)
	h.add(a, score-v.probability)
	return probability
}

func (h *history) columns(a Answer, v view) (x [xs]float64) {
	x[xOne], x[xGeneral], x[xPoint], x[xItem], x[xSubject] = 1, v.general, v.point, v.item, v.subject
	x[xRight], x[xWrong], x[xForm] = math.Log1p(h.right), math.Log1p(h.wrong), h.form
	for _, code := range a.Points {
		k, seen := h.points[code]
		if !seen {
			x[xFirst] += v.share
			continue
		}
		x[xPointRight] += v.share * math.Log1p(k.right)
		x[xPointWrong] += v.share * math.Log1p(k.wrong)
		x[xPointLast] += v.share * k.last
		x[xPointAnswers] += v.share * math.Log1p(h.right+h.wrong-k.answers)
		x[xPointTime] += v.share * math.Log1p(max(0, a.At-k.at)) / 10
	}
	if last, seen := h.items[a.Item]; seen {
		x[xItemLast], x[xItemSeen] = last, 1
	}
	return x
}

func (h *history) add(a Answer, surprise float64) {
	const fading = 0.8
	h.form = fading*h.form + (1-fading)*surprise
	last := -1.0
	if a.Correct {
		last = 1
		h.right++
	} else {
		h.wrong++
	}
	h.items[a.Item] = last
	for _, code := range a.Points {
		k := h.points[code]
		if a.Correct {
			k.right++
		} else {
			k.wrong++
		}
		k.last, k.at, k.answers = last, a.At, h.right+h.wrong
		h.points[code] = k
	}
}

// Replay shows a log to a model, answer by answer by their time; those of the
// same time in the order of the log. It returns what the model predicted before
// it saw each, in the order of the log.
func Replay(log []Answer, model interface{ Observe(Answer) float64 }) []float64 {
	order := make([]int, len(log))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(log[i].At, log[j].At) })
	predicted := make([]float64, len(log))
	for _, i := range order {
		predicted[i] = model.Observe(log[i])
	}
	return predicted
}

// AUC returns the probability that a right answer was predicted to be right more
// surely than a wrong one, a tie counting half; false where all answers of the
// log are right or all are wrong, so that there is none.
func AUC(log []Answer, predicted []float64) (float64, bool) {
	order := make([]int, len(log))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(predicted[i], predicted[j]) })
	var right, wrong, pairs float64
	for start := 0; start < len(order); {
		end, tied := start, 0.0
		for ; end < len(order) && predicted[order[end]] == predicted[order[start]]; end++ {
			if log[order[end]].Correct {
				tied++
			}
		}
		missed := float64(end-start) - tied
		pairs += tied * (wrong + missed/2)
		right, wrong = right+tied, wrong+missed
		start = end
	}
	if right == 0 || wrong == 0 {
		return 0, false
	}
	return pairs / right / wrong, true
}

// LogLoss returns the mean loss of predictions in nats; ln 2 for those that are
// always even odds.
func LogLoss(log []Answer, predicted []float64) float64 {
	sum := 0.0
	for i, p := range predicted {
		if !log[i].Correct {
			p = 1 - p
		}
		sum -= math.Log(max(1e-15, p))
	}
	return sum / float64(len(log))
}

// Parameters returns how difficult the items have been, each beside the others
// of its points.
func (p *Predictor) Parameters() Parameters {
	difficulties := make(map[string]float64, len(p.elo.items))
	for item, l := range p.elo.items {
		difficulties[item] = -l.Mean
	}
	return Parameters{Difficulties: difficulties}
}
