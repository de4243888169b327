package workforce

import (
	"cmp"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// Standing is how a person stands to some requirements.
type Standing struct {
	Coverage             float64 // that of gap.Analyze, bit for bit; not rounded
	Unmet, CriticalUnmet int     // requirements
	Unassessed           float64 // share of the weight; 0 where nothing is required
}

// Ready reports whether every requirement is met.
func (s Standing) Ready() bool { return s.Unmet == 0 }

// CriticalReady reports whether every critical requirement is met.
func (s Standing) CriticalReady() bool { return s.CriticalUnmet == 0 }

// Standings are how people stand to some requirements, by number.
type Standings struct {
	low                Person // the first of the tallies
	tallies            []tally
	total              float64 // weight of all requirements, added in the order of codes
	required, critical int32
}

// tally is what one person reaches of some requirements.
type tally struct {
	reached  float64 // weight × fulfilment
	assessed float64 // weight
	met      int32
	critical int32 // met ones
}

// Standings compares the requirements of a position, or some of them, in any order, with what
// the people of a set master. It costs O(states of the points within the bounds of the set).
func (v *View) Standings(requirements []kg.Requirement, s Set) *Standings {
	requirements = slices.SortedFunc(slices.Values(requirements), func(a, b kg.Requirement) int {
		return cmp.Compare(v.Graph.Rank(a.Point), v.Graph.Rank(b.Point))
	})
	out := &Standings{low: s.low, tallies: make([]tally, s.high-s.low), required: int32(len(requirements))}
	for _, r := range requirements {
		out.total += r.Weight
		if r.Critical {
			out.critical++
		}
		for _, postings := range v.Postings(r.Point, s) {
			out.add(r, postings)
		}
	}
	return out
}

func (s *Standings) add(r kg.Requirement, postings Postings) {
	for i, p := range postings.People {
		t := &s.tallies[p-s.low]
		fulfilment := min(1, postings.Current[i]/r.Level)
		if competency.AtLeast(postings.Mastery[i], r.Level) && competency.AtLeast(postings.Current[i], mastery.CurrentShare*r.Level) {
			fulfilment = 1
			t.met++
			if r.Critical {
				t.critical++
			}
		}
		t.reached += float64(r.Weight * fulfilment)
		t.assessed += r.Weight
	}
}

// Of returns how a person of the set stands. It costs O(1).
func (s *Standings) Of(p Person) Standing {
	if s.required == 0 {
		return Standing{Coverage: 1}
	}
	t := &s.tallies[p-s.low]
	return Standing{
		Coverage: t.reached / s.total, Unassessed: (s.total - t.assessed) / s.total,
		Unmet: int(s.required - t.met), CriticalUnmet: int(s.critical - t.critical),
	}
}
