package competency

// Hierarchy holds for each of some codes the one that is above it: departments, or people
// and their managers. It may have cycles, because nothing keeps other programs from making
// them, and every walk here ends where it closes. It never changes, and may be used by
// several goroutines.
type Hierarchy struct {
	codes   []string
	index   map[string]int // by code
	parent  []int          // nothingAbove where there is none
	first   []int          // below i are children[first[i]:first[i+1]]
	child   []int
	inCycle []bool
	cycles  [][]string
}

const nothingAbove = -1

// NewHierarchy makes the hierarchy of distinct codes, each with the code above it, which is
// empty for none. One above that is not among the codes is above nobody. It costs O(codes),
// as does the hierarchy.
func NewHierarchy(codes, above []string) *Hierarchy {
	h := &Hierarchy{codes: codes, index: make(map[string]int, len(codes))}
	for i, code := range codes {
		h.index[code] = i
	}
	h.link(above)
	h.findCycles()
	return h
}

// link finds the parents and, by counting sort, the children.
func (h *Hierarchy) link(above []string) {
	n := len(h.codes)
	h.parent, h.first, h.child = make([]int, n), make([]int, n+2), make([]int, n)
	for i, code := range above {
		p, ok := h.index[code]
		if !ok || code == "" {
			p = nothingAbove
		} else {
			h.first[p+2]++
		}
		h.parent[i] = p
	}
	for i := 2; i < n+2; i++ {
		h.first[i] += h.first[i-1]
	}
	for i, p := range h.parent {
		if p != nothingAbove {
			h.child[h.first[p+1]] = i
			h.first[p+1]++
		}
	}
}

// findCycles walks up from every code until it meets one that an earlier walk has met, or
// one of its own: the latter are on a cycle.
func (h *Hierarchy) findCycles() {
	h.inCycle = make([]bool, len(h.codes))
	walk := make([]int, len(h.codes)) // the walk that has met a code, counted from 1
	for i := range h.codes {
		at := i
		for ; at != nothingAbove && walk[at] == 0; at = h.parent[at] {
			walk[at] = i + 1
		}
		if at == nothingAbove || walk[at] != i+1 {
			continue
		}
		var cycle []string
		for ; !h.inCycle[at]; at = h.parent[at] {
			h.inCycle[at] = true
			cycle = append(cycle, h.codes[at])
		}
		h.cycles = append(h.cycles, cycle)
	}
}

// above returns the places of a code and of those above it, nearest first and each once.
func (h *Hierarchy) above(code string) (places []int) {
	i, ok := h.index[code]
	if !ok {
		return nil
	}
	closesAt := nothingAbove // the first on the cycle that the walk gets into
	for ; i != nothingAbove && i != closesAt; i = h.parent[i] {
		if h.inCycle[i] && closesAt == nothingAbove {
			closesAt = i
		}
		places = append(places, i)
	}
	return places
}

// below returns the places right below one.
func (h *Hierarchy) below(i int) []int { return h.child[h.first[i]:h.first[i+1]] }

// Below returns a code and all beneath it, each once: level by level, siblings in the
// order of the codes. It is nil where there is no such code. It costs O(result).
func (h *Hierarchy) Below(code string) (codes []string) {
	top, ok := h.index[code]
	if !ok {
		return nil
	}
	for queue := []int{top}; len(queue) > 0; queue = queue[1:] {
		i := queue[0]
		codes = append(codes, h.codes[i])
		for _, c := range h.below(i) {
			if c != top { // the one way back that a cycle has
				queue = append(queue, c)
			}
		}
	}
	return codes
}

// Cycles returns the cycles, each from one of its codes upwards, without coming back to it.
// What is above itself is a cycle too. The caller must not change them.
func (h *Hierarchy) Cycles() [][]string { return h.cycles }

// Cycle returns the cycle that a code is on, from it upwards; nil where it is on none, as
// those are that are merely below a cycle. It costs O(result).
func (h *Hierarchy) Cycle(code string) (cycle []string) {
	if i, ok := h.index[code]; !ok || !h.inCycle[i] {
		return nil
	}
	for _, i := range h.above(code) {
		cycle = append(cycle, h.codes[i])
	}
	return cycle
}
