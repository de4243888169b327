package workforce

import (
	"cmp"
	"slices"
	"sync"

	"github.com/zhitu/zhitu/internal/kg"
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

// tallies are reused, because those of everyone take megabytes.
var tallies = sync.Pool{New: func() any { return new([]tally) }}

// Standings compares the requirements of a position, or some of them, in any order, with what
// the people of a set master. It costs O(states of the points within the bounds of the set).
func (v *View) Standings(requirements []kg.Requirement, s Set) *Standings {
	byCode := slices.SortedFunc(slices.Values(requirements), func(a, b kg.Requirement) int {
		return cmp.Compare(v.Graph.Rank(a.Point), v.Graph.Rank(b.Point))
	})
	out := &Standings{low: s.low, required: int32(len(byCode))}
	states := 0
	var postings []posting
	for _, r := range byCode {
		out.total += r.Weight
		if r.Critical {
			out.critical++
		}
		if col := v.columnOf(r.Point); col != nil {
			postings = append(postings, posting{r, col})
			states += len(col.people)
		}
	}
	buffer := *tallies.Get().(*[]tally)
	out.tallies = slices.Grow(buffer[:0], int(s.high-s.low))[:s.high-s.low]
	clear(out.tallies)
	parts := 1
	if states > 1<<18 {
		parts = workers
	}
	var wg sync.WaitGroup
	for part := range parts {
		low, high := s.low+Person(part*len(out.tallies)/parts), s.low+Person((part+1)*len(out.tallies)/parts)
		if part == parts-1 {
			v.tally(out.tallies[low-s.low:high-s.low], low, postings)
		} else {
			wg.Go(func() { v.tally(out.tallies[low-s.low:high-s.low], low, postings) })
		}
	}
	wg.Wait()
	return out
}

// posting is a requirement with the column of its point.
type posting struct {
	kg.Requirement
	*column
}

// tally adds up requirements, which are in the order of codes, for people from a number on.
// It goes by blocks of people whose tallies stay in the cache of a processor.
func (v *View) tally(out []tally, low Person, postings []posting) {
	const block = 1 << 13
	at := make([]int, len(postings)) // how far each column has been read
	for i, r := range postings {
		at[i], _ = slices.BinarySearch(r.people, low)
	}
	var scratch []float64
	for len(out) > 0 {
		n := min(block, len(out))
		high := low + Person(n)
		for i, r := range postings {
			from := at[i]
			to := from + lowerBound(r.people[from:], high)
			at[i] = to
			current := r.current[from:to]
			if !v.atHour() {
				scratch = r.currentAt(scratch[:0], from, to, v.At)
				current = scratch
			}
			addTallies(out[:n], low, r.Requirement, r.people[from:to], r.mastery[from:to], current)
		}
		out, low = out[n:], high
	}
}

// lowerBound returns how many people at the beginning are below a number. It looks at the
// first ones first.
func lowerBound(people []Person, high Person) int {
	step := 1
	for step < len(people) && people[step] < high {
		step *= 2
	}
	i, _ := slices.BinarySearch(people[step/2:min(step+1, len(people))], high)
	return step/2 + i
}

// addTallies adds one requirement for some people. The terms are those of gap.Analyze.
func addTallies(out []tally, low Person, r kg.Requirement, people []Person, masteries, current []float64) {
	enough := thresholdOf(r.Level)
	critical := int32(0)
	if r.Critical {
		critical = 1
	}
	masteries, current = masteries[:len(people)], current[:len(people)]
	for i, p := range people {
		met := int32(0)
		if enough.met(masteries[i], current[i]) {
			met = 1
		}
		t := &out[p-low]
		t.reached += float64(r.Weight * max(float64(met), min(1, current[i]/r.Level)))
		t.assessed += r.Weight
		t.met += met
		t.critical += met & critical
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

// Release lets the memory be used by another question. The standings must not be used then.
// To forget it costs time alone.
func (s *Standings) Release() {
	buffer := s.tallies
	s.tallies = nil
	tallies.Put(&buffer)
}
