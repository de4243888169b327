package competency

// OrgTree is the hierarchy of departments. It never changes, and may be used by several
// goroutines.
type OrgTree struct {
	*Hierarchy
	units []OrgUnit
}

// NewOrgTree makes a tree of departments in any order. Where a code is given
// twice, the later record is laid over the earlier one as stores do it: what it
// leaves empty stays, unless it clears it. A parent that is not among the departments is
// above nobody. It costs O(units), as does the tree.
func NewOrgTree(units []OrgUnit) *OrgTree {
	t := &OrgTree{units: make([]OrgUnit, 0, len(units))}
	index := make(map[string]int, len(units))
	for _, u := range units {
		i, again := index[u.Code]
		if !again {
			index[u.Code] = len(t.units)
			t.units = append(t.units, u)
			continue
		}
		t.units[i] = u.CompletedFrom(t.units[i])
	}
	codes, parents := make([]string, len(t.units)), make([]string, len(t.units))
	for i, u := range t.units {
		codes[i], parents[i] = u.Code, u.Parent
	}
	t.Hierarchy = NewHierarchy(codes, parents)
	return t
}

// Units returns all departments, each once, in the order in which their codes were
// first given. The caller must not change them.
func (t *OrgTree) Units() []OrgUnit { return t.units }

// Unit returns the department with a code.
func (t *OrgTree) Unit(code string) (OrgUnit, bool) {
	if i, ok := t.index[code]; ok {
		return t.units[i], true
	}
	return OrgUnit{}, false
}

// Above returns a department and those above it, nearest first and each once; nil
// where there is no such department. It costs O(result).
func (t *OrgTree) Above(code string) (above []OrgUnit) {
	for _, i := range t.above(code) {
		above = append(above, t.units[i])
	}
	return above
}

// Children returns the departments right below one, in the order of Units; nil
// where there are none. It costs O(result).
func (t *OrgTree) Children(code string) (children []OrgUnit) {
	i, ok := t.index[code]
	if !ok {
		return nil
	}
	for _, c := range t.below(i) {
		children = append(children, t.units[c])
	}
	return children
}
