package workforce

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
)

// LeastHidden is over how many people, whom a viewer may not read one by one, a figure must be at
// least to be told: the rule of five.
const LeastHidden = 5

// Suppression withholds figures from a viewer, so that no figures together tell of one to four
// people whom they may not read (complementary cell suppression). It is a copy, and outlives the view.
type Suppression struct {
	units    map[string]int32 // departments beneath a root; the firm is 0, and the place of all others
	children [][]int32        // right below each, by code
	unitOf   []int32          // person → department
	everyone Set
	unread   Set
}

// Suppress prepares for a viewer who may not read some people. It costs O(people + departments · log).
func (v *View) Suppress(unread Set) *Suppression {
	s := newSuppression(v.Tree())
	s.unitOf, s.everyone, s.unread = make([]int32, len(v.roster.people)), v.Everyone(), unread
	for p := range s.everyone.All() {
		s.unitOf[p] = s.units[v.Employee(p).OrgUnit]
	}
	return s
}

func newSuppression(tree *competency.OrgTree) *Suppression {
	s := &Suppression{units: map[string]int32{}}
	var visit func(code string) int32
	visit = func(code string) int32 {
		i := int32(len(s.children))
		s.children = append(s.children, nil)
		for _, child := range childUnits(tree, code) {
			at := visit(child)
			s.units[child] = at
			s.children[i] = append(s.children[i], at)
		}
		return i
	}
	visit("")
	return s
}

// Withholding says over which departments a figure is withheld. It follows from the department
// tree alone: a department that is withheld is so as a row, as the group asked about, and in every part of it.
type Withholding struct {
	*Suppression
	counted     Set
	firm        bool
	unit        []bool      // withheld departments with all beneath them
	itself      []bool      // departments whose direct people are withheld; 0 for the firm
	direct, all []partCount // by department
}

// partCount is how many people a figure counts in a part of a department, and how many of them
// the viewer may not read.
type partCount struct{ people, hidden int }

// Withhold decides about a figure that counts some people of the firm, for a viewer who may not read
// some.
func (v *View) Withhold(counted, unread Set) *Withholding {
	return v.Suppress(unread).Withhold(counted)
}

// Withhold decides about a figure that counts some people of the firm. It costs O(people + departments).
func (s *Suppression) Withhold(counted Set) *Withholding { return s.withhold(counted, nil) }

// WithholdWithin is Withhold for people whom states select, not the tree. What is withheld
// otherwise is withheld here too, as one: so it tells nothing in which part of it they are.
func (s *Suppression) WithholdWithin(otherwise *Withholding, counted Set) *Withholding {
	return s.withhold(counted, otherwise)
}

func (s *Suppression) withhold(counted Set, otherwise *Withholding) *Withholding {
	direct := make([]partCount, len(s.children))
	for p := range counted.All() {
		direct[s.unitOf[p]].people++
		if s.unread.Has(p) {
			direct[s.unitOf[p]].hidden++
		}
	}
	w := s.withholdCounts(direct, otherwise)
	w.counted = counted
	return w
}

// withholdCounts decides by the people directly in each department.
func (s *Suppression) withholdCounts(direct []partCount, otherwise *Withholding) *Withholding {
	n := len(s.children)
	w := &Withholding{Suppression: s, unit: make([]bool, n), itself: make([]bool, n), direct: direct, all: slices.Clone(direct)}
	if otherwise != nil {
		w.firm = otherwise.firm
		copy(w.unit, otherwise.unit)
		copy(w.itself, otherwise.itself)
	}
	for i := n - 1; i >= 0; i-- { // what is beneath comes later
		for _, child := range s.children[i] {
			w.all[i].people += w.all[child].people
			w.all[i].hidden += w.all[child].hidden
		}
	}
	w.firm = w.firm || w.all[0].hidden < LeastHidden
	w.unit[0] = w.firm
	for i := range n {
		w.decide(i)
	}
	return w
}

// part is a department right below one, or the people directly in it.
type part struct {
	counts   partCount
	withheld *bool
}

// decide decides about the parts of a department.
func (w *Withholding) decide(unit int) {
	parts := make([]part, 0, len(w.children[unit])+1)
	for _, child := range w.children[unit] {
		parts = append(parts, part{w.all[child], &w.unit[child]})
	}
	parts = append(parts, part{w.direct[unit], &w.itself[unit]})
	shown, hidden := parts[:0:0], 0
	for _, p := range parts {
		if *p.withheld = *p.withheld || w.unit[unit] || p.counts.hidden < LeastHidden; *p.withheld {
			hidden += p.counts.hidden
		} else {
			shown = append(shown, p)
		}
	}
	// The smallest first; the sort is stable, so ties go by code, with itself last.
	slices.SortStableFunc(shown, func(a, b part) int { return a.counts.people - b.counts.people })
	for ; hidden > 0 && hidden < LeastHidden && len(shown) > 0; shown = shown[1:] {
		*shown[0].withheld = true
		hidden += shown[0].counts.hidden
	}
}

// Unit reports whether a department with all beneath it is withheld. One that is beneath no
// root is.
func (w *Withholding) Unit(code string) bool {
	i, rooted := w.units[code]
	return !rooted || w.unit[i]
}

// Itself reports whether the people directly in a department are withheld, or where the code is
// empty those in no department or beneath no root.
func (w *Withholding) Itself(code string) bool { return w.itself[w.units[code]] }

// Group reports whether a group is withheld: a line or incumbents always, because nobody may ask
// about these without reading everyone.
func (w *Withholding) Group(g Group) bool {
	switch g.Kind {
	case WholeFirm:
		return w.firm
	case Department:
		return w.Unit(g.Code)
	case Union:
		return w.union(g)
	}
	return true
}

// union reports whether a union of departments is withheld: where anyone hidden in it is in no
// part that is told itself. Otherwise two unions, or a union and a department, could differ by one to
// four hidden people: the tree decides nothing about unions.
func (w *Withholding) union(g Group) bool {
	members := make([]int, len(w.children)) // of the group, of those who are counted
	told := make([]bool, len(w.children))   // within a part that is told
	hidden := 0
	for p := range g.Members.And(w.counted).All() {
		members[w.unitOf[p]]++
	}
	all := slices.Clone(members)
	for i := len(all) - 1; i >= 0; i-- {
		for _, child := range w.children[i] {
			all[i] += all[child]
		}
	}
	for i := range w.children {
		told[i] = told[i] || i > 0 && !w.unit[i] && all[i] == w.all[i].people
		for _, child := range w.children[i] {
			told[child] = told[i]
		}
		told[i] = told[i] || !w.itself[i] && members[i] == w.direct[i].people
	}
	for p := range g.Hidden.And(w.counted).All() {
		if !told[w.unitOf[p]] {
			return true
		}
		hidden++
	}
	return hidden < LeastHidden
}
