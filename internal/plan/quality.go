package plan

import "github.com/zhitu/zhitu/internal/gap"

// Quality says how good a path is beside what no path can be better than.
type Quality struct {
	// RatioToBound is Σ v × completion minute of the path's steps, divided by a
	// lower bound on it over all their orders; 1 where there is nothing to win.
	RatioToBound float64
	// CoverageAtBudget is the coverage of the position after so many minutes of the
	// path, and BestPossibleAtBudget an upper bound on what any path has reached by
	// then.
	CoverageAtBudget, BestPossibleAtBudget float64
}

// Quality compares the path with bounds, and the coverage after so many minutes,
// unless it is stopped. It costs two minimum cuts for each part of two Sidney
// decompositions.
//
// The lower bound takes the jobs of each part as done evenly, side by side: the one
// by which every order that keeps to the decomposition costs at most twice the
// best (Chekuri and Motwani, "Precedence constrained scheduling to minimize sum
// of weighted completion times on a single machine", Discrete Applied Mathematics
// 98, 1999). The upper bound lets the last part that begins in time be done in
// part.
func (p *Path) Quality(minutes int, stop func() bool) (Quality, bool) {
	s := scratches.Get().(*scratch)
	defer s.release()
	s.in = resized(s.in, len(p.jobs))
	var cost, bound, won float64
	for i, j := range p.sequence {
		s.in[j] = true
		value := p.jobs[j].value
		cost += value * float64(p.Steps[i].Cumulative)
		bound += value * float64(p.Steps[i].Minutes) / 2
		if p.Steps[i].Cumulative <= minutes {
			won += value
		}
	}
	whole := s.division.run(p.Pending, p.jobs, s.in, true, stop)
	before := 0
	for _, part := range s.division.parts {
		bound += part.value * (float64(before) + float64(part.minutes)/2)
		before += part.minutes
	}
	q := Quality{RatioToBound: 1, CoverageAtBudget: 1, BestPossibleAtBudget: 1}
	if bound > 0 {
		q.RatioToBound = cost / bound
	}

	for j := range s.in {
		s.in[j] = true
	}
	wholly := s.division.run(p.Pending, p.jobs, s.in, false, stop)
	var best, all float64
	before = 0
	for _, part := range s.division.parts {
		if left := minutes - before; left > 0 {
			best += part.value * min(1, float64(left)/float64(part.minutes))
		}
		before += part.minutes
	}
	for i := range p.Report.Gaps { // also what is excluded, for which there is no job
		if r := &p.Report.Gaps[i]; r.Status != gap.Met {
			all += billionths(r.Value())
		}
	}
	if all > 0 { // what is not covered is what can be won
		missing := 1 - p.Report.Coverage
		q.CoverageAtBudget, q.BestPossibleAtBudget = 1-missing*(1-won/all), 1-missing*(1-best/all)
	}
	return q, whole && wholly
}
