package workforce

import (
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
)

// LeastHidden is over how many people, whom a viewer may not read one by one, a figure must be at
// least to be told: the rule of five.
const LeastHidden = 5

// Withholding says over which departments a figure is withheld from a viewer, so that no
// figures together tell of one to four people whom they may not read. It follows from the
// department tree alone: a department that is withheld is so as a row, as the group asked
// about, and in every part of it (complementary cell suppression).
type Withholding struct {
	view   *View // nil where it is of counts
	tree   unitTree
	firm   bool
	units  map[string]bool // withheld departments with all beneath them
	itself map[string]bool // departments whose direct people are withheld; "" for the firm
}

// partCount is how many people a figure counts in a part of a department, and how many of them
// the viewer may not read.
type partCount struct{ people, hidden int }

func (c partCount) plus(d partCount) partCount {
	return partCount{c.people + d.people, c.hidden + d.hidden}
}

// Withhold decides about a figure that counts some people of the firm, for a viewer who may not read
// some. It costs O(people + departments · log).
func (v *View) Withhold(counted, unread Set) *Withholding {
	direct := map[string]partCount{} // "" for those who are beneath no root
	for p := range counted.All() {
		c := partCount{people: 1}
		if unread.Has(p) {
			c.hidden = 1
		}
		unit := v.Employee(p).OrgUnit
		if !v.roster.rooted[unit] {
			unit = ""
		}
		direct[unit] = direct[unit].plus(c)
	}
	w, _ := withhold(v.unitTree(), direct)
	w.view = v
	return w
}

// withhold decides by the people directly in each department. It returns the counts of each with
// all beneath it, too.
func withhold(tree unitTree, direct map[string]partCount) (*Withholding, map[string]partCount) {
	w := &Withholding{tree: tree, units: map[string]bool{}, itself: map[string]bool{}}
	all := map[string]partCount{}
	total := direct[""]
	for _, root := range tree.children("") {
		total = total.plus(w.sum(root, direct, all))
	}
	w.firm = total.hidden < LeastHidden
	w.decide("", w.firm, direct, all)
	return w, all
}

// sum counts the people of a department with all beneath it.
func (w *Withholding) sum(unit string, direct, all map[string]partCount) partCount {
	c := direct[unit]
	for _, child := range w.tree.children(unit) {
		c = c.plus(w.sum(child, direct, all))
	}
	all[unit] = c
	return c
}

// part is a department right below one, or the people directly in it.
type part struct {
	unit   string // empty for itself
	counts partCount
}

// decide decides about the parts of a department, which is empty for the firm.
func (w *Withholding) decide(unit string, withheld bool, direct, all map[string]partCount) {
	var parts []part
	for _, child := range w.tree.children(unit) {
		parts = append(parts, part{child, all[child]})
	}
	parts = append(parts, part{"", direct[unit]})
	shown, hidden := []part{}, 0
	for _, p := range parts {
		if withheld || p.counts.hidden < LeastHidden {
			hidden += w.withhold(unit, p)
		} else {
			shown = append(shown, p)
		}
	}
	// The smallest first; the sort is stable, so ties go by code, with itself last.
	slices.SortStableFunc(shown, func(a, b part) int { return a.counts.people - b.counts.people })
	for ; hidden > 0 && hidden < LeastHidden && len(shown) > 0; shown = shown[1:] {
		hidden += w.withhold(unit, shown[0])
	}
	for _, p := range parts[:len(parts)-1] {
		w.decide(p.unit, w.units[p.unit], direct, all)
	}
}

// withhold withholds a part of a department, and returns how many hidden people it has.
func (w *Withholding) withhold(unit string, p part) int {
	if p.unit == "" {
		w.itself[unit] = true
	} else {
		w.units[p.unit] = true
	}
	return p.counts.hidden
}

// Unit reports whether a department with all beneath it is withheld. One that is beneath no
// root is.
func (w *Withholding) Unit(code string) bool {
	return w.firm || w.units[code] || !w.tree.rooted[code]
}

// Itself reports whether the people directly in a department are withheld, or where the code is
// empty those in no department or beneath no root.
func (w *Withholding) Itself(code string) bool { return w.firm || w.itself[code] }

// Group reports whether a group is withheld: a line or incumbents always, because nobody may ask
// about these without reading everyone.
func (w *Withholding) Group(g Group, counted Set) bool {
	switch g.Kind {
	case WholeFirm:
		return w.firm
	case Department:
		return w.Unit(g.Code)
	case Union:
		return w.firm || w.union(g, counted)
	}
	return true
}

// union reports whether a union of departments is withheld: where the parts of it that are
// withheld themselves hold one to four hidden people together, or the whole holds too few.
func (w *Withholding) union(g Group, counted Set) bool {
	hidden := g.Hidden.And(counted)
	if hidden.Len() < LeastHidden {
		return true
	}
	told := Set{}
	var visit func(unit string)
	visit = func(unit string) {
		if all := w.view.Department(unit).And(counted); all.Without(g.Members).Len() == 0 && !w.Unit(unit) {
			told = told.Or(all)
			return
		}
		if all := w.view.Direct(unit).And(counted); all.Without(g.Members).Len() == 0 && !w.Itself(unit) {
			told = told.Or(all)
		}
		for _, child := range w.tree.children(unit) {
			visit(child)
		}
	}
	for _, root := range w.tree.children("") {
		visit(root)
	}
	rest := hidden.Without(told).Len()
	return rest > 0 && rest < LeastHidden
}

// unitTree is the departments as withholding walks them.
type unitTree struct {
	tree   *competency.OrgTree
	rooted map[string]bool // departments that are beneath a root
	roots  []competency.OrgUnit
}

func (v *View) unitTree() unitTree {
	return unitTree{v.roster.tree, v.roster.rooted, v.roster.roots()}
}

// children returns the departments right below one by code, the roots where it is empty.
func (t unitTree) children(unit string) (codes []string) {
	list := t.roots
	if unit != "" {
		list = t.tree.Children(unit)
	}
	for _, u := range list {
		codes = append(codes, u.Code)
	}
	slices.SortFunc(codes, strings.Compare)
	return codes
}

func (v *View) childUnits(unit string) []string { return v.unitTree().children(unit) }
