// Package simulate measures how well placement works, on simulated learners. It
// serves `zhitu placement simulate` alone.
//
// Learners of several kinds come to know points in different ways (learner.go).
// Strategies question the same learners (strategy.go): that of a placement session,
// and baselines to compare it with.
package simulate

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/placement"
)

// Trial is what to simulate. Slip and Guess are those of the learners. Sessions know
// them, within the bounds of placement.Options.
type Trial struct {
	Learners    int
	Slip, Guess float64
	Shares      []float64 // of the questions that asking every point once takes, in rising order
	Seed        uint64
}

// Outcome is how well the strategies do, on average over the learners.
type Outcome struct {
	Points int // that can be asked about
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

// Stop is the state in which sessions stop by themselves, sure enough of every
// point.
type Stop struct {
	Questions float64 // on average
	Right     float64 // share of the points with a right conclusion
	Uncertain float64 // share of the points with an uncertain conclusion
}

// KindOutcome is what sessions reach on one kind of learner.
type KindOutcome struct {
	Kind     Kind
	Learners int
	Known    float64 // share of the points that they know
	Right    []float64
	Stop     Stop
}

// Run lets all strategies question the same simulated learners about a position.
// The learners have no evidence on record. The same trial has the same outcome on
// any number of processors. It fails only when the context ends. It costs about as
// many inferences as questions, in parallel on all processors of Go.
func Run(ctx context.Context, g *kg.Graph, position kg.Position, trial Trial) (*Outcome, error) {
	sim := newSimulation(placement.NewNetwork(g, nil, position), trial)
	results := make([]result, trial.Learners)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(results)) && ctx.Err() == nil; i = next.Add(1) - 1 {
				results[i] = sim.questionLearner(ctx, int(i))
			}
		})
	}
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return sim.average(results), nil
}

// result is what the strategies reach on one learner.
type result struct {
	known float64
	right [][]float64 // strategy → after each share of the questions
	stop  Stop        // of the session
}

// questionLearner lets all strategies question the i-th learner, until the context
// ends.
func (s *simulation) questionLearner(ctx context.Context, i int) (r result) {
	l := s.newLearner(uint64(i), Kinds[i%len(Kinds)])
	r.known = l.knownShare()
	for _, strategy := range Strategies {
		if ctx.Err() != nil {
			break
		}
		right, stop := s.question(l, strategy)
		r.right = append(r.right, right)
		if strategy == MostInformative {
			r.stop = stop
		}
	}
	return r
}

// average sums up in the order of the learners, since floating-point sums depend
// on the order.
func (s *simulation) average(results []result) *Outcome {
	out := &Outcome{Points: len(s.points)}
	for _, strategy := range Strategies {
		out.Curves = append(out.Curves, Curve{strategy, make([]float64, len(s.Shares))})
	}
	for _, kind := range Kinds {
		out.Kinds = append(out.Kinds, KindOutcome{Kind: kind, Right: make([]float64, len(s.Shares))})
	}
	for i, r := range results {
		kind := &out.Kinds[i%len(Kinds)]
		kind.Learners++
		kind.Known += r.known
		for c, right := range r.right {
			addAll(out.Curves[c].Right, right)
			if Strategies[c] == MostInformative {
				addAll(kind.Right, right)
			}
		}
		kind.Stop.add(r.stop)
		out.Stop.add(r.stop)
	}
	for _, c := range out.Curves {
		divideAll(c.Right, len(results))
	}
	out.Stop.divide(len(results))
	for i := range out.Kinds {
		k := &out.Kinds[i]
		divideAll(k.Right, k.Learners)
		k.Known /= float64(max(k.Learners, 1))
		k.Stop.divide(k.Learners)
	}
	return out
}

func addAll(sum, more []float64) {
	for i := range sum {
		sum[i] += more[i]
	}
}

func divideAll(sum []float64, by int) {
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

// simulation is a network with what follows from it. Points are nodes of it.
type simulation struct {
	*placement.Network
	Trial
	outputs  [][]int32         // node → the nodes that it is an input of
	nodeOf   map[kg.Node]int32 // point → its node
	points   []int32
	implied  [][]int32 // point → the points that hold where it does
	implying [][]int32 // point → the points that hold only where it does
}

func newSimulation(net *placement.Network, trial Trial) *simulation {
	n := net.Len()
	s := &simulation{
		Network: net, Trial: trial, outputs: make([][]int32, n), nodeOf: map[kg.Node]int32{},
		implied: make([][]int32, n), implying: make([][]int32, n),
	}
	visited := make([]int32, n) // by which point, from 1
	var top int32
	var visit func(v int32)
	visit = func(v int32) {
		if net.Kind(v) == placement.OrGate {
			return // which of its inputs holds is open
		}
		for _, u := range net.Inputs(v) {
			if visited[u] != top+1 {
				visited[u] = top + 1
				if net.Kind(u) == placement.PointNode {
					s.implied[top] = append(s.implied[top], u)
					s.implying[u] = append(s.implying[u], top)
				}
				visit(u)
			}
		}
	}
	for v := range int32(n) {
		for _, u := range net.Inputs(v) {
			s.outputs[u] = append(s.outputs[u], v)
		}
		if net.Kind(v) == placement.PointNode {
			s.points = append(s.points, v)
			s.nodeOf[net.Point(v)] = v
			top = v
			visit(v)
		}
	}
	return s
}
