package placement

import "math"

// belief is a Bayesian mixture model of which points a person knows, given evidence on
// some.
//
// How people come to know what they know is not given. So several populations are
// assumed, and each is weighted by how well it explains the answers:
//
//   - In the plain ones people learn wherever they can. A point is known with some
//     chance where all that it rests on is known, and hardly ever elsewhere.
//   - In the layered ones that chance is high up to some height, and low above it.
//   - In the mirrored ones learning serves goals. A point is hardly ever unknown
//     where something that rests on it is known; elsewhere it is unknown with some
//     chance. That is the same network upside down, with known and unknown
//     exchanged.
//
// Inference is loopy belief propagation (Pearl; Kschischang, Frey and Loeliger),
// from scratch for each question. Starting from the last beliefs would save a
// third of the time, but make beliefs depend on the order of the answers.
type belief struct {
	evidence    []float64 // node → likelihood ratio of the evidence on it: known to unknown
	chance      []float64 // node → probability that it holds
	plain       orientedNetwork
	mirrored    orientedNetwork
	populations []population
}

// orientedNetwork is a network or its mirror, with the evidence in its terms.
type orientedNetwork struct {
	*Network
	evidence []float64
	offset   float64 // logarithm of the factor by which the evidence was scaled
}

// The readiness of plain and of mirrored populations. With a high one people know
// most of what they could; in a mirrored one few points are then goals. The
// heights of layered populations are shares of the longest chain. Chances nearer
// to 0 or 1 would make a guess about people a certainty about the person.
var (
	readinesses  = []float64{0.1, 0.4, 0.7, 0.9, 0.97}
	layerHeights = []float64{0.2, 0.4, 0.6, 0.8}
)

const (
	belowReadiness = 0.95 // of a layered population up to its height
	aboveReadiness = 0.15 // and above it

	maxSweeps     = 30
	sweepAccuracy = 1e-3 // a population has converged where no chance moves by more in a sweep
	giveUpLogGap  = 7    // a population this much less likely than the best after one sweep is dropped

	// leak is how much less likely a point is known where an input does not hold
	// (a leaky gate). Graphs have errors and people have gaps. It also keeps loops of
	// messages from reinforcing themselves.
	leak = 0.02
	// certain is the likelihood ratio that decides a point.
	certain = 1e3
)

func newBelief(net *Network) *belief {
	n := len(net.nodes)
	b := &belief{evidence: make([]float64, n), chance: make([]float64, n)}
	for v := range b.evidence {
		b.evidence[v] = 1
	}
	b.plain = orientedNetwork{Network: net, evidence: b.evidence}
	b.mirrored = orientedNetwork{Network: net.mirror(), evidence: make([]float64, n)}
	for _, readiness := range readinesses {
		constant := func(int) float64 { return readiness }
		b.populations = append(b.populations, newPopulation(&b.plain, constant), newPopulation(&b.mirrored, constant))
	}
	heights, top := net.Heights()
	for _, share := range layerHeights {
		b.populations = append(b.populations, newPopulation(&b.plain, func(v int) float64 {
			if float64(heights[v]) < share*float64(top+1) {
				return belowReadiness
			}
			return aboveReadiness
		}))
	}
	return b
}

// update computes the chances from the evidence.
func (b *belief) update() {
	b.mirrored.offset = 0
	for v, e := range b.evidence {
		b.mirrored.evidence[len(b.evidence)-1-v] = 1 / e
		b.mirrored.offset += math.Log(e)
	}
	best := math.Inf(-1)
	for i := range b.populations {
		p := &b.populations[i]
		for e := range p.targetMessage {
			p.targetMessage[e] = 1
		}
		p.forwardPass()
		p.propagate(1)
		best = max(best, p.logWeight)
	}
	threshold := best - giveUpLogGap
	best = math.Inf(-1)
	for i := range b.populations {
		if p := &b.populations[i]; p.logWeight >= threshold {
			p.propagate(maxSweeps)
			best = max(best, p.logWeight)
		} else {
			p.logWeight = math.Inf(-1)
		}
	}
	sum := 0.0
	for i := range b.populations {
		sum += math.Exp(b.populations[i].logWeight - best)
	}
	clear(b.chance)
	for i := range b.populations {
		p := &b.populations[i]
		if share := math.Exp(p.logWeight-best) / sum; share > 0 {
			if p.orientedNetwork == &b.mirrored {
				for v, chance := range p.chance {
					b.chance[len(b.chance)-1-v] += share * (1 - chance)
				}
				continue
			}
			for v, chance := range p.chance {
				b.chance[v] += share * chance
			}
		}
	}
}
