package mastery

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// reliabilities are those of one result of a kind. Ratings are as measured
// between raters (Viswesvaran, Ones and Schmidt 1996), a self-assessment as the
// square of its correlation with performance (Zell and Krizan 2014); an answer
// is worth one, by which everything is counted; the others are our choice, from
// what tests that decide about people must reach (Nunnally 1978).
var reliabilities = map[competency.EvidenceKind]float64{
	competency.Certificate:      0.85,
	competency.Defence:          0.85,
	competency.Exam:             0.80,
	competency.SupervisorRating: 0.52,
	competency.PeerRating:       0.42,
	competency.CourseCompletion: 0.33,
	competency.PracticeAnswer:   0.20,
	competency.SelfAssessment:   0.09,
}

// ofEntered is the reliability of a mastery that somebody entered.
const ofEntered = 0.5

// Reliability returns how far one result of a kind can be relied on, in [0,1):
// the confidence that it gives alone. 0 for an unknown kind.
func Reliability(kind competency.EvidenceKind) float64 { return reliabilities[kind] }

// demonstrations are the kinds in which people show from memory what they can:
// that alone is what makes them forget more slowly.
var demonstrations = map[competency.EvidenceKind]bool{
	competency.Certificate: true, competency.Defence: true, competency.Exam: true, competency.PracticeAnswer: true,
}

// extreme is how far in log-odds a mastery counts at most when evidence moves
// it, that of 0.99: from certainty nothing could.
var extreme = logit(0.99)

// level is the state on the logit scale.
func (s State) level() level {
	if !s.Assessed() {
		return level{}
	}
	l := level{max(-extreme, min(extreme, logit(s.Mastery))), s.Weight}
	if s.Weight == 0 {
		l.Weight = worth(ofEntered)
	}
	return l
}

// Parameters are what a log teaches about items. Without any, the zero value,
// every item of unknown difficulty is an average one.
type Parameters struct {
	Difficulties map[string]float64 // by item code, in log-odds
}

// The shares of people who fail an item that are told apart: beyond them there are
// too few others to know.
const (
	LeastFailing = 0.01
	MostFailing  = 0.99
)

// difficultyOf returns the log-odds of the share of people who fail an item.
func difficultyOf(share float64) float64 { return logit(max(LeastFailing, min(MostFailing, share))) }

// Failing returns the share of average people who fail each item, by item code:
// from LeastFailing to MostFailing, and 0.5 for an average item.
func (p Parameters) Failing() map[string]float64 {
	shares := make(map[string]float64, len(p.Difficulties))
	for item, difficulty := range p.Difficulties {
		shares[item] = max(LeastFailing, min(MostFailing, sigmoid(difficulty)))
	}
	return shares
}

// FromFailing returns the parameters of items that such shares of average people
// fail. It is Failing turned round.
func FromFailing(shares map[string]float64) Parameters {
	difficulties := make(map[string]float64, len(shares))
	for item, share := range shares {
		difficulties[item] = difficultyOf(share)
	}
	return Parameters{Difficulties: difficulties}
}

// difficulty returns that of what was answered, in log-odds.
func (p Parameters) difficulty(e competency.Evidence) float64 {
	if e.Difficulty != nil {
		return difficultyOf(*e.Difficulty)
	}
	return p.Difficulties[e.Item]
}

// Observe returns the state of a point after one more result that names it. The
// result must not be earlier than the state, nor of the same time with a lesser
// id: where it is, Fold all evidence on the point anew. A result on several
// points counts for each of them, as much as it is worth divided by their
// number; one that took several attempts, divided by those. It costs constant time.
//
// A result no worse than expected never lowers the mastery, one no better never
// raises it; the better and the more reliable a result, the further it moves up;
// and it never moves past what such a result alone would say.
func (p Parameters) Observe(s State, e competency.Evidence) State {
	before := s.level()
	ease := -p.difficulty(e)
	share := worth(Reliability(e.Kind)) / float64(max(1, len(e.KnowledgePoints))) / float64(max(1, e.Attempts))
	after := before.after(e.Score, share, ease, ofPoint)
	out := State{Point: s.Point, Mastery: sigmoid(after.Mean), AssessedAt: e.At, Weight: after.Weight, Stability: s.strengthened(e)}
	if s.Assessed() { // entered masteries beyond the extreme
		if e.Score >= sigmoid(before.Mean+ease) {
			out.Mastery = max(s.Mastery, out.Mastery)
		} else {
			out.Mastery = min(s.Mastery, out.Mastery)
		}
	}
	return out
}

// strengthened returns the stability after a result: longer after a success, the
// more so the more had faded, as FSRS 6 has it, in the default parameters of
// go-fsrs v4 and with the difficulty of a card that was good at first sight;
// after a failure what it was at first.
func (s State) strengthened(e competency.Evidence) time.Duration {
	const (
		day        = 24 * time.Hour
		growth     = 1.8722 // w[8]
		saturation = 0.1666 // w[9]
		spacing    = 0.796  // w[10]
		difficulty = 2.1181 // w[4] − exp(2·w[5]) + 1
		longest    = 36500 * day
	)
	switch {
	case !demonstrations[e.Kind]:
		return s.Fading()
	case !competency.AtLeast(e.Score, competency.DefaultTheta):
		return Stability
	case !s.Assessed():
		return s.Fading()
	}
	days := float64(s.Fading()) / float64(day)
	retention := Retention(e.At.Sub(s.AssessedAt), s.Fading())
	days *= 1 + math.Exp(growth)*(11-difficulty)*math.Pow(days, -saturation)*math.Expm1(spacing*(1-retention))
	return time.Duration(min(days*float64(day), float64(longest)))
}

// Effect is what one result did to the state of a point.
type Effect struct {
	competency.Evidence
	Before, After State
}

// Text tells the effect in a sentence.
func (e Effect) Text() fault.Text {
	kind := fault.T(strings.ToLower(strings.ReplaceAll(string(e.Kind), "_", " ")), string(e.Kind))
	for _, k := range competency.EvidenceKinds {
		if k.Value == e.Kind {
			kind.ZH = k.ZH
		}
	}
	day, score, after := e.At.Format(time.DateOnly), competency.Percent(e.Score), competency.Percent(e.After.Mastery)
	if !e.Before.Assessed() {
		return fault.T("%s of %s, score %s: mastery %s, the first evidence",
			"%s（%s）得分 %s：掌握度 %s，为首个证据", kind, day, score, after)
	}
	before := competency.Percent(e.Before.Mastery)
	return fault.T("%s of %s, score %s: mastery %s → %s", "%s（%s）得分 %s：掌握度 %s → %s", kind, day, score, before, after)
}

// Fold returns the state of a point that a set of evidence supports, and what
// each result did, the oldest first. It does not depend on the order of the
// evidence: what counts is time, and at one time the id. The same id counts once.
// Start is a mastery that somebody entered, or the zero State with the point;
// evidence from before it is superseded by it and counts no more. To retract a
// result, fold the others.
func (p Parameters) Fold(start State, evidence []competency.Evidence) (State, []Effect) {
	ordered := slices.Clone(evidence)
	slices.SortFunc(ordered, competency.CompareEvidence)
	seen := make(map[string]bool, len(ordered))
	effects := make([]Effect, 0, len(ordered))
	s := start
	for _, e := range ordered {
		if seen[e.ID] || e.At.Before(start.AssessedAt) {
			continue
		}
		seen[e.ID] = true
		after := p.Observe(s, e)
		effects = append(effects, Effect{Evidence: e, Before: s, After: after})
		s = after
	}
	return s, effects
}
