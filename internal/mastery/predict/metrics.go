package predict

import (
	"cmp"
	"math"
	"slices"
)

// AUC returns the area under the ROC curve. That is the probability that a right
// answer has a higher prediction than a wrong one; ties count half. It returns
// false where the log has only right or only wrong answers. It costs O(n log n).
func AUC(log []Answer, predicted []float64) (float64, bool) {
	order := make([]int, len(log))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(predicted[i], predicted[j]) })
	var right, wrong, pairs float64
	for start := 0; start < len(order); {
		end, tiedRight := start, 0.0
		for ; end < len(order) && predicted[order[end]] == predicted[order[start]]; end++ {
			if log[order[end]].Correct {
				tiedRight++
			}
		}
		tiedWrong := float64(end-start) - tiedRight
		pairs += tiedRight * (wrong + tiedWrong/2)
		right, wrong = right+tiedRight, wrong+tiedWrong
		start = end
	}
	if right == 0 || wrong == 0 {
		return 0, false
	}
	return pairs / right / wrong, true
}

// LogLoss returns the mean logarithmic loss of predictions in nats. Predictions
// of even odds lose ln 2.
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
