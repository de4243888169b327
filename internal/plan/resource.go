package plan

import (
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/kg"
)

// chooseResource sets the resource of the step, -1 where none teaches its point. It
// returns the minutes of learning the point from nothing. The resource is the first
// by preferred modality, asked language, fewer minutes, code.
func (s *Step) chooseResource(g *kg.Graph, limits Limits) (base float64) {
	own := int(g.Minutes(s.Point))
	best, bestRank := int32(-1), [3]int{}
	for _, i := range g.ResourcesFor(s.Point) { // by code, so the first of equals wins
		r := &g.Catalog().Resources[i]
		rank := [3]int{len(limits.Modalities), 1, own}
		if place := slices.Index(limits.Modalities, r.Modality); place >= 0 {
			rank[0] = place
		}
		if limits.Locale != "" && strings.EqualFold(language(r.Language), language(limits.Locale)) {
			rank[1] = 0
		}
		if r.Minutes != nil {
			rank[2] = *r.Minutes
		}
		if best < 0 || slices.Compare(rank[:], bestRank[:]) < 0 {
			best, bestRank = i, rank
		}
	}
	if s.Resource = best; best < 0 {
		return float64(own)
	}
	return float64(bestRank[2])
}

// language returns the primary language of a tag: zh of zh-CN.
func language(tag string) string {
	primary, _, _ := strings.Cut(tag, "-")
	return primary
}
