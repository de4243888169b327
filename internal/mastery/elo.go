package mastery

import "math"

// Answer is one answer of a log: who, to which item, on which points, when (in
// any unit; 0 where unknown), and whether it was right.
type Answer struct {
	Learner, Item string
	Points        []string
	At            float64
	Correct       bool
}

func (a Answer) score() float64 {
	if a.Correct {
		return 1
	}
	return 0
}

// Elo predicts answers by adding levels, the interpretable fallback: what this
// person's answers say about the point, completed by what they say about the
// person in general while those on the point are few, and how easy the item and
// the point have been for everybody so far. It starts knowing nothing. An answer
// takes constant time.
type Elo struct {
	all           level
	items, points map[string]level
	learners      map[string]*levels
}

// levels are what one person's answers say, in general and on points.
type levels struct {
	general level
	points  map[string]level
}

// NewElo returns a predictor that has seen nothing.
func NewElo() *Elo {
	return &Elo{items: map[string]level{}, points: map[string]level{}, learners: map[string]*levels{}}
}

// Observe returns the probability that the answer is right, as it was before the
// answer was seen, and learns from the answer.
func (e *Elo) Observe(a Answer) float64 {
	v := e.look(a)
	e.learn(a, v)
	return v.probability
}

// Forget forgets the people, and keeps what was learned of items and points.
func (e *Elo) Forget() { clear(e.learners) }

// view is what is known before an answer. Levels of points are means over those
// of the answer; shy ones are drawn towards 0 by what is not known of them.
type view struct {
	learner                       *levels
	share                         float64 // of each point in the answer
	ease                          float64 // of the item with its points, beside the average of everything
	general, point, item, subject float64 // shy
	probability                   float64
}

// shy draws a level towards even odds by what is not known of it: so it gives
// the probability that is right on average (MacKay 1992).
func shy(mean, variance float64) float64 { return mean / math.Sqrt(1+math.Pi/8*variance) }

func (e *Elo) look(a Answer) view {
	l := e.learners[a.Learner]
	if l == nil {
		l = &levels{points: map[string]level{}}
		e.learners[a.Learner] = l
	}
	item := e.items[a.Item]
	v := view{learner: l, share: 1 / float64(max(1, len(a.Points))), ease: e.all.Mean + item.Mean}
	v.general = shy(l.general.Mean, ofPerson.step(l.general))
	v.item = shy(item.Mean, ofItem.step(item))
	together := 0.0
	for _, code := range a.Points {
		point, subject := l.points[code], e.points[code]
		v.ease += v.share * subject.Mean
		v.point += v.share * shy(point.Mean, ofPoint.step(point))
		v.subject += v.share * shy(subject.Mean, ofSubject.step(subject))
		known := point.reliability()
		together += v.share * (known*point.Mean + (1-known)*v.general)
	}
	if len(a.Points) == 0 {
		together = v.general
	}
	v.probability = sigmoid(together + v.ease)
	return v
}

func (e *Elo) learn(a Answer, v view) {
	score := a.score()
	// Items and points learn beside the general level alone: so a point that this
	// person knows well does not pass for an easy one.
	surprise := score - sigmoid(v.general+v.ease)
	toward := func(l level, p pace, share float64) level {
		return level{l.Mean + p.step(l)*share*surprise, l.Weight + share}
	}
	e.all = toward(e.all, ofSubject, 1)
	e.items[a.Item] = toward(e.items[a.Item], ofItem, 1)
	for _, code := range a.Points {
		e.points[code] = toward(e.points[code], ofSubject, v.share)
		v.learner.points[code] = v.learner.points[code].after(score, v.share, v.ease, ofPoint)
	}
	v.learner.general = v.learner.general.after(score, 1, v.ease, ofPerson)
}
