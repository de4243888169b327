package placement

// halves is the strategy of half-splitting: each answer is believed, and decides
// all that it implies.
type halves struct {
	*learner
	decided   []bool
	asked     []bool
	holds     []bool
	questions int
}

func newHalves(l *learner) *halves {
	n := len(l.nodes)
	return &halves{learner: l, decided: make([]bool, n), asked: make([]bool, n), holds: make([]bool, n)}
}

// ask asks the point that decides most open points whatever the answer is, or, when
// all are decided, the next in random order: its answer is believed of itself.
func (h *halves) ask() {
	open := func(list []int32) (n int) {
		for _, v := range list {
			if !h.decided[v] {
				n++
			}
		}
		return n
	}
	best, most := int32(-1), -1
	for _, v := range h.random {
		if h.asked[v] || h.decided[v] {
			continue
		}
		if least := min(open(h.implied[v]), open(h.implying[v])); least > most {
			best, most = v, least
		}
	}
	for i := 0; best < 0; i++ {
		if v := h.random[i]; !h.asked[v] {
			best = v
		}
	}
	h.asked[best] = true
	h.questions++
	right := h.right[best]
	implied := h.implying[best]
	if right {
		implied = h.implied[best]
	}
	for _, v := range implied {
		if !h.decided[v] {
			h.decided[v], h.holds[v] = true, right
		}
	}
	h.decided[best], h.holds[best] = true, right
}
