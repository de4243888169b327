package plan

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/gap"
	"github.com/zhitu/zhitu/internal/kg"
)

// Opening is a point that waits for nothing, with what learning it opens.
type Opening struct {
	Point   kg.Node
	Minutes int     // of its step
	Value   float64 // weighted coverage of the point and of all that rests on it, see Unlocks
}

// Openings returns the points that can be learned next, in topological order: the LEARN
// steps of [Path.Next]. Sums run in the order of codes. It costs O(n/64 · (n + links)).
func (p *PendingSet) Openings(modalities []competency.Modality) []Opening {
	s := scratches.Get().(*scratch)
	defer s.release()
	o := &s.openings
	o.reset(p)
	var openings []Opening
	limits := Limits{Modalities: modalities}
	for i := len(p.points) - 1; i >= 0; i-- { // dependents first, see forEachReaching
		set := o.set(int32(i))
		for _, j := range o.junctions.of(i) {
			unionInto(set, o.set(j))
		}
		waitsFor := p.hard.of(i)
		for _, v := range waitsFor {
			unionInto(o.set(v), set)
		}
		if len(waitsFor) > 0 {
			continue
		}
		_, base := chooseResource(p.g, p.points[i], &limits)
		openings = append(openings, Opening{p.points[i], learnMinutes(base, p.details[i].mastery, p.details[i].need), o.sum(set)})
	}
	slices.Reverse(openings)
	return openings
}

// openingSums is the working memory of Openings.
type openingSums struct {
	valued    []int32   // points that close an unmet requirement, by code
	values    []float64 // of these
	words     int       // of a set of these
	resting   []uint64  // vertex → those that rest on it, and itself
	junctions adjacency // point → the junctions that it is in
}

func (o *openingSums) reset(p *PendingSet) {
	o.valued, o.values = o.valued[:0], o.values[:0]
	for i := range p.points {
		if r := p.requirement(i); r != nil && r.Status != gap.Met {
			o.valued = append(o.valued, int32(i))
		}
	}
	slices.SortFunc(o.valued, func(a, b int32) int { return cmp.Compare(p.g.Rank(p.points[a]), p.g.Rank(p.points[b])) })
	o.words = (len(o.valued) + 63) / 64
	o.resting = resized(o.resting, p.vertexCount()*o.words)
	for b, i := range o.valued {
		o.values = append(o.values, p.requirement(int(i)).Value())
		o.set(i)[b/64] |= 1 << (b % 64)
	}
	p.listJunctions(&o.junctions)
}

func (o *openingSums) set(v int32) []uint64 { return o.resting[int(v)*o.words : (int(v)+1)*o.words] }

// sum adds up the values of a set, in the order of codes.
func (o *openingSums) sum(set []uint64) (sum float64) {
	for w, word := range set {
		for ; word != 0; word &= word - 1 {
			sum += o.values[w*64+bits.TrailingZeros64(word)]
		}
	}
	return sum
}
