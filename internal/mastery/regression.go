package mastery

// regression is a logistic regression that learns one example after another: its
// weights have a joint normal distribution, which every answer narrows (the
// extended Kalman filter). So it has no rate of learning to choose. Learning
// costs the square of the number of weights.
type regression struct {
	mean       []float64
	covariance []float64 // row by row
	gain       []float64 // of the last example
}

// newRegression starts from weights that are right within a variance.
func newRegression(mean []float64, variance float64) *regression {
	n := len(mean)
	r := &regression{mean: append([]float64(nil), mean...), covariance: make([]float64, n*n), gain: make([]float64, n)}
	for i := range n {
		r.covariance[i*n+i] = variance
	}
	return r
}

// score returns the log-odds of an example.
func (r *regression) score(x []float64) float64 {
	z := 0.0
	for i, w := range r.mean {
		z += w * x[i]
	}
	return z
}

// learn moves the weights after an example whose predicted probability, perhaps
// with the help of others, was p.
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
	information := max(p*(1-p), 0.01) // of one answer; a sure prediction that is wrong must not throw everything over
	total := 1/information + variance
	for i, g := range r.gain {
		r.mean[i] += g * (y - p) / information / total
		for j, h := range r.gain {
			r.covariance[i*n+j] -= g * h / total
		}
	}
}
