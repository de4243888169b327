package plan

import (
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/kg"
)

// chooseResource returns the resource for a point, -1 where none teaches it, and the
// minutes of learning the point from nothing. The resource is the first by preferred
// modality, asked language, fewer minutes, code.
func chooseResource(g *kg.Graph, point kg.Node, limits *Limits) (best int32, base float64) {
	own := int(g.Minutes(point))
	best, bestRank := int32(-1), [3]int{}
	for _, i := range g.ResourcesFor(point) { // by code, so the first of equals wins
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
	if best < 0 {
		return best, float64(own)
	}
	return best, float64(bestRank[2])
}

// learnMinutes returns the minutes of the LEARN step of a point.
func learnMinutes(base, mastery, need float64) int { return minutes(base * (1 - mastery/need)) }

// reviewMinutes returns the minutes of the REVIEW step of a point.
func reviewMinutes(base float64) int { return minutes(base / 5) }

// language returns the primary language of a tag: zh of zh-CN.
func language(tag string) string {
	primary, _, _ := strings.Cut(tag, "-")
	return primary
}
