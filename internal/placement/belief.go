package placement

import "math"

// belief is how likely each point of a network is known, given what is known of
// some.
//
// Nobody tells us how people come to know what they know, so it is a mixture of
// populations, each weighed by how well it explains the answers. In the plain ones
// learning goes on wherever it can: a point is known with some chance where all
// that it rests on is, and hardly ever where not. In the layered ones that chance is
// high up to some height above the ground, and low from there on. In the mirrored
// ones learning serves goals: a point is not known with some chance where nothing
// that rests on it is known, and hardly ever where something is, because then it was
// needed. That is the same network upside down, with known and unknown exchanged.
//
// The rest is loopy belief propagation (Pearl; Kschischang, Frey and Loeliger),
// from scratch for each question. Going on from the last one would save a third of
// the time, and make beliefs depend on the order of the answers.
type belief struct {
	evidence    []float64 // node → how much likelier what is known of it is where it holds
	chance      []float64 // point → the chance that it is known
	plain       view
	mirror      view
	populations []population
}

// view is a network either way up, with the evidence as it is seen there.
type view struct {
	*network
	evidence []float64
	offset   float64 // logarithm of how much the evidence was scaled
}

// population is an assumption about who knows what, and what follows from it. An
// edge carries two messages: the chance that its input holds as everything but its
// target says, and how much likelier what the target says is where it holds.
type population struct {
	*view
	ready  []float64 // point → the chance that it holds where all of its inputs do
	input  []float64 // edge → the first message
	target []float64 // edge → the second
	chance []float64 // node → the chance that it holds
	weight float64   // logarithm of how likely what is known is
}

// readiness is how plain and mirrored populations differ: in a plain one of 0.97
// people know most of what they could, in a mirrored one few points are goals. The
// heights of layered ones are shares of the longest chain. Chances nearer to 0 or 1
// would turn a guess about people into logic about the person.
var (
	readiness = []float64{0.1, 0.4, 0.7, 0.9, 0.97}
	heights   = []float64{0.2, 0.4, 0.6, 0.8}
)

const beneath, beyond = 0.95, 0.15 // readiness up to the height of a layered population, and above

const (
	// leak is how much less likely a point is to hold where some input does not:
	// graphs have errors, and people have gaps. It also keeps loops of messages from
	// convincing themselves.
	leak = 0.02
	// certain is evidence that settles a point.
	certain = 1e3

	// A population whose chances move less than settled in a sweep has converged; most
	// sweeps are made. One that explains the answers e^lost times worse than another
	// after the first is given up.
	settled = 1e-3
	most    = 30
	lost    = 7
)

func newBelief(net *network) *belief {
	n := len(net.nodes)
	b := &belief{evidence: make([]float64, n), chance: make([]float64, n)}
	for v := range b.evidence {
		b.evidence[v] = 1
	}
	b.plain = view{network: net, evidence: b.evidence}
	b.mirror = view{network: net.mirror(), evidence: make([]float64, n)}
	add := func(v *view, ready func(node int) float64) {
		edges := len(v.inputs)
		p := population{view: v, ready: make([]float64, n), input: make([]float64, edges), target: make([]float64, edges), chance: make([]float64, n)}
		for node := range p.ready {
			p.ready[node] = ready(node)
		}
		b.populations = append(b.populations, p)
	}
	for _, ready := range readiness {
		add(&b.plain, func(int) float64 { return ready })
		add(&b.mirror, func(int) float64 { return ready })
	}
	height, top := net.heights()
	for _, share := range heights {
		add(&b.plain, func(node int) float64 {
			if float64(height[node]) < share*float64(top+1) {
				return beneath
			}
			return beyond
		})
	}
	return b
}

// update computes the chances from the evidence.
func (b *belief) update() {
	b.mirror.offset = 0
	for v, e := range b.evidence {
		b.mirror.evidence[len(b.evidence)-1-v] = 1 / e
		b.mirror.offset += math.Log(e)
	}
	best := math.Inf(-1)
	for i := range b.populations {
		p := &b.populations[i]
		for e := range p.target {
			p.target[e] = 1
		}
		p.forth()
		p.propagate(1)
		best = max(best, p.weight)
	}
	bar := best - lost
	best = math.Inf(-1)
	for i := range b.populations {
		if p := &b.populations[i]; p.weight >= bar {
			p.propagate(most)
			best = max(best, p.weight)
		} else {
			p.weight = math.Inf(-1)
		}
	}
	sum := 0.0
	for i := range b.populations {
		sum += math.Exp(b.populations[i].weight - best)
	}
	clear(b.chance)
	for i := range b.populations {
		p := &b.populations[i]
		if share := math.Exp(p.weight-best) / sum; share > 0 {
			if p.view == &b.mirror {
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

// propagate passes messages from targets to inputs and back, until they settle or
// for so many sweeps, and weighs the population.
func (p *population) propagate(sweeps int) {
	for range sweeps {
		p.back()
		if p.forth() < settled {
			break
		}
	}
	p.weigh()
}

// Bounds of messages, so that products of many stay numbers.
const (
	leastChance = 1e-6
	leastRatio  = 1e-4
	huge        = 1e100 // the most that odds are taken for; 1/huge is the least
	few         = 16    // the product of so many messages is no more
)

// Most time goes by in the next functions: their conditions are plain.
func bound(x, least, most float64) float64 {
	if x < least {
		return least
	}
	if x > most {
		return most
	}
	return x
}

// able is the chance that all inputs of a node hold or, for a gate that asks for
// some, that none does.
func (p *population) able(n *node) float64 {
	chance := 1.0
	if n.kind == some {
		for _, in := range p.input[n.in.lo:n.in.hi] {
			chance *= 1 - in
		}
		return chance
	}
	for _, in := range p.input[n.in.lo:n.in.hi] {
		chance *= in
	}
	return chance
}

// prior is the chance that a node holds as its inputs say.
func (p *population) prior(v int, n *node) float64 {
	able := p.able(n)
	switch n.kind {
	case point:
		return p.ready[v] * (leak + (1-leak)*able)
	case some:
		return 1 - able
	}
	return able
}

// rescale keeps a product of many factors, times huge to the power of far, within
// what a number can hold: nothing is lost where later factors turn it back.
func rescale(product, far float64) (p, f float64) {
	if product > huge {
		return product / huge, far + 1
	}
	if product < 1/huge {
		return product * huge, far - 1
	}
	return product, far
}

// ratio is how much likelier all that is known of a node, and of what rests on
// it, is where it holds: r times huge to the power of far.
func (p *population) ratio(v int, n *node) (r, far float64) {
	r = p.evidence[v]
	for i, e := range p.out[n.out.lo:n.out.hi] {
		r *= p.target[e]
		if i >= few {
			r, far = rescale(r, far)
		}
	}
	return r, far
}

// odds is the ratio of a node, within bounds: what is beyond is certain.
func (p *population) odds(v int, n *node) float64 {
	r, far := p.ratio(v, n)
	if far != 0 {
		r = bound(r*math.Pow(huge, far), 1/huge, huge)
	}
	return r
}

// forth updates chances and the messages of inputs, from the bottom up, and
// returns by how much a chance has moved at most.
func (p *population) forth() (change float64) {
	for v := range p.nodes {
		n := &p.nodes[v]
		prior := bound(p.prior(v, n), 1e-9, 1-1e-9)
		odds := prior / (1 - prior) * p.odds(v, n)
		chance := odds / (1 + odds)
		change = max(change, math.Abs(chance-p.chance[v]))
		p.chance[v] = chance
		for _, e := range p.out[n.out.lo:n.out.hi] {
			p.input[e] = bound(odds/(p.target[e]+odds), leastChance, 1-leastChance)
		}
	}
	return change
}

// back updates the messages of targets, from the top down.
func (p *population) back() {
	for v := len(p.nodes) - 1; v >= 0; v-- {
		n := &p.nodes[v]
		if n.in.lo == n.in.hi {
			continue
		}
		ratio, able := p.odds(v, n), p.able(n)
		in, out := p.input[n.in.lo:n.in.hi], p.target[n.in.lo:n.in.hi]
		if n.kind == some {
			for i, chance := range in {
				none := able / (1 - chance) // of the other inputs holds
				out[i] = bound(ratio/(none+(1-none)*ratio), leastRatio, 1/leastRatio)
			}
			continue
		}
		with, without := ratio, 1.0
		if n.kind == point {
			with, without = 1+p.ready[v]*(ratio-1), 1+p.ready[v]*leak*(ratio-1)
		}
		gain := able * (with - without) / without
		for i, chance := range in {
			out[i] = bound(1+gain/chance, leastRatio, 1/leastRatio) // able/chance: the other inputs hold
		}
	}
}

// weigh finds how likely what is known is in a population, by the Bethe
// approximation: the product of what each node makes of its messages, over what
// each edge makes of the two of its own.
func (p *population) weigh() {
	product, far := 1.0, 0.0 // a logarithm for each factor would take long
	for v := range p.nodes {
		n := &p.nodes[v]
		prior := p.prior(v, n)
		with, without := bound(prior, 1/huge, 1), bound(1-prior, 1/huge, 1)
		ratio, much := p.ratio(v, n)
		with *= ratio
		if much > 0 { // either way no term grows beyond huge
			without *= math.Pow(huge, -much)
			far += much
		} else if much < 0 {
			with *= math.Pow(huge, much)
		}
		product, far = rescale(product*(with+without), far)
		edges, more := 1.0, 0.0
		for i, e := range p.out[n.out.lo:n.out.hi] {
			edges *= p.input[e]*p.target[e] + 1 - p.input[e]
			if i >= few {
				edges, more = rescale(edges, more)
			}
		}
		product, far = rescale(product/edges, far-more)
	}
	p.weight = math.Log(product) + far*math.Log(huge) + p.offset
}
