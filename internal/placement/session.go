package placement

import (
	"math"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/mastery"
)

// Session is one placement of one person for one position. It is for one goroutine
// at a time.
type Session struct {
	net       *Network
	options   Options
	asked     []bool    // by node
	logRatio  []float64 // by node: log-likelihood ratio of the answers, known to unknown
	questions int
	belief    *belief
	stale     bool // answers were observed since belief was computed
}

// New returns the session of a person with these states for a position, after
// these answers. At most one state per point is read.
//
// A point that is mastered as far as it is needed counts as known. It is neither
// asked nor concluded upon. A lower mastery counts like one answer of that score.
// The states must not contain what the answers have contributed, which would count
// twice. It costs as much as NewNetwork.
func New(g *kg.Graph, states []mastery.State, position kg.Position, answers []Answer, options Options) *Session {
	return NewNetwork(g, states, position).NewSession(answers, options)
}

// NewSession returns a session on a network, after these answers. Sessions may
// share a network. It costs O(nodes + edges).
func (net *Network) NewSession(answers []Answer, options Options) *Session {
	orDefault := func(x, standard, low, high float64) float64 {
		if x == 0 {
			return standard
		}
		return min(max(x, low), high)
	}
	options.Slip = orDefault(options.Slip, DefaultSlip, 0.01, 0.45)
	options.Guess = orDefault(options.Guess, DefaultGuess, 0.01, 0.45)
	options.Certainty = orDefault(options.Certainty, DefaultCertainty, 0.5, 1)
	s := &Session{
		net: net, options: options, asked: make([]bool, len(net.nodes)), logRatio: make([]float64, len(net.nodes)),
		belief: newBelief(net), stale: true,
	}
	for v, n := range net.nodes {
		switch {
		case n.earned():
			s.belief.evidence[v] = certain
		case n.mastery >= 0:
			s.observe(int32(v), n.mastery)
		}
	}
	s.Answer(answers...)
	return s
}

// observe adds the evidence of a score on a node.
func (s *Session) observe(v int32, score float64) {
	right, wrong := math.Log((1-s.options.Slip)/s.options.Guess), math.Log(s.options.Slip/(1-s.options.Guess))
	s.logRatio[v] += score*right + (1-score)*wrong
	s.belief.evidence[v] = min(max(math.Exp(s.logRatio[v]), 1/certain), certain)
}

// Answer observes answers. An answer about a point that the session does not
// cover, or that is mastered, changes nothing.
func (s *Session) Answer(answers ...Answer) {
	for _, a := range answers {
		v, ok := s.net.nodeOf[a.Point]
		if !ok || s.net.nodes[v].earned() {
			continue
		}
		if !s.asked[v] {
			s.asked[v] = true
			s.questions++
		}
		s.observe(v, min(max(a.Score, 0), 1))
		s.stale = true
	}
}

// Next returns the most informative point to ask about. It returns false where
// the session is sure enough of every point that was not asked. Where answers are
// new it costs one inference.
func (s *Session) Next() (p kg.Node, ok bool) {
	p, doubt := s.MostInformative()
	if p == kg.None || competency.AtLeast(1-doubt, s.options.Certainty) {
		return kg.None, false
	}
	return p, true
}

// MostInformative returns the point nearest to even odds among those that were not
// asked, and the chance of being wrong about it. Of equals it returns the first, and
// kg.None where all were asked. Where answers are new it costs one inference.
func (s *Session) MostInformative() (p kg.Node, doubt float64) {
	s.refresh()
	p, doubt = kg.None, -1
	for v := range s.net.nodes {
		if n := &s.net.nodes[v]; n.kind == PointNode && !s.asked[v] && !n.earned() {
			chance := s.belief.chance[v]
			if wrong := min(chance, 1-chance); wrong > doubt+competency.Epsilon {
				p, doubt = n.point, wrong
			}
		}
	}
	return p, doubt
}

// Asked returns how many points have been asked about.
func (s *Session) Asked() int { return s.questions }

// Conclusions returns what the session believes of every point that is not
// mastered yet, prerequisites first. Where answers are new it costs one inference.
func (s *Session) Conclusions() []Conclusion {
	s.refresh()
	list := make([]Conclusion, 0, len(s.net.nodeOf))
	for v, n := range s.net.nodes {
		if n.kind == PointNode && !n.earned() {
			list = append(list, Conclusion{n.point, s.belief.chance[v], s.asked[v], n.mastery >= 0})
		}
	}
	return list
}

func (s *Session) refresh() {
	if s.stale {
		s.belief.update()
		s.stale = false
	}
}
