package competency

// OrgTree is the tree of departments, which may have cycles: nothing keeps other
// programs from making them, and every walk here ends where it closes. It never
// changes, and may be used by several goroutines.
type OrgTree struct {
	units   []OrgUnit
	index   map[string]int // by code
	parent  []int          // noUnit where there is none above
	first   []int          // of unit i are children[first[i]:first[i+1]]
	child   []int
	inCycle []bool
	cycles  [][]string
}

const noUnit = -1

// NewOrgTree makes a tree of departments in any order. Where a code is given
// twice, the later record is laid over the earlier one as stores do it: what it
// leaves empty stays, unless it clears it. A parent that is not among the departments is above nobody.
// It costs O(units), as does the tree.
func NewOrgTree(units []OrgUnit) *OrgTree {
	t := &OrgTree{index: make(map[string]int, len(units)), units: make([]OrgUnit, 0, len(units))}
	for _, u := range units {
		i, again := t.index[u.Code]
		if !again {
			t.index[u.Code] = len(t.units)
			t.units = append(t.units, u)
			continue
		}
		t.units[i] = u.CompletedFrom(t.units[i])
	}
	t.link()
	t.findCycles()
	return t
}

// link finds the parents and, by counting sort, the children.
func (t *OrgTree) link() {
	n := len(t.units)
	t.parent, t.first, t.child = make([]int, n), make([]int, n+2), make([]int, n)
	for i, u := range t.units {
		p, ok := t.index[u.Parent]
		if !ok || u.Parent == "" {
			p = noUnit
		} else {
			t.first[p+2]++
		}
		t.parent[i] = p
	}
	for i := 2; i < n+2; i++ {
		t.first[i] += t.first[i-1]
	}
	for i, p := range t.parent {
		if p != noUnit {
			t.child[t.first[p+1]] = i
			t.first[p+1]++
		}
	}
}

// findCycles walks up from every department until it meets one that an earlier
// walk has met, or itself: the latter are on a cycle.
func (t *OrgTree) findCycles() {
	t.inCycle = make([]bool, len(t.units))
	walk := make([]int, len(t.units)) // the walk that has met a department, counted from 1
	for i := range t.units {
		at := i
		for ; at != noUnit && walk[at] == 0; at = t.parent[at] {
			walk[at] = i + 1
		}
		if at == noUnit || walk[at] != i+1 {
			continue
		}
		var cycle []string
		for ; !t.inCycle[at]; at = t.parent[at] {
			t.inCycle[at] = true
			cycle = append(cycle, t.units[at].Code)
		}
		t.cycles = append(t.cycles, cycle)
	}
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
	i, ok := t.index[code]
	if !ok {
		return nil
	}
	closesAt := noUnit // the first department of the cycle that the walk gets into
	for ; i != noUnit && i != closesAt; i = t.parent[i] {
		if t.inCycle[i] && closesAt == noUnit {
			closesAt = i
		}
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
	for _, c := range t.child[t.first[i]:t.first[i+1]] {
		children = append(children, t.units[c])
	}
	return children
}

// Below returns the codes of a department and of all beneath it, each once: level
// by level, siblings in the order of Units. It is nil where there is no such
// department. It costs O(result).
func (t *OrgTree) Below(code string) (codes []string) {
	top, ok := t.index[code]
	if !ok {
		return nil
	}
	for queue := []int{top}; len(queue) > 0; queue = queue[1:] {
		i := queue[0]
		codes = append(codes, t.units[i].Code)
		for _, c := range t.child[t.first[i]:t.first[i+1]] {
			if c != top { // the one way back that a cycle has
				queue = append(queue, c)
			}
		}
	}
	return codes
}

// Cycles returns the cycles of departments, each from one of its departments
// upwards, without coming back to it. One that is its own parent is a cycle too.
// The caller must not change them.
func (t *OrgTree) Cycles() [][]string { return t.cycles }

// Cycle returns the cycle that a department is on, from it upwards; nil where it
// is on none, as those are that are merely below a cycle. It costs O(result).
func (t *OrgTree) Cycle(code string) (cycle []string) {
	if i, ok := t.index[code]; !ok || !t.inCycle[i] {
		return nil
	}
	for _, u := range t.Above(code) {
		cycle = append(cycle, u.Code)
	}
	return cycle
}
