package mastery

import "math"

// answersAtHalf is the number of answers whose evidence is worth as much as what
// is assumed without any: one answer at even odds tells a quarter of a unit of
// information on the logit scale, and the assumption is worth one unit.
const answersAtHalf = 4

// level is a quantity on the logit scale that is learned from results one by
// one, by Elo's rule with shrinking steps: Mean is its best estimate, Weight the
// number of answers that its evidence is worth.
type level struct{ Mean, Weight float64 }

// pace says how far a level moves: by first at the first answer, by less after
// every answer, and never by less than least, so that it can follow change.
type pace struct{ first, least float64 }

// The paces, chosen on the training part of ASSISTments 2009. Halving or doubling
// one changes the AUC of the Predictor by less than 0.002.
var (
	ofPoint   = pace{1, 0.7} // one person on one point
	ofPerson  = pace{1, 0.1} // one person in general
	ofItem    = pace{0.5, 0} // how easy an item is among those of its points
	ofSubject = pace{1, 0}   // how easy a point is for everybody, and everything together
)

// step returns how far the next answer moves a level; it is also the variance of
// what is not yet known of it.
func (p pace) step(l level) float64 {
	return max(p.least, 1/(1/p.first+l.Weight/answersAtHalf))
}

// reliability returns the share of what the level says that is evidence and not
// assumption, as in the formula of Spearman and Brown: 0 without evidence, 1/2
// for four answers, towards 1.
func (l level) reliability() float64 { return l.Weight / (l.Weight + answersAtHalf) }

// worth is the number of answers that have a reliability: reliability turned round.
func worth(reliability float64) float64 { return answersAtHalf * reliability / (1 - reliability) }

// after returns the level after a result: a score in [0,1], worth so many
// answers, on something that is easier than the average by ease. It maximises
//
//	worth · (score · ln p + (1−score) · ln(1−p)) − (x−Mean)² / 2·step,  p = sigmoid(x+ease)
//
// over x: a compromise between score and level, which goes past neither however
// much the result is worth. It is Elo's rule with p taken after the step.
func (l level) after(score, worth, ease float64, p pace) level {
	reach := p.step(l) * worth
	// What is sought lies between the level and where p taken before the step would
	// carry it. Halving finds it surely; Newton's method does not, where p turns steep.
	low, high := l.Mean, l.Mean+reach*(score-sigmoid(l.Mean+ease))
	x := high
	for range 50 {
		x = (low + high) / 2
		if (l.Mean+reach*(score-sigmoid(x+ease))-x)*(high-low) > 0 {
			low = x
		} else {
			high = x
		}
	}
	return level{x, l.Weight + worth}
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func logit(p float64) float64 { return math.Log(p / (1 - p)) }
