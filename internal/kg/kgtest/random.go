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

// Shape describes a random world. Shares are in [0,1].
type Shape struct {
	Points       int     // knowledge points
	Layers       int     // about the number of points on the longest chain of prerequisites
	PerPoint     float64 // prerequisites per point, all kinds together
	Near         int     // prerequisites come from so many points around; 0 for all of a layer
	Groups       int     // competencies, nested; the first one is empty
	Alternatives float64 // share of edges in a clause with others
	Soft         float64 // share of edges that are SOFT
	Junctions    float64 // share of ends that are competencies, where one fits
	Positions    int
	Required     int     // requirements per position
	Mastered     float64 // share of points that have a mastery
	Resources    int
}

// BenchShape is the shape of benchmark worlds: 12 layers and 3.1 prerequisites per point,
// as in large catalogs, without alternatives.
func BenchShape(points int) Shape {
	return Shape{Points: points, Layers: 12, PerPoint: 3.1, Near: 60, Groups: points / 25, Positions: 5, Required: 40}
}

// RichShape is a small shape with every feature: nested competencies on both ends of edges,
// inherited clauses of the same name, soft edges, forgetting, resources.
func RichShape(points int) Shape {
	return Shape{
		Points: points, Layers: 6, PerPoint: 2.2, Groups: points/4 + 1, Alternatives: 0.45, Soft: 0.15, Junctions: 0.35,
		Positions: 2, Required: 4, Mastered: 0.5, Resources: points / 3,
	}
}

// RandomWorld makes a world of a shape. The same seed and shape give the same world. It has
// no cycles, since every edge leads to a later layer than all layers of its
// prerequisite.
func RandomWorld(seed uint64, shape Shape) World {
	r := generator{Shape: shape, Rand: rand.New(rand.NewPCG(seed, 0x5a_68_69_74_75))}
	r.addPoints()
	r.addPrerequisites()
	r.addPositions()
	r.addMasteries()
	r.addResources()
	r.world.Sort()
	return r.world
}

// RestrictToClosure replaces the positions of a world by one, P. It requires random points, as long
// as their closure has at most about so many points. RestrictToClosure returns the codes of the
// closure.
func (w *World) RestrictToClosure(closure int) (codes []string) {
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

// generator draws the parts of a random world.
type generator struct {
	Shape
	*rand.Rand
	world  World
	points []string // in the order of their layers
	layer  []int    // of each point
	groups []layeredGroup
}

// layeredGroup is a competency with the layers of its points.
type layeredGroup struct {
	code   string
	lo, hi int
}

func (r *generator) chance(share float64) bool { return r.Float64() < share }

func pickOne[T any](r *generator, from ...T) T { return from[r.IntN(len(from))] }

// addPoints makes points layer by layer and puts neighbours into the same competency,
// so that a competency spans few layers. Codes are shuffled, since their order must not
// follow that of learning.
func (r *generator) addPoints() {
	r.Layers = max(1, min(r.Layers, r.Points)) // none is left empty
	codes := r.Perm(r.Points)
	r.points, r.layer = make([]string, r.Points), make([]int, r.Points)
	leaf := r.addCompetencies()
	for i := range r.points {
		r.points[i], r.layer[i] = fmt.Sprintf("K%05d", codes[i]), i*r.Layers/r.Points
		k := competency.KnowledgePoint{Code: r.points[i], Name: Name(r.points[i])}
		if r.chance(0.7) {
			minutes := pickOne(r, 5, 10, 20, 45, 90)
			k.Minutes = &minutes
		}
		if g := leaf(i); g >= 0 {
			k.Competency = r.groups[g].code
			for ; g >= 0; g = r.parentOf(g) {
				r.groups[g].lo, r.groups[g].hi = min(r.groups[g].lo, r.layer[i]), max(r.groups[g].hi, r.layer[i])
			}
		}
		r.world.KnowledgePoints = append(r.world.KnowledgePoints, k)
	}
	for g := range r.groups {
		if r.groups[g].hi < r.groups[g].lo { // empty: any layer will do
			at := r.IntN(r.Layers)
			for up := g; up >= 0; up = r.parentOf(up) {
				r.groups[up].lo, r.groups[up].hi = min(r.groups[up].lo, at), max(r.groups[up].hi, at)
			}
		}
	}
}

// fanout is how many competencies a competency contains.
const fanout = 4

// parentOf returns the parent of a competency, -1 for none. Competencies are numbered
// like a heap from 1, after the empty one.
func (r *generator) parentOf(g int) int {
	if g <= fanout {
		return -1
	}
	return (g - 1) / fanout
}

// addCompetencies makes the competencies. It returns a function that draws the
// competency of a point, -1 for none.
func (r *generator) addCompetencies() func(point int) int {
	for g := range r.Groups {
		r.groups = append(r.groups, layeredGroup{code: fmt.Sprintf("C%04d", g), lo: math.MaxInt, hi: -1})
		c := competency.Competency{Code: r.groups[g].code, Name: Name(r.groups[g].code)}
		if up := r.parentOf(g); up >= 0 {
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

// edgeEnd is one end of an edge, with its layers.
type edgeEnd struct {
	code   string
	lo, hi int
}

// addPrerequisites draws a dependent for each edge, and a prerequisite from the layers
// below it.
func (r *generator) addPrerequisites() {
	type key struct{ prerequisite, dependent, clause string }
	seen := map[key]bool{}
	edge := func(from, to edgeEnd, clause string, strength competency.Strength) {
		if id := (key{from.code, to.code, clause}); !seen[id] {
			seen[id] = true
			e := competency.Prerequisite{Prerequisite: from.code, Dependent: to.code, Clause: clause, Strength: strength}
			if r.chance(0.4) {
				theta := pickOne(r, 0.5, 0.7, 0.85, 0.95)
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
		to := edgeEnd{r.points[i], r.layer[i], r.layer[i]}
		if g := r.drawCompetency(func(g layeredGroup) bool { return g.lo > 0 }); g != nil {
			to = edgeEnd{g.code, g.lo, g.hi}
		}
		switch {
		case r.chance(r.Soft):
			edge(r.drawPrerequisite(i, to), to, "", competency.Soft)
			made++
		case r.chance(r.Alternatives):
			clause := pickOne(r, "a", "b", "丙")
			for range 2 + r.IntN(2) {
				edge(r.drawPrerequisite(i, to), to, clause, competency.Hard)
				made++
			}
		default:
			edge(r.drawPrerequisite(i, to), to, "", competency.Hard)
			made++
		}
	}
}

// drawCompetency returns a competency that fits, for the share of ends that are
// competencies; else nil.
func (r *generator) drawCompetency(fits func(layeredGroup) bool) *layeredGroup {
	if len(r.groups) == 0 || !r.chance(r.Junctions) {
		return nil
	}
	if g := &r.groups[r.IntN(len(r.groups))]; fits(*g) {
		return g
	}
	return nil
}

// drawPrerequisite returns a prerequisite for a dependent. It is mostly a point of the
// layer directly below, near the same place in the layer where the shape says so.
func (r *generator) drawPrerequisite(i int, to edgeEnd) edgeEnd {
	if g := r.drawCompetency(func(g layeredGroup) bool { return g.hi < to.lo }); g != nil {
		return edgeEnd{g.code, g.lo, g.hi}
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
	return edgeEnd{r.points[j], r.layer[j], r.layer[j]}
}

func (r *generator) addPositions() {
	for p := range r.Positions {
		code := fmt.Sprintf("P%02d", p)
		r.world.Positions = append(r.world.Positions, competency.Position{Code: code, Name: Name(code)})
		targets := map[string]bool{}
		for range r.Required {
			target := r.points[r.Points-1-r.IntN((r.Points+1)/2)] // from the upper layers
			if g := r.drawCompetency(func(layeredGroup) bool { return true }); g != nil {
				target = g.code
			}
			if targets[target] {
				continue
			}
			targets[target] = true
			level, weight, critical := pickOne(r, 0.3, 0.5, 0.7, 0.85, 0.95), pickOne(r, 0.5, 1, 2, 10), r.chance(0.3)
			req := competency.Requirement{Position: code, Target: target, Level: &level, Weight: &weight}
			if critical {
				req.Critical = &critical
			}
			r.world.Requirements = append(r.world.Requirements, req)
		}
	}
}

func (r *generator) addMasteries() {
	for _, code := range r.points {
		if r.chance(r.Mastered) {
			r.world.Mastery = append(r.world.Mastery, competency.Assessment{
				KnowledgePoint: code, Mastery: pickOne(r, 0, 0.2, 0.5, 0.7, 0.9, 1),
				AssessedAt: Now.Add(-Day * pickOne[time.Duration](r, 0, 19, 180, 400, 900)),
			})
		}
	}
	slices.SortFunc(r.world.Mastery, func(a, b competency.Assessment) int { return cmp.Compare(a.KnowledgePoint, b.KnowledgePoint) })
}

func (r *generator) addResources() {
	for i := range r.Resources {
		code := fmt.Sprintf("R%04d", i)
		res := competency.Resource{
			Code: code, Title: Name(code), Modality: pickOne(r, competency.Video, competency.Document, competency.Practice),
			Language: pickOne(r, "", "en", "zh-CN", "zh"),
		}
		if r.chance(0.8) {
			minutes := pickOne(r, 10, 25, 60)
			res.Minutes = &minutes
		}
		for _, p := range r.Perm(r.Points)[:min(r.Points, 1+r.IntN(3))] {
			res.Teaches = append(res.Teaches, r.points[p])
		}
		r.world.Resources = append(r.world.Resources, res)
	}
}
