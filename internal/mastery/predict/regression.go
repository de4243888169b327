package predict

// regression is an online Bayesian logistic regression, trained by an extended
// Kalman filter. Its weights have a joint normal distribution, which every
// example narrows; so there is no learning rate to choose. An example costs
// O(n²) for n weights.
type regression struct {
	mean       []float64
	covariance []float64 // row by row
	gain       []float64 // of the last example
}

// newRegression returns a regression with a prior of independent weights.
func newRegression(mean []float64, variance float64) *regression {
	n := len(mean)
	r := &regression{mean: append([]float64(nil), mean...), covariance: make([]float64, n*n), gain: make([]float64, n)}
	for i := range n {
		r.covariance[i*n+i] = variance
	}
	return r
}

// logOdds returns the log-odds of an example.
func (r *regression) logOdds(x []float64) float64 {
	z := 0.0
	for i, w := range r.mean {
		z += w * x[i]
	}
	return z
}

// learn updates the weights by an example with outcome y. Its predicted
// probability p may include the log-odds of other regressions.
func (r *regression) learn(x []float64, p, y float64) {
	n := len(r.mean)
	variance := 0.0
	for i := range n {
		g := 0.0
		for j, v := range r.covariance[i*n : i*n+n] {
			g += v * x[j]
		}
		r.gain[i] = g
		variance += g * x[i]
	}
	information := max(p*(1-p), 0.01) // of one answer; bounded, so that one confident mistake does not upset all weights
	total := 1/information + variance
	for i, g := range r.gain {
		r.mean[i] += g * (y - p) / information / total
		for j, h := range r.gain {
			r.covariance[i*n+j] -= g * h / total
		}
	}
}
