package simulate

import "github.com/zhitu/zhitu/internal/placement"

// Strategy is a way to choose questions and to conclude from the answers.
type Strategy string

// The strategies that a simulation compares.
const (
	// RandomAlone asks in random order and believes each answer. All other points
	// are concluded to be what most answers were.
	RandomAlone Strategy = "RANDOM_ALONE"
	// Random asks in random order and concludes as a session does.
	Random Strategy = "RANDOM"
	// HalfSplit believes each answer and all that it implies. It asks next the point
	// that decides most open points, whatever the answer is.
	HalfSplit Strategy = "HALVES"
	// MostInformative is the strategy of a session.
	MostInformative Strategy = "TELLING"
)

// Strategies lists the strategies, the simplest first.
var Strategies = []Strategy{RandomAlone, Random, HalfSplit, MostInformative}

// question asks a learner by a strategy. It returns the share of the points with a
// right conclusion after each share of the questions.
func (s *simulation) question(l *learner, strategy Strategy) (right []float64, stop Stop) {
	counts := make([]int, len(s.Shares))
	for i, share := range s.Shares {
		counts[i] = min(int(share*float64(len(s.points))+1e-9), len(s.points))
	}
	right = make([]float64, len(counts))
	switch strategy {
	case RandomAlone:
		for i, n := range counts {
			right[i] = l.rightShare(l.majority(n))
		}
	case HalfSplit:
		h := newHalfSplit(l)
		for i, n := range counts {
			for h.questions < n {
				h.ask()
			}
			right[i] = l.rightShare(func(v int32) bool { return h.holds[v] })
		}
	case Random:
		session := s.newSession()
		for i, n := range counts {
			for _, v := range l.randomOrder[session.Asked():n] {
				session.Answer(l.answer(v))
			}
			right[i] = l.rightShare(s.conclusions(session))
		}
	case MostInformative:
		return s.askMostInformative(l, counts)
	}
	return right, stop
}

func (s *simulation) newSession() *placement.Session {
	return s.NewSession(nil, placement.Options{Slip: max(s.Slip, 0.01), Guess: max(s.Guess, 0.01)})
}

// askMostInformative lets a session choose the questions, even after it would stop
// by itself.
func (s *simulation) askMostInformative(l *learner, counts []int) (right []float64, stop Stop) {
	session, stopped := s.newSession(), false
	asked := make([]bool, s.Len())
	answer := func(v int32) {
		asked[v] = true
		session.Answer(l.answer(v))
	}
	right = make([]float64, len(counts))
	for i := 0; i < len(counts) || !stopped; {
		_, more := session.Next()
		if !stopped && !more {
			stopped = true
			stop.Questions, stop.Right = float64(session.Asked()), l.rightShare(s.conclusions(session))
			for _, c := range session.Conclusions() {
				if c.Uncertain() {
					stop.Uncertain += 1 / float64(len(s.points))
				}
			}
		}
		for ; i < len(counts) && counts[i] == session.Asked(); i++ {
			right[i] = l.rightShare(s.conclusions(session))
		}
		if stopped && i < len(counts) && counts[i] == len(s.points) { // all are asked, in any order
			for _, v := range s.points {
				if !asked[v] {
					answer(v)
				}
			}
			continue
		}
		if p, _ := session.MostInformative(); p >= 0 {
			answer(s.nodeOf[p])
		}
	}
	return right, stop
}

// answer is how the learner answers about the point of a node.
func (l *learner) answer(v int32) placement.Answer {
	a := placement.Answer{Point: l.Point(v)}
	if l.answers[v] {
		a.Score = 1
	}
	return a
}

// rightShare is the share of the points about which a conclusion is right.
func (l *learner) rightShare(concludes func(v int32) bool) float64 {
	right := 0
	for _, v := range l.points {
		if concludes(v) == l.knows[v] {
			right++
		}
	}
	return float64(right) / float64(max(len(l.points), 1))
}

// conclusions are those of a session, by node.
func (s *simulation) conclusions(session *placement.Session) func(v int32) bool {
	mastered := make([]bool, s.Len())
	for _, c := range session.Conclusions() {
		mastered[s.nodeOf[c.Point]] = c.Mastered()
	}
	return func(v int32) bool { return mastered[v] }
}

// majority concludes from the first answers in random order, without the graph.
func (l *learner) majority(answers int) func(v int32) bool {
	asked, balance := make([]bool, l.Len()), 0
	for _, v := range l.randomOrder[:answers] {
		asked[v] = true
		if l.answers[v] {
			balance++
		} else {
			balance--
		}
	}
	return func(v int32) bool {
		if asked[v] {
			return l.answers[v]
		}
		return balance > 0
	}
}
