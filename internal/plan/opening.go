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
	valued := p.valuedByCode()
	place := make(map[int32]int, len(valued)) // point → its place among those
	for i, v := range valued {
		place[v] = i
	}
	words := (len(valued) + 63) / 64
	resting := make([]uint64, p.vertexCount()*words) // vertex → valued points that rest on it, and itself
	row := func(v int) []uint64 { return resting[v*words : (v+1)*words] }
	var in adjacency
	p.listJunctions(&in)
	var openings []Opening
	limits := Limits{Modalities: modalities}
	for i := len(p.points) - 1; i >= 0; i-- { // dependents first, see forEachReaching
		set := row(i)
		for _, j := range in.of(i) {
			unionInto(set, row(int(j)))
		}
		if b, ok := place[int32(i)]; ok {
			set[b/64] |= 1 << (b % 64)
		}
		for _, v := range p.hard.of(i) {
			unionInto(row(int(v)), set)
		}
		if len(p.hard.of(i)) > 0 {
			continue
		}
		_, base := chooseResource(p.g, p.points[i], &limits)
		o := Opening{Point: p.points[i], Minutes: learnMinutes(base, p.details[i].mastery, p.details[i].need)}
		for w, word := range set {
			for ; word != 0; word &= word - 1 {
				o.Value += p.requirement(int(valued[w*64+bits.TrailingZeros64(word)])).Value()
			}
		}
		openings = append(openings, o)
	}
	slices.Reverse(openings)
	return openings
}

// valuedByCode returns the points that close an unmet requirement, by code.
func (p *PendingSet) valuedByCode() []int32 {
	var valued []int32
	for i := range p.points {
		if r := p.requirement(i); r != nil && r.Status != gap.Met {
			valued = append(valued, int32(i))
		}
	}
	slices.SortFunc(valued, func(a, b int32) int { return cmp.Compare(p.g.Rank(p.points[a]), p.g.Rank(p.points[b])) })
	return valued
}
