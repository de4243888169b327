package mastery

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// reliabilities are those of one result of a kind. Ratings have the measured
// agreement between raters (Viswesvaran, Ones and Schmidt 1996). A
// self-assessment has its squared correlation with performance (Zell and Krizan
// 2014). A practice answer is the unit: it is worth one answer. The others are our
// choice, after what tests that decide about people must reach (Nunnally 1978).
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

// enteredReliability is the reliability of a mastery that was entered by hand.
const enteredReliability = 0.5

// Reliability returns the reliability of one result of a kind, in [0,1). That is
// the confidence which it gives alone. An unknown kind has 0.
func Reliability(kind competency.EvidenceKind) float64 { return reliabilities[kind] }

// demonstrations are the kinds in which people retrieve from memory. Only
// retrieval slows forgetting (the testing effect).
var demonstrations = map[competency.EvidenceKind]bool{
	competency.Certificate: true, competency.Defence: true, competency.Exam: true, competency.PracticeAnswer: true,
}

// maxLogOdds bounds the log-odds of a mastery before evidence moves it; they are
// those of 0.99. No evidence could move a certainty.
var maxLogOdds = logit(0.99)

// level returns the state on the logit scale.
func (s State) level() Level {
	if !s.Assessed() {
		return Level{}
	}
	l := Level{max(-maxLogOdds, min(maxLogOdds, logit(s.Mastery))), s.Weight}
	if s.Weight == 0 {
		l.Weight = answersWorth(enteredReliability)
	}
	return l
}

// Parameters are what a log of answers teaches about items. An item without a
// difficulty counts as average; so does every item of the zero value.
type Parameters struct {
	Difficulties map[string]float64 // by item code, in log-odds
}

// The bounds of failure rates. Beyond them too few people are left to estimate a
// rate.
const (
	MinFailureRate = 0.01
	MaxFailureRate = 0.99
)

// difficultyOf returns the difficulty of an item with a failure rate, in log-odds.
func difficultyOf(failureRate float64) float64 {
	return logit(max(MinFailureRate, min(MaxFailureRate, failureRate)))
}

// FailureRates returns by item code the share of average people who fail the item.
// It lies between MinFailureRate and MaxFailureRate, at 0.5 for an average item.
func (p Parameters) FailureRates() map[string]float64 {
	rates := make(map[string]float64, len(p.Difficulties))
	for item, difficulty := range p.Difficulties {
		rates[item] = max(MinFailureRate, min(MaxFailureRate, Sigmoid(difficulty)))
	}
	return rates
}

// FromFailureRates returns the parameters of items with these failure rates, by
// item code. It is the inverse of FailureRates.
func FromFailureRates(rates map[string]float64) Parameters {
	difficulties := make(map[string]float64, len(rates))
	for item, rate := range rates {
		difficulties[item] = difficultyOf(rate)
	}
	return Parameters{Difficulties: difficulties}
}

// difficulty returns the difficulty of the item that was answered, in log-odds.
func (p Parameters) difficulty(e competency.Evidence) float64 {
	if e.Difficulty != nil {
		return difficultyOf(*e.Difficulty)
	}
	return p.Difficulties[e.Item]
}

// Observe returns the state of a point after one more result that names it. The
// result must not be earlier than the state. Of the same time, its id must not
// be lesser. Otherwise Fold all evidence on the point again. It costs constant
// time.
//
// The worth of a result is divided by the number of its points, and by the
// number of attempts.
//
// A result no worse than expected never lowers the mastery; one no better never
// raises it. The better and the more reliable a result, the higher the mastery.
// It never moves past the mastery that the result alone would give.
func (p Parameters) Observe(s State, e competency.Evidence) State {
	before := s.level()
	ease := -p.difficulty(e)
	worth := answersWorth(Reliability(e.Kind)) / float64(max(1, len(e.KnowledgePoints))) / float64(max(1, e.Attempts))
	after := before.Update(e.Score, worth, ease, PointStep)
	out := State{Point: s.Point, Mastery: Sigmoid(after.Mean), AssessedAt: e.At, Weight: after.Weight, Stability: s.stabilityAfter(e)}
	if s.Assessed() { // an entered mastery may lie beyond maxLogOdds
		if e.Score >= Sigmoid(before.Mean+ease) {
			out.Mastery = max(s.Mastery, out.Mastery)
		} else {
			out.Mastery = min(s.Mastery, out.Mastery)
		}
	}
	return out
}

// stabilityAfter returns the stability after a result, by FSRS 6 with the default
// parameters of go-fsrs v4. The difficulty is that of a card that was good at
// first sight. A success makes it longer, the more so the more was forgotten; a
// failure resets it.
func (s State) stabilityAfter(e competency.Evidence) time.Duration {
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
		return s.EffectiveStability()
	case !competency.AtLeast(e.Score, competency.DefaultPrerequisiteLevel):
		return Stability
	case !s.Assessed():
		return s.EffectiveStability()
	}
	days := float64(s.EffectiveStability()) / float64(day)
	retention := Retention(e.At.Sub(s.AssessedAt), s.EffectiveStability())
	days *= 1 + math.Exp(growth)*(11-difficulty)*math.Pow(days, -saturation)*math.Expm1(spacing*(1-retention))
	return time.Duration(min(days*float64(day), float64(longest)))
}

// Effect is what one result did to the state of a point.
type Effect struct {
	competency.Evidence
	Before, After State
}

// Text describes the effect in a sentence.
func (e Effect) Text() fault.Text {
	kind := fault.T(strings.ToLower(strings.ReplaceAll(string(e.Kind), "_", " ")), string(e.Kind))
	for _, k := range competency.EvidenceKinds {
		if k.Value == e.Kind {
			kind.ZH = k.ZH
		}
	}
	day, score, after := e.At.Format(time.DateOnly), competency.FormatPercent(e.Score), competency.FormatPercent(e.After.Mastery)
	if !e.Before.Assessed() {
		return fault.T("%s of %s, score %s: mastery %s, the first evidence",
			"%s（%s）得分 %s：掌握度 %s，为首个证据", kind, day, score, after)
	}
	before := competency.FormatPercent(e.Before.Mastery)
	return fault.T("%s of %s, score %s: mastery %s → %s", "%s（%s）得分 %s：掌握度 %s → %s", kind, day, score, before, after)
}

// Fold returns the state of a point that a set of evidence supports, and the
// effect of each result, the oldest first. The order of the evidence does not
// matter: results are folded by time, and at one time by id. The same id counts
// once. To retract a result, fold the others. It costs O(n log n).
//
// Start is a mastery that was entered by hand, or the zero State with the point.
// It supersedes evidence from before it.
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
