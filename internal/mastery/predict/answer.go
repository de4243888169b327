package predict

import (
	"cmp"
	"slices"
)

// Answer is one row of a log of answers.
type Answer struct {
	Learner, Item string
	Points        []string
	At            float64 // time in any unit; 0 where unknown
	Correct       bool
}

func (a Answer) score() float64 {
	if a.Correct {
		return 1
	}
	return 0
}

// Model predicts answers online.
type Model interface {
	// Observe returns the probability that the answer is right, as predicted before
	// the answer is known. Then it learns from the answer.
	Observe(Answer) float64
	// ForgetLearners drops what was learned about people. What was learned about
	// items, points and weights stays.
	ForgetLearners()
}

// Replay feeds a log to a model in the order of time. Answers of the same time
// keep the order of the log. It returns the predictions in the order of the log.
// It costs O(n log n) and n observations.
func Replay(log []Answer, model Model) []float64 {
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
