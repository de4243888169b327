package kgtest

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
)

// Shape says what a random world looks like. Shares are of 1.
type Shape struct {
	Points       int     // knowledge points
	Layers       int     // the longest chain of prerequisites between points has about as many points
	PerPoint     float64 // prerequisites per point, all kinds together
	Near         int     // prerequisites come from so many points around; 0 for all of a layer
	Groups       int     // competencies, nested; the first one is empty
	Alternatives float64 // share of edges in a clause with others
	Soft         float64 // share of edges that are SOFT
	Junctions    float64 // share of ends that are competencies, where there is a fitting one
	Positions    int
	Required     int     // requirements per position
	Mastered     float64 // share of points that have a mastery
	Resources    int
}

// Bench is the shape of the worlds of benchmarks: 12 layers and 3.1
// prerequisites per point, as large catalogs have, without alternatives.
func Bench(points int) Shape {
	return Shape{Points: points, Layers: 12, PerPoint: 3.1, Near: 60, Groups: points / 25, Positions: 5, Required: 40}
}

// Rich is a small shape in which everything happens: nested competencies on
// both ends of edges, clauses of the same name above each other, soft edges,
// forgetting, resources.
func Rich(points int) Shape {
	return Shape{
		Points: points, Layers: 6, PerPoint: 2.2, Groups: points/4 + 1, Alternatives: 0.45, Soft: 0.15, Junctions: 0.35,
		Positions: 2, Required: 4, Mastered: 0.5, Resources: points / 3,
	}
}

// Random makes a world of a shape. The same seed and shape give the same world,
// and it is free of cycles: every edge leads to a later layer than any that its
// prerequisite touches.
func Random(seed uint64, shape Shape) World {
	r := random{Shape: shape, Rand: rand.New(rand.NewPCG(seed, 0x5a_68_69_74_75))}
	r.learnables()
	r.prerequisites()
	r.positions()
	r.masteries()
	r.resources()
	r.world.Sort()
	return r.world
}

// Narrow gives a world one position instead of its own, P, which requires points at
// random as long as they rest on no more than about so many points, and returns
// the codes of all those points.
func (w *World) Narrow(closure int) (codes []string) {
	before := map[string][]string{}
	for _, e := range w.Prerequisites {
		before[e.Dependent] = append(before[e.Dependent], e.Prerequisite)
	}
	w.Positions, w.Requirements = []competency.Position{{Code: "P", Name: Name("P")}}, nil
	in := map[string]bool{}
	r := rand.New(rand.NewPCG(1, 2))
	for _, i := range r.Perm(len(w.KnowledgePoints)) {
		code := w.KnowledgePoints[i].Code
		more := []string{}
		for next := []string{code}; len(next) > 0; next = next[1:] {
			if c := next[0]; !in[c] && !slices.Contains(more, c) {
				more, next = append(more, c), append(next, before[c]...)
			}
		}
		if len(in)+len(more) <= closure {
			for _, c := range more {
				in[c] = true
			}
			codes = append(codes, more...)
			w.Requirements = append(w.Requirements, competency.Requirement{Position: "P", Target: code, Weight: new(1 + r.Float64())})
		}
		if len(in) > closure*98/100 {
			break
		}
	}
	slices.SortFunc(w.Requirements, func(a, b competency.Requirement) int { return cmp.Compare(a.Target, b.Target) })
	return codes
}

type random struct {
	Shape
	*rand.Rand
	world  World
	points []string // in the order of their layers
	layer  []int    // of each point
	groups []group
}

// group is a competency and the layers that its points lie in.
type group struct {
	code   string
	lo, hi int
}

func (r *random) chance(share float64) bool { return r.Float64() < share }

func pick[T any](r *random, from ...T) T { return from[r.IntN(len(from))] }

// learnables makes points layer by layer and puts neighbours into the same
// competency, so that a competency spans few layers. Codes are shuffled: their
// order must not follow that of learning.
func (r *random) learnables() {
	r.Layers = max(1, min(r.Layers, r.Points)) // none is left empty
	codes := r.Perm(r.Points)
	r.points, r.layer = make([]string, r.Points), make([]int, r.Points)
	leaf := r.tree()
	for i := range r.points {
		r.points[i], r.layer[i] = fmt.Sprintf("K%05d", codes[i]), i*r.Layers/r.Points
		k := competency.KnowledgePoint{Code: r.points[i], Name: Name(r.points[i])}
		if r.chance(0.7) {
			minutes := pick(r, 5, 10, 20, 45, 90)
			k.Minutes = &minutes
		}
		if g := leaf(i); g >= 0 {
			k.Competency = r.groups[g].code
			for ; g >= 0; g = r.above(g) {
				r.groups[g].lo, r.groups[g].hi = min(r.groups[g].lo, r.layer[i]), max(r.groups[g].hi, r.layer[i])
			}
		}
		r.world.KnowledgePoints = append(r.world.KnowledgePoints, k)
	}
	for g := range r.groups {
		if r.groups[g].hi < r.groups[g].lo { // empty: it may stand anywhere
			at := r.IntN(r.Layers)
			for up := g; up >= 0; up = r.above(up) {
				r.groups[up].lo, r.groups[up].hi = min(r.groups[up].lo, at), max(r.groups[up].hi, at)
			}
		}
	}
}

// fanout is how many competencies a competency contains.
const fanout = 4

// above returns the competency above another: they are numbered like a heap
// from 1, after the empty one.
func (r *random) above(g int) int {
	if g <= fanout {
		return -1
	}
	return (g - 1) / fanout
}

// tree makes the competencies and returns which of them a point belongs to, -1
// for none.
func (r *random) tree() func(point int) int {
	for g := range r.Groups {
		r.groups = append(r.groups, group{code: fmt.Sprintf("C%04d", g), lo: math.MaxInt, hi: -1})
		c := competency.Competency{Code: r.groups[g].code, Name: Name(r.groups[g].code)}
		if up := r.above(g); up >= 0 {
			c.Parent = r.groups[up].code
		}
		r.world.Competencies = append(r.world.Competencies, c)
	}
	var walk []int // depth first, so that neighbours are near in the tree
	var visit func(g int)
	visit = func(g int) {
		if g < r.Groups {
			walk = append(walk, g)
			for child := fanout*g + 1; g > 0 && child <= fanout*g+fanout; child++ {
				visit(child)
			}
		}
	}
	for g := 1; g <= fanout; g++ {
		visit(g)
	}
	return func(point int) int {
		if len(walk) == 0 || r.chance(0.1) {
			return -1
		}
		return walk[point*len(walk)/r.Points]
	}
}

// end is one end of an edge, with the layers that it touches.
type end struct {
	code   string
	lo, hi int
}

// prerequisites draws a dependent for each edge, and below its layer what it
// requires.
func (r *random) prerequisites() {
	type key struct{ prerequisite, dependent, clause string }
	seen := map[key]bool{}
	edge := func(from, to end, clause string, strength competency.Strength) {
		if id := (key{from.code, to.code, clause}); !seen[id] {
			seen[id] = true
			e := competency.Prerequisite{Prerequisite: from.code, Dependent: to.code, Clause: clause, Strength: strength}
			if r.chance(0.4) {
				theta := pick(r, 0.5, 0.7, 0.85, 0.95)
				e.Level = &theta
			}
			r.world.Prerequisites = append(r.world.Prerequisites, e)
		}
	}
	first := slices.IndexFunc(r.layer, func(layer int) bool { return layer > 0 })
	if first < 0 {
		return
	}
	for made, want := 0, int(r.PerPoint*float64(r.Points)); made < want; {
		i := first + r.IntN(r.Points-first)
		to := end{r.points[i], r.layer[i], r.layer[i]}
		if g := r.junction(func(g group) bool { return g.lo > 0 }); g != nil {
			to = end{g.code, g.lo, g.hi}
		}
		switch {
		case r.chance(r.Soft):
			edge(r.below(i, to), to, "", competency.Soft)
			made++
		case r.chance(r.Alternatives):
			clause := pick(r, "a", "b", "丙")
			for range 2 + r.IntN(2) {
				edge(r.below(i, to), to, clause, competency.Hard)
				made++
			}
		default:
			edge(r.below(i, to), to, "", competency.Hard)
			made++
		}
	}
}

// junction returns, for the share of ends that are competencies, one that fits.
func (r *random) junction(fits func(group) bool) *group {
	if len(r.groups) == 0 || !r.chance(r.Junctions) {
		return nil
	}
	if g := &r.groups[r.IntN(len(r.groups))]; fits(*g) {
		return g
	}
	return nil
}

// below returns what may come before a dependent: mostly a point of the layer
// just beneath it, near the same place in the layer where the shape says so.
func (r *random) below(i int, to end) end {
	if g := r.junction(func(g group) bool { return g.hi < to.lo }); g != nil {
		return end{g.code, g.lo, g.hi}
	}
	layer := to.lo - 1
	if layer > 0 && r.chance(0.2) {
		layer = r.IntN(layer)
	}
	bounds := func(layer int) (lo, hi int) {
		lo, _ = slices.BinarySearch(r.layer, layer)
		hi, _ = slices.BinarySearch(r.layer, layer+1)
		return lo, hi
	}
	lo, hi := bounds(layer)
	if r.Near > 0 && hi-lo > r.Near {
		ownLo, ownHi := bounds(r.layer[i])
		at := lo + (i-ownLo)*(hi-lo)/(ownHi-ownLo) - r.Near/2
		lo = max(lo, min(at, hi-r.Near))
		hi = lo + r.Near
	}
	j := lo + r.IntN(hi-lo)
	return end{r.points[j], r.layer[j], r.layer[j]}
}

func (r *random) positions() {
	for p := range r.Positions {
		code := fmt.Sprintf("P%02d", p)
		r.world.Positions = append(r.world.Positions, competency.Position{Code: code, Name: Name(code)})
		targets := map[string]bool{}
		for range r.Required {
			target := r.points[r.Points-1-r.IntN((r.Points+1)/2)] // from the upper layers
			if g := r.junction(func(group) bool { return true }); g != nil {
				target = g.code
			}
			if targets[target] {
				continue
			}
			targets[target] = true
			level, weight, critical := pick(r, 0.3, 0.5, 0.7, 0.85, 0.95), pick(r, 0.5, 1, 2, 10), r.chance(0.3)
			req := competency.Requirement{Position: code, Target: target, Level: &level, Weight: &weight}
			if critical {
				req.Critical = &critical
			}
			r.world.Requirements = append(r.world.Requirements, req)
		}
	}
}

func (r *random) masteries() {
	for _, code := range r.points {
		if r.chance(r.Mastered) {
			r.world.Mastery = append(r.world.Mastery, competency.Assessment{
				KnowledgePoint: code, Mastery: pick(r, 0, 0.2, 0.5, 0.7, 0.9, 1),
				AssessedAt: Now.Add(-Day * pick[time.Duration](r, 0, 19, 180, 400, 900)),
			})
		}
	}
	slices.SortFunc(r.world.Mastery, func(a, b competency.Assessment) int { return cmp.Compare(a.KnowledgePoint, b.KnowledgePoint) })
}

func (r *random) resources() {
	for i := range r.Resources {
		code := fmt.Sprintf("R%04d", i)
		res := competency.Resource{
			Code: code, Title: Name(code), Modality: pick(r, competency.Video, competency.Document, competency.Practice),
			Language: pick(r, "", "en", "zh-CN", "zh"),
		}
		if r.chance(0.8) {
			minutes := pick(r, 10, 25, 60)
			res.Minutes = &minutes
		}
		for _, p := range r.Perm(r.Points)[:min(r.Points, 1+r.IntN(3))] {
			res.Teaches = append(res.Teaches, r.points[p])
		}
		r.world.Resources = append(r.world.Resources, res)
	}
}
