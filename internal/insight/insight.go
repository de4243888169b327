// Package insight summarises the evidence of many people about points and their
// prerequisites: where people fail, whether they correct it, and which edges the
// evidence contradicts.
//
// A [Tally] takes one person after the other and keeps only counts, so any number of
// people fit. Masteries that were entered by hand are no evidence and are ignored.
// docs/adaptive.md has the definitions and their sources.
package insight

import (
	"cmp"
	"iter"
	"math"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// Tally accumulates the evidence of people. It is for one goroutine at a time.
type Tally struct {
	g        *kg.Graph
	selected []bool   // by point
	points   []counts // by point
	clauses  []clause // of the owners in the order of nodes
	start    []int32  // node → its first clause
	ends     []bool   // node → whether it is an end of a clause

	people, evidence int
	unread           int // of people, whom the reader may not read one by one

	person  []meanMastery // node → of the person who is being added
	touched []kg.Node     // nodes with a value in person
}

// counts are the counts of one point.
type counts struct {
	people, results, failed       int
	unread                        int // of people, whom the reader may not read one by one
	firstTry, corrected, repeated int // people who passed first, who passed later, who have several results
	mastery, growth               float64
}

// meanMastery is a mean in the making.
type meanMastery struct {
	sum float64
	n   int
}

func (m meanMastery) atLeast(x float64) bool { return competency.AtLeast(m.sum/float64(m.n), x) }

// New returns an empty tally of the selected points and of their HARD prerequisites.
// It costs O(points · depth of the tree + prerequisites).
func New(g *kg.Graph, selects func(point kg.Node) bool) *Tally {
	t := &Tally{
		g: g, selected: make([]bool, g.Points()), points: make([]counts, g.Points()), start: make([]int32, 0, g.Nodes()+1),
		ends: make([]bool, g.Nodes()), person: make([]meanMastery, g.Nodes()),
	}
	for p := range t.selected {
		t.selected[p] = selects(kg.Node(p))
	}
	for owner := range kg.Node(g.Nodes()) {
		t.start = append(t.start, int32(len(t.clauses)))
		if slices.ContainsFunc(g.Members(owner), func(p kg.Node) bool { return t.selected[p] }) {
			t.addClauses(owner)
		}
	}
	t.start = append(t.start, int32(len(t.clauses)))
	return t
}

// addClauses adds the clauses of an owner.
func (t *Tally) addClauses(owner kg.Node) {
	add := func(alternatives []kg.Alternative) {
		t.clauses = append(t.clauses, clause{owner: owner, alternatives: alternatives})
		t.ends[owner] = true
		for _, a := range alternatives {
			t.ends[a.Node] = true
		}
	}
	needs := t.g.Needs(owner)
	for i := range needs {
		add(needs[i : i+1])
	}
	for _, c := range t.g.Choices(owner) {
		add(c.Alternatives)
	}
}

// Add counts one more person, with at most one track for each point.
// It costs O(tracks · depth of the tree + prerequisites of their points).
func (t *Tally) Add(tracks iter.Seq[mastery.Track]) { t.add(tracks, 0) }

// AddUnread is Add for a person whom the reader may not read one by one. What is about one to
// four of such people is withheld, and of more, shares and means are rounded to 0.01.
func (t *Tally) AddUnread(tracks iter.Seq[mastery.Track]) { t.add(tracks, 1) }

// minGroup is how many people who may not be read one by one keep the secrets of each.
const minGroup = 5

// isSecret reports whether a number is about so few people that it would tell of one.
func isSecret(unread int) bool { return unread > 0 && unread < minGroup }

// add counts a person. unread is 1 for one whom the reader may not read, else 0.
func (t *Tally) add(tracks iter.Seq[mastery.Track], unread int) {
	selected := false
	for k := range tracks {
		if k.Results == 0 {
			continue
		}
		t.recordMastery(k.Point, k.Mastery)
		for c := range t.g.Ancestors(k.Point) {
			if t.ends[c] {
				t.recordMastery(c, k.Mastery)
			}
		}
		if t.selected[k.Point] {
			selected = true
			t.evidence += k.Results
			t.points[k.Point].add(k, unread)
		}
	}
	if selected {
		t.people++
		t.unread += unread
	}
	for _, n := range t.touched {
		for i := t.start[n]; i < t.start[n+1]; i++ {
			t.clauses[i].add(t.person, unread)
		}
	}
	for _, n := range t.touched {
		t.person[n] = meanMastery{}
	}
	t.touched = t.touched[:0]
}

// recordMastery adds a mastery of the person at a node.
func (t *Tally) recordMastery(n kg.Node, mastery float64) {
	m := &t.person[n]
	if m.n == 0 {
		t.touched = append(t.touched, n)
	}
	m.sum += mastery
	m.n++
}

func (c *counts) add(k mastery.Track, unread int) {
	c.people++
	c.unread += unread
	c.results += k.Results
	c.failed += k.Failed
	c.mastery += k.Mastery
	if k.FirstTry {
		c.firstTry++
	} else if k.Corrected {
		c.corrected++
	}
	if k.Results > 1 {
		c.repeated++
		c.growth += k.Mastery - k.Initial
	}
}

// People returns the number of people with evidence on the selected points, 0 where it is
// withheld.
func (t *Tally) People() int {
	if isSecret(t.unread) {
		return 0
	}
	return t.people
}

// Evidence returns the number of their pieces of evidence on these points, without those
// that are withheld. A piece on several points counts for each.
func (t *Tally) Evidence() int {
	if isSecret(t.unread) {
		return 0
	}
	n := t.evidence
	for _, c := range t.points {
		if isSecret(c.unread) {
			n -= c.results
		}
	}
	return n
}

// Point summarises the evidence on one point.
type Point struct {
	Point            kg.Node
	People           int      // with evidence on it
	EvidenceCount    int      // pieces of it
	ErrorRate        float64  // share of the pieces whose score is below mastery.Passing
	FirstAttemptRate float64  // share of the people who passed at the first attempt
	CorrectionRate   *float64 // share of the other people who passed later; nil where all passed first
	Growth           *float64 // mean growth of the mastery since the first piece, over people with several; nil without any
	MeanMastery      float64  // over the people
}

// Points returns the selected points with evidence, the most failed first. They are
// ordered by the lower bound of the error rate for their number of people (see
// [LowerBound]), then by code.
func (t *Tally) Points() []Point {
	var list []Point
	for p, c := range t.points {
		if c.people > 0 && !isSecret(c.unread) {
			list = append(list, c.point(kg.Node(p)))
		}
	}
	slices.SortFunc(list, func(a, b Point) int {
		return cmp.Or(cmp.Compare(LowerBound(b.ErrorRate, b.People), LowerBound(a.ErrorRate, a.People)),
			cmp.Compare(t.g.Rank(a.Point), t.g.Rank(b.Point)))
	})
	return list
}

func (c counts) point(p kg.Node) Point {
	one := Point{
		Point: p, People: c.people, EvidenceCount: c.results, ErrorRate: *ratio(c.failed, c.results),
		FirstAttemptRate: *ratio(c.firstTry, c.people), CorrectionRate: ratio(c.corrected, c.people-c.firstTry),
		Growth: ratio(c.growth, c.repeated), MeanMastery: *ratio(c.mastery, c.people),
	}
	if c.unread == 0 {
		return one
	}
	if isSecret(c.people - c.firstTry) {
		one.CorrectionRate = nil
	}
	if isSecret(c.repeated) {
		one.Growth = nil
	}
	for _, x := range []*float64{&one.ErrorRate, &one.FirstAttemptRate, one.CorrectionRate, one.Growth, &one.MeanMastery} {
		if x != nil {
			*x = math.Round(*x*100) / 100
		}
	}
	return one
}

// ratio returns a share or a mean, and nil over nothing.
func ratio[T int | float64](sum T, n int) *float64 {
	if n == 0 {
		return nil
	}
	return new(float64(sum) / float64(n))
}

// LowerBound returns the lower end of the 95 % Wilson score interval for a share that
// was observed in n cases. So a share of few cases counts less. It is 0 where n is 0.
func LowerBound(share float64, n int) float64 {
	const z = 1.959964
	if n == 0 {
		return 0
	}
	m := float64(n)
	mid, half := share+z*z/(2*m), z*math.Sqrt(share*(1-share)/m+z*z/(4*m*m))
	return max(0, (mid-half)/(1+z*z/m))
}

// Closure returns, by point, whether a position requires it or may rest on it,
// whichever alternatives are chosen. It costs O(points + prerequisites).
func Closure(g *kg.Graph, position kg.Position) []bool {
	in, taken := make([]bool, g.Points()), make([]bool, g.Nodes())
	take := func(list []kg.Alternative) {
		for _, a := range list {
			if !taken[a.Node] { // a competency is taken once
				taken[a.Node] = !g.IsPoint(a.Node)
				for _, m := range g.Members(a.Node) {
					in[m] = true
				}
			}
		}
	}
	for _, r := range g.Requirements(position) {
		in[r.Point] = true
	}
	visited := make([]bool, g.Nodes())
	for p := kg.Node(g.Points() - 1); p >= 0; p-- { // reverse topological order: dependents first
		if !in[p] {
			continue
		}
		for owner := p; owner != kg.None && !visited[owner]; owner = g.OwnerAbove(owner) {
			visited[owner] = true
			take(g.Needs(owner))
			for _, c := range g.Choices(owner) {
				take(c.Alternatives)
			}
		}
	}
	return in
}
