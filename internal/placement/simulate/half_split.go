package simulate

// halfSplit is the strategy of half splitting: each answer is believed, and decides
// all that it implies.
type halfSplit struct {
	*learner
	decided   []bool
	asked     []bool
	holds     []bool
	questions int
}

func newHalfSplit(l *learner) *halfSplit {
	n := l.Len()
	return &halfSplit{learner: l, decided: make([]bool, n), asked: make([]bool, n), holds: make([]bool, n)}
}

// ask asks the point that decides most open points, whatever the answer is. Once
// all are decided it asks in random order; an answer then decides its own point.
func (h *halfSplit) ask() {
	countOpen := func(list []int32) (n int) {
		for _, v := range list {
			if !h.decided[v] {
				n++
			}
		}
		return n
	}
	best, most := int32(-1), -1
	for _, v := range h.randomOrder {
		if h.asked[v] || h.decided[v] {
			continue
		}
		if least := min(countOpen(h.implied[v]), countOpen(h.implying[v])); least > most {
			best, most = v, least
		}
	}
	for i := 0; best < 0; i++ {
		if v := h.randomOrder[i]; !h.asked[v] {
			best = v
		}
	}
	h.asked[best] = true
	h.questions++
	right := h.answers[best]
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
