package placement

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/zhitu/zhitu/internal/kg"
)

// Strategy is a way to choose questions and to conclude from the answers.
type Strategy string

// The strategies that a simulation compares.
const (
	// RandomAlone asks in random order, believes each answer, and takes all other
	// points for what most answers were.
	RandomAlone Strategy = "RANDOM_ALONE"
	// Random asks in random order and concludes as a session does.
	Random Strategy = "RANDOM"
	// Halves believes each answer, as well of all that it implies, and asks next the
	// point that surely decides most points that are open.
	Halves Strategy = "HALVES"
	// Telling is that of a session.
	Telling Strategy = "TELLING"
)

// Strategies lists them, the simplest first.
var Strategies = []Strategy{RandomAlone, Random, Halves, Telling}

// Kind is a way in which simulated people come to know what they know. Whatever
// the kind, they know no point without what it rests on, and anything between
// nearly nothing and nearly everything is as likely.
type Kind string

// The kinds of learner.
const (
	// Wanderer learns one point after the other, each time any that is ready to be
	// learned, up to a random number of them.
	Wanderer Kind = "WANDERER"
	// Striver takes points at random as goals and learns each with all that it rests
	// on, up to a random number of points.
	Striver Kind = "STRIVER"
	// Forgetful knows each point with the same random chance, where what it rests on
	// is known.
	Forgetful Kind = "FORGETFUL"
	// Climber knows a point the more likely, where what it rests on is known, the
	// less deep it lies compared with a random height.
	Climber Kind = "CLIMBER"
)

// Kinds lists them. A simulation takes them in turns.
var Kinds = []Kind{Wanderer, Striver, Forgetful, Climber}

// Trial is what to simulate. Slip and Guess are those of the learners; sessions
// know them, within their bounds.
type Trial struct {
	Learners    int
	Slip, Guess float64
	Shares      []float64 // of the questions that asking every point once takes, in rising order
	Seed        uint64
}

// Outcome is how well the strategies do, on average over the learners.
type Outcome struct {
	Points int // that there are to ask about
	Curves []Curve
	Kinds  []KindOutcome
	Stop   Stop
}

// Curve is the share of all points, asked or not, about which a strategy is right
// after each share of the questions.
type Curve struct {
	Strategy Strategy
	Right    []float64
}

// Stop is where sessions stop by themselves, sure enough of every point.
type Stop struct {
	Questions float64 // on average
	Right     float64 // share of the points then
	Uncertain float64 // share of the points that were called uncertain
}

// KindOutcome is what sessions reach on one kind of learner.
type KindOutcome struct {
	Kind     Kind
	Learners int
	Known    float64 // share of the points that they know
	Right    []float64
	Stop     Stop
}

// Simulate lets strategies question the same made-up people, of whom nothing is on
// record, about a position. The same trial has the same outcome, on however many
// processors. It fails only when the context ends. It costs about as many questions
// as all learners are asked, shared by the processors that Go may use.
func Simulate(ctx context.Context, g *kg.Graph, position kg.Position, trial Trial) (*Outcome, error) {
	sim := newSimulation(newNetwork(g, nil, position), trial)
	people := make([]person, trial.Learners)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(people)) && ctx.Err() == nil; i = next.Add(1) - 1 {
				people[i] = sim.person(ctx, int(i))
			}
		})
	}
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := &Outcome{Points: len(sim.points)}
	for _, s := range Strategies {
		out.Curves = append(out.Curves, Curve{s, make([]float64, len(trial.Shares))})
	}
	for _, k := range Kinds {
		out.Kinds = append(out.Kinds, KindOutcome{Kind: k, Right: make([]float64, len(trial.Shares))})
	}
	for i, p := range people { // in order, because sums of fractions depend on it
		kind := &out.Kinds[i%len(Kinds)]
		kind.Learners++
		kind.Known += p.known
		for c, right := range p.right {
			add(out.Curves[c].Right, right)
			if Strategies[c] == Telling {
				add(kind.Right, right)
			}
		}
		kind.Stop.add(p.stop)
		out.Stop.add(p.stop)
	}
	for _, c := range out.Curves {
		divide(c.Right, trial.Learners)
	}
	out.Stop.divide(trial.Learners)
	for i := range out.Kinds {
		k := &out.Kinds[i]
		divide(k.Right, k.Learners)
		k.Known /= float64(max(k.Learners, 1))
		k.Stop.divide(k.Learners)
	}
	return out, nil
}

// person is what a simulation finds of one learner.
type person struct {
	known float64
	right [][]float64 // strategy → after each share of the questions
	stop  Stop        // of the session
}

// person lets all strategies question the i-th learner, until the context ends.
func (s *simulation) person(ctx context.Context, i int) (p person) {
	l := s.learner(uint64(i), Kinds[i%len(Kinds)])
	p.known = l.known()
	for _, strategy := range Strategies {
		if ctx.Err() != nil {
			break
		}
		right, stop := s.question(l, strategy)
		p.right = append(p.right, right)
		if strategy == Telling {
			p.stop = stop
		}
	}
	return p
}

func add(sum, more []float64) {
	for i := range sum {
		sum[i] += more[i]
	}
}

func divide(sum []float64, by int) {
	for i := range sum {
		sum[i] /= float64(max(by, 1))
	}
}

func (s *Stop) add(more Stop) {
	s.Questions, s.Right, s.Uncertain = s.Questions+more.Questions, s.Right+more.Right, s.Uncertain+more.Uncertain
}

func (s *Stop) divide(by int) {
	n := float64(max(by, 1))
	s.Questions, s.Right, s.Uncertain = s.Questions/n, s.Right/n, s.Uncertain/n
}

type simulation struct {
	*network
	Trial
	points   []int32   // nodes
	implied  [][]int32 // point → the points that hold where it does
	implying [][]int32 // point → the points that hold only where it does
}

func newSimulation(net *network, trial Trial) *simulation {
	n := len(net.nodes)
	s := &simulation{network: net, Trial: trial, implied: make([][]int32, n), implying: make([][]int32, n)}
	seen := make([]int32, n) // by which point, from 1
	var top int32
	var walk func(v int32)
	walk = func(v int32) {
		if net.nodes[v].kind == some {
			return // which of its inputs holds is open
		}
		for _, u := range net.inputs[net.nodes[v].in.lo:net.nodes[v].in.hi] {
			if seen[u] != top+1 {
				seen[u] = top + 1
				if net.nodes[u].kind == point {
					s.implied[top] = append(s.implied[top], u)
					s.implying[u] = append(s.implying[u], top)
				}
				walk(u)
			}
		}
	}
	for v := range int32(n) {
		if net.nodes[v].kind == point {
			s.points = append(s.points, v)
			top = v
			walk(v)
		}
	}
	return s
}

// learner is a made-up person.
type learner struct {
	*simulation
	*rand.Rand
	knows  []bool // by node
	right  []bool // point → how they answer
	random []int32
}

// learner makes the i-th person. All strategies get the same answers.
func (s *simulation) learner(i uint64, kind Kind) *learner {
	l := &learner{simulation: s, Rand: rand.New(rand.NewPCG(s.Seed, i)), knows: make([]bool, len(s.nodes))}
	share := l.Float64()
	switch kind {
	case Wanderer:
		l.wander(int(share*float64(len(s.points)) + 0.5))
	case Striver:
		l.strive(int(share*float64(len(s.points)) + 0.5))
	case Forgetful:
		// A point that rests on the mean number of others is known with a chance of about share².
		var below float64
		for _, v := range s.points {
			below += float64(len(s.implied[v]))
		}
		chance := math.Pow(share, 2/(1+below/float64(len(s.points))))
		l.grow(func(int32) float64 { return chance })
	case Climber:
		height, top := l.heights()
		l.grow(func(v int32) float64 { return 1 / (1 + math.Exp(8*float64(height[v])/float64(top+1)-12*share+2)) })
	}
	l.right = make([]bool, len(s.nodes))
	for _, v := range s.points {
		chance := s.Guess
		if l.knows[v] {
			chance = 1 - s.Slip
		}
		l.right[v] = l.Float64() < chance
	}
	l.random = slices.Clone(s.points)
	l.Shuffle(len(l.random), func(i, j int) { l.random[i], l.random[j] = l.random[j], l.random[i] })
	return l
}

// known is the share of the points that the person knows.
func (l *learner) known() float64 {
	n := 0
	for _, v := range l.points {
		if l.knows[v] {
			n++
		}
	}
	return float64(n) / float64(max(len(l.points), 1))
}

// able reports whether the person knows what a node asks for.
func (l *learner) able(v int32) bool {
	n := &l.nodes[v]
	for _, u := range l.inputs[n.in.lo:n.in.hi] {
		if l.knows[u] == (n.kind == some) { // which decides
			return l.knows[u]
		}
	}
	return n.kind != some
}

// learn makes a node known, and the gates that then hold. It calls ready for each
// point that may be learned because of it.
func (l *learner) learn(v int32, ready func(int32)) {
	l.knows[v] = true
	n := &l.nodes[v]
	for _, e := range l.out[n.out.lo:n.out.hi] {
		switch t := l.target[e]; {
		case l.knows[t] || !l.able(t):
		case l.nodes[t].kind == point:
			ready(t)
		default:
			l.learn(t, ready)
		}
	}
}

func (l *learner) wander(want int) {
	var fringe []int32
	listed := make([]bool, len(l.nodes))
	ready := func(v int32) {
		if !listed[v] {
			listed[v] = true
			fringe = append(fringe, v)
		}
	}
	for _, v := range l.points {
		if l.able(v) {
			ready(v)
		}
	}
	for range want {
		i := l.IntN(len(fringe))
		v := fringe[i]
		fringe[i] = fringe[len(fringe)-1]
		fringe = fringe[:len(fringe)-1]
		l.learn(v, ready)
	}
}

func (l *learner) strive(want int) {
	learned := 0
	var attain func(v int32)
	attain = func(v int32) {
		n := &l.nodes[v]
		inputs := l.inputs[n.in.lo:n.in.hi]
		if n.kind == some && !l.able(v) {
			i := l.IntN(len(inputs))
			inputs = inputs[i : i+1]
		}
		for _, u := range inputs {
			if !l.knows[u] && (n.kind != some || len(inputs) == 1) {
				attain(u)
			}
		}
		if !l.knows[v] {
			l.learn(v, func(int32) {})
			if n.kind == point {
				learned++
			}
		}
	}
	for learned < want {
		if v := l.points[l.IntN(len(l.points))]; !l.knows[v] {
			attain(v)
		}
	}
}

// grow makes each point known with its chance where the person is able to.
func (l *learner) grow(chance func(v int32) float64) {
	for v := range int32(len(l.nodes)) {
		l.knows[v] = l.able(v) && (l.nodes[v].kind != point || l.Float64() < chance(v))
	}
}

// question asks a person by a strategy, and returns the share of the points about
// which it is right after each share of the questions.
func (s *simulation) question(l *learner, strategy Strategy) (right []float64, stop Stop) {
	asks := make([]int, len(s.Shares))
	for i, share := range s.Shares {
		asks[i] = min(int(share*float64(len(s.points))+1e-9), len(s.points))
	}
	right = make([]float64, len(asks))
	switch strategy {
	case RandomAlone:
		for i, n := range asks {
			right[i] = l.score(l.alone(n))
		}
	case Halves:
		h := newHalves(l)
		for i, n := range asks {
			for h.questions < n {
				h.ask()
			}
			right[i] = l.score(func(v int32) bool { return h.holds[v] })
		}
	case Random:
		session := s.session()
		for i, n := range asks {
			for _, v := range l.random[session.questions:n] {
				session.Answer(l.answer(v))
			}
			right[i] = l.score(session.holds())
		}
	case Telling:
		return s.telling(l, asks)
	}
	return right, stop
}

func (s *simulation) session() *Session {
	return newSession(s.network, nil, Options{Slip: max(s.Slip, 0.01), Guess: max(s.Guess, 0.01)})
}

// telling lets a session ask, on beyond where it would stop by itself.
func (s *simulation) telling(l *learner, asks []int) (right []float64, stop Stop) {
	session, stopped := s.session(), false
	right = make([]float64, len(asks))
	for i := 0; i < len(asks) || !stopped; {
		_, on := session.Next()
		if !stopped && !on {
			stopped = true
			stop.Questions, stop.Right = float64(session.questions), l.score(session.holds())
			for _, c := range session.Conclusions() {
				if c.Uncertain() {
					stop.Uncertain += 1 / float64(len(s.points))
				}
			}
		}
		for ; i < len(asks) && asks[i] == session.questions; i++ {
			right[i] = l.score(session.holds())
		}
		if stopped && i < len(asks) && asks[i] == len(s.points) { // whatever the order
			for _, v := range s.points {
				if !session.asked[v] {
					session.Answer(l.answer(v))
				}
			}
			continue
		}
		if v, _ := session.telling(); v >= 0 {
			session.Answer(l.answer(int32(v)))
		}
	}
	return right, stop
}

// answer is how the person answers about the point of a node.
func (l *learner) answer(v int32) Answer {
	a := Answer{Point: l.nodes[v].point}
	if l.right[v] {
		a.Score = 1
	}
	return a
}

// score is the share of the points about which a conclusion is right.
func (l *learner) score(concludes func(v int32) bool) float64 {
	right := 0
	for _, v := range l.points {
		if concludes(v) == l.knows[v] {
			right++
		}
	}
	return float64(right) / float64(max(len(l.points), 1))
}

// holds is what a session concludes of nodes.
func (s *Session) holds() func(v int32) bool {
	s.settle()
	return func(v int32) bool { return s.belief.chance[v] > 0.5 }
}

// alone is what n answers in random order say without the graph.
func (l *learner) alone(n int) func(v int32) bool {
	asked, balance := make([]bool, len(l.nodes)), 0
	for _, v := range l.random[:n] {
		asked[v] = true
		if l.right[v] {
			balance++
		} else {
			balance--
		}
	}
	return func(v int32) bool {
		if asked[v] {
			return l.right[v]
		}
		return balance > 0
	}
}
