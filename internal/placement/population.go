package placement

import "math"

// population is an assumption about who knows what, with the messages of belief
// propagation. An edge carries two messages. The input message is the probability
// that the input holds, given everything but the target. The target message is the
// likelihood ratio of the evidence that reaches the input from the target.
type population struct {
	*orientedNetwork
	readiness     []float64 // node → chance that a point holds where all of its inputs do
	inputMessage  []float64 // by edge
	targetMessage []float64 // by edge
	chance        []float64 // node → probability that it holds
	logWeight     float64   // log-likelihood of the evidence
}

func newPopulation(net *orientedNetwork, readiness func(v int) float64) population {
	n, edges := len(net.nodes), len(net.inputs)
	p := population{
		orientedNetwork: net, readiness: make([]float64, n), chance: make([]float64, n),
		inputMessage: make([]float64, edges), targetMessage: make([]float64, edges),
	}
	for v := range p.readiness {
		p.readiness[v] = readiness(v)
	}
	return p
}

// propagate passes messages down and up, until they converge or for so many
// sweeps, and updates the weight of the population.
func (p *population) propagate(sweeps int) {
	for range sweeps {
		p.backwardPass()
		if p.forwardPass() < sweepAccuracy {
			break
		}
	}
	p.updateWeight()
}

// Bounds of messages, which keep long products finite.
const (
	minChance    = 1e-6
	minRatio     = 1e-4
	huge         = 1e100 // odds lie between 1/huge and huge
	safeProducts = 16    // the product of so many messages stays within huge
)

// clamp is plain comparisons, since most time is spent in the functions below.
func clamp(x, low, high float64) float64 {
	if x < low {
		return low
	}
	if x > high {
		return high
	}
	return x
}

// inputChance is the chance that all inputs of a node hold. For an OR gate it is
// the chance that none does.
func (p *population) inputChance(n *node) float64 {
	chance := 1.0
	if n.kind == OrGate {
		for _, in := range p.inputMessage[n.in.lo:n.in.hi] {
			chance *= 1 - in
		}
		return chance
	}
	for _, in := range p.inputMessage[n.in.lo:n.in.hi] {
		chance *= in
	}
	return chance
}

// prior is the chance that a node holds, given its inputs.
func (p *population) prior(v int, n *node) float64 {
	inputs := p.inputChance(n)
	switch n.kind {
	case PointNode:
		return p.readiness[v] * (leak + (1-leak)*inputs)
	case OrGate:
		return 1 - inputs
	}
	return inputs
}

// rescale keeps a number, product · huge^exponent, within the range of floats.
func rescale(product, exponent float64) (p, e float64) {
	if product > huge {
		return product / huge, exponent + 1
	}
	if product < 1/huge {
		return product * huge, exponent - 1
	}
	return product, exponent
}

// likelihoodRatio is that of all evidence on a node and on what rests on it, as
// ratio · huge^exponent.
func (p *population) likelihoodRatio(v int, n *node) (ratio, exponent float64) {
	ratio = p.evidence[v]
	for i, e := range p.out[n.out.lo:n.out.hi] {
		ratio *= p.targetMessage[e]
		if i >= safeProducts {
			ratio, exponent = rescale(ratio, exponent)
		}
	}
	return ratio, exponent
}

// clampedRatio is the likelihood ratio of a node between 1/huge and huge.
func (p *population) clampedRatio(v int, n *node) float64 {
	ratio, exponent := p.likelihoodRatio(v, n)
	if exponent != 0 {
		ratio = clamp(ratio*math.Pow(huge, exponent), 1/huge, huge)
	}
	return ratio
}

// forwardPass updates chances and input messages bottom up. It returns the largest
// change of a chance.
func (p *population) forwardPass() (change float64) {
	for v := range p.nodes {
		n := &p.nodes[v]
		prior := clamp(p.prior(v, n), 1e-9, 1-1e-9)
		odds := prior / (1 - prior) * p.clampedRatio(v, n)
		chance := odds / (1 + odds)
		change = max(change, math.Abs(chance-p.chance[v]))
		p.chance[v] = chance
		for _, e := range p.out[n.out.lo:n.out.hi] {
			p.inputMessage[e] = clamp(odds/(p.targetMessage[e]+odds), minChance, 1-minChance)
		}
	}
	return change
}

// backwardPass updates target messages top down.
func (p *population) backwardPass() {
	for v := len(p.nodes) - 1; v >= 0; v-- {
		n := &p.nodes[v]
		if n.in.lo == n.in.hi {
			continue
		}
		ratio, inputs := p.clampedRatio(v, n), p.inputChance(n)
		in, out := p.inputMessage[n.in.lo:n.in.hi], p.targetMessage[n.in.lo:n.in.hi]
		if n.kind == OrGate {
			for i, chance := range in {
				none := inputs / (1 - chance) // chance that no other input holds
				out[i] = clamp(ratio/(none+(1-none)*ratio), minRatio, 1/minRatio)
			}
			continue
		}
		with, without := ratio, 1.0
		if n.kind == PointNode {
			with, without = 1+p.readiness[v]*(ratio-1), 1+p.readiness[v]*leak*(ratio-1)
		}
		gain := inputs * (with - without) / without
		for i, chance := range in {
			out[i] = clamp(1+gain/chance, minRatio, 1/minRatio) // inputs/chance: all other inputs hold
		}
	}
}

// updateWeight computes the log-likelihood of the evidence by the Bethe
// approximation: the product of the partition functions of all nodes over that of
// all edges.
func (p *population) updateWeight() {
	product, exponent := 1.0, 0.0 // a logarithm for each factor would be slow
	for v := range p.nodes {
		n := &p.nodes[v]
		prior := p.prior(v, n)
		with, without := clamp(prior, 1/huge, 1), clamp(1-prior, 1/huge, 1)
		ratio, ratioExponent := p.likelihoodRatio(v, n)
		with *= ratio
		if ratioExponent > 0 { // scale so that no term exceeds huge
			without *= math.Pow(huge, -ratioExponent)
			exponent += ratioExponent
		} else if ratioExponent < 0 {
			with *= math.Pow(huge, ratioExponent)
		}
		product, exponent = rescale(product*(with+without), exponent)
		edges, edgeExponent := 1.0, 0.0
		for i, e := range p.out[n.out.lo:n.out.hi] {
			edges *= p.inputMessage[e]*p.targetMessage[e] + 1 - p.inputMessage[e]
			if i >= safeProducts {
				edges, edgeExponent = rescale(edges, edgeExponent)
			}
		}
		product, exponent = rescale(product/edges, exponent-edgeExponent)
	}
	p.logWeight = math.Log(product) + exponent*math.Log(huge) + p.offset
}
