package plan

import "github.com/zhitu/zhitu/internal/gap"

// Quality compares a path with bounds that no path can beat.
type Quality struct {
	// RatioToBound is Σ v × completion minute of the path's steps, divided by a lower
	// bound over all their orders. It is 1 where there is nothing to gain.
	RatioToBound float64
	// CoverageAtBudget is the coverage of the position after so many minutes of the
	// path. BestPossibleAtBudget is an upper bound on that of any path.
	CoverageAtBudget, BestPossibleAtBudget float64
}

// Quality compares the path with bounds; the coverage is that after so many minutes.
// It returns false where it was stopped. It costs two minimum cuts for each part of
// two Sidney decompositions.
//
// The lower bound does the jobs of each part evenly, in parallel. Every order that
// keeps to the decomposition costs at most twice that (Chekuri and Motwani,
// "Precedence constrained scheduling to minimize sum of weighted completion times on
// a single machine", Discrete Applied Mathematics 98, 1999). The upper bound counts a
// fraction of the last part that begins in time.
func (p *Path) Quality(minutes int, stop func() bool) (Quality, bool) {
	s := scratches.Get().(*scratch)
	defer s.release()
	s.in = resized(s.in, len(p.jobs))
	var cost, bound, gained float64
	for i, j := range p.sequence {
		s.in[j] = true
		value := p.jobs[j].value
		cost += value * float64(p.Steps[i].Cumulative)
		bound += value * float64(p.Steps[i].Minutes) / 2
		if p.Steps[i].Cumulative <= minutes {
			gained += value
		}
	}
	orderDone := s.sidney.decompose(p.Pending, p.jobs, s.in, true, stop)
	elapsed := 0
	for _, part := range s.sidney.parts {
		bound += part.value * (float64(elapsed) + float64(part.minutes)/2)
		elapsed += part.minutes
	}
	q := Quality{RatioToBound: 1, CoverageAtBudget: 1, BestPossibleAtBudget: 1}
	if bound > 0 {
		q.RatioToBound = cost / bound
	}

	for j := range s.in {
		s.in[j] = true
	}
	choiceDone := s.sidney.decompose(p.Pending, p.jobs, s.in, false, stop)
	var best, all float64
	elapsed = 0
	for _, part := range s.sidney.parts {
		if remaining := minutes - elapsed; remaining > 0 {
			best += part.value * min(1, float64(remaining)/float64(part.minutes))
		}
		elapsed += part.minutes
	}
	for i := range p.Report.Gaps { // also of excluded points, which have no job
		if r := &p.Report.Gaps[i]; r.Status != gap.Met {
			all += inBillionths(r.Value())
		}
	}
	if all > 0 { // what is not covered can be gained
		missing := 1 - p.Report.Coverage
		q.CoverageAtBudget, q.BestPossibleAtBudget = 1-missing*(1-gained/all), 1-missing*(1-best/all)
	}
	return q, orderDone && choiceDone
}
