package predict

import (
	"math"

	"github.com/zhitu/zhitu/internal/mastery"
)

// The step sizes, chosen as mastery.PointStep was.
var (
	personStep  = mastery.StepSize{First: 1, Least: 0.1} // one person in general
	itemStep    = mastery.StepSize{First: 0.5, Least: 0} // ease of an item among those of its points
	subjectStep = mastery.StepSize{First: 1, Least: 0}   // ease of a point for everybody, and of all answers together
)

// Elo predicts answers by a sum of Elo ratings; it is the interpretable
// baseline. The person's level on the point is combined with their general
// level, which counts more while answers on the point are few. Added is the ease
// of the item and of the point. It starts without knowledge. An answer costs
// constant time.
type Elo struct {
	overall       mastery.Level
	items, points map[string]mastery.Level
	learners      map[string]*learnerLevels
}

// learnerLevels are the levels of one person, in general and by point.
type learnerLevels struct {
	general mastery.Level
	points  map[string]mastery.Level
}

// NewElo returns an untrained model.
func NewElo() *Elo {
	return &Elo{items: map[string]mastery.Level{}, points: map[string]mastery.Level{}, learners: map[string]*learnerLevels{}}
}

// Observe implements [Model].
func (e *Elo) Observe(a Answer) float64 {
	f := e.features(a)
	e.learn(a, f)
	return f.probability
}

// ForgetLearners implements [Model].
func (e *Elo) ForgetLearners() { clear(e.learners) }

// features are what is known before an answer. Levels of points are means over
// the points of the answer. Shrunk ones are drawn towards 0 by their variance.
type features struct {
	learner                       *learnerLevels
	share                         float64 // of each point in the answer
	ease                          float64 // of the item and its points, above the overall level
	general, point, item, subject float64 // shrunk
	probability                   float64
}

// shrink moderates log-odds by their variance, which gives the probability that
// is right on average (the probit approximation, MacKay 1992).
func shrink(mean, variance float64) float64 { return mean / math.Sqrt(1+math.Pi/8*variance) }

func (e *Elo) features(a Answer) features {
	l := e.learners[a.Learner]
	if l == nil {
		l = &learnerLevels{points: map[string]mastery.Level{}}
		e.learners[a.Learner] = l
	}
	item := e.items[a.Item]
	f := features{learner: l, share: 1 / float64(max(1, len(a.Points))), ease: e.overall.Mean + item.Mean}
	f.general = shrink(l.general.Mean, personStep.At(l.general))
	f.item = shrink(item.Mean, itemStep.At(item))
	combined := 0.0
	for _, code := range a.Points {
		point, subject := l.points[code], e.points[code]
		f.ease += f.share * subject.Mean
		f.point += f.share * shrink(point.Mean, mastery.PointStep.At(point))
		f.subject += f.share * shrink(subject.Mean, subjectStep.At(subject))
		known := point.Reliability()
		combined += f.share * (known*point.Mean + (1-known)*f.general)
	}
	if len(a.Points) == 0 {
		combined = f.general
	}
	f.probability = mastery.Sigmoid(combined + f.ease)
	return f
}

func (e *Elo) learn(a Answer, f features) {
	score := a.score()
	// Items and points learn against the general level alone. So a point that this
	// person knows well is not taken for an easy one.
	surprise := score - mastery.Sigmoid(f.general+f.ease)
	move := func(l mastery.Level, step mastery.StepSize, share float64) mastery.Level {
		return mastery.Level{Mean: l.Mean + step.At(l)*share*surprise, Weight: l.Weight + share}
	}
	e.overall = move(e.overall, subjectStep, 1)
	e.items[a.Item] = move(e.items[a.Item], itemStep, 1)
	for _, code := range a.Points {
		e.points[code] = move(e.points[code], subjectStep, f.share)
		f.learner.points[code] = f.learner.points[code].Update(mastery.PointStep, mastery.Result{Score: score, Worth: f.share, Ease: f.ease})
	}
	f.learner.general = f.learner.general.Update(personStep, mastery.Result{Score: score, Worth: 1, Ease: f.ease})
}
