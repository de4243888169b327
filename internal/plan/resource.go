package plan

import (
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/kg"
)

// choose sets the resource from which a person should learn the step's point, -1
// where none teaches it, and returns the minutes that it takes from nothing. It is
// the first by preferred modality, asked language, fewer minutes, code.
func (s *Step) choose(g *kg.Graph, limits Limits) (base float64) {
	own := int(g.Minutes(s.Point))
	best, bestKey := int32(-1), [3]int{}
	for _, i := range g.Teachers(s.Point) { // by code, so the first of equals stays
		r := &g.Catalog().Resources[i]
		key := [3]int{len(limits.Modalities), 1, own}
		if place := slices.Index(limits.Modalities, r.Modality); place >= 0 {
			key[0] = place
		}
		if limits.Locale != "" && strings.EqualFold(language(r.Language), language(limits.Locale)) {
			key[1] = 0
		}
		if r.Minutes != nil {
			key[2] = *r.Minutes
		}
		if best < 0 || slices.Compare(key[:], bestKey[:]) < 0 {
			best, bestKey = i, key
		}
	}
	if s.Resource = best; best < 0 {
		return float64(own)
	}
	return float64(bestKey[2])
}

// language returns the language of a tag: zh of zh-CN.
func language(tag string) string {
	primary, _, _ := strings.Cut(tag, "-")
	return primary
}
