package mastery

import (
	"cmp"
	"iter"
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

// Observe returns the state of a point after the results of one moment that name it.
// The moment must be later than the state; where it is not, Fold all evidence on the
// point again. It costs constant time for each result.
//
// The worth of a result is divided by the number of its points, and by the number of
// attempts. Results of one moment make one step together (see [Level.Update]), so
// that neither their order nor their ids matter.
//
// Two beliefs move. Mastery starts from mastery. Held starts from what is current at
// the moment, moves by the step of a mastery that was entered there, and never exceeds
// mastery. Neither moves past what the results alone would give. A result that is no
// better than a belief never raises it, and one that is no worse never lowers it.
func (p Parameters) Observe(s State, moment ...competency.Evidence) State {
	at := moment[0].At
	results := p.results(moment)
	out := State{Point: s.Point, AssessedAt: at, Weight: s.level().Weight, Stability: s.EffectiveStability()}
	for _, r := range results {
		out.Weight += r.Worth
	}
	out.Mastery = s.moved(results)
	if out.Held = out.Mastery; s.Assessed() {
		current := State{Mastery: s.Current(at), AssessedAt: at}
		out.Held = min(out.Mastery, current.moved(results))
		out.Stability = s.stabilityAfter(at, results, out.Held > current.Mastery)
	}
	return out
}

// observation is a result, and whether it demonstrates the point.
type observation struct {
	Result
	demonstrated bool
}

// results returns what counts of the results of one moment, in an order that depends on
// nothing else: so that their sums are the same to the last bit.
func (p Parameters) results(moment []competency.Evidence) []observation {
	list := make([]observation, len(moment))
	for i, e := range moment {
		worth := answersWorth(Reliability(e.Kind)) / float64(max(1, len(e.KnowledgePoints))) / float64(max(1, e.Attempts))
		list[i] = observation{Result{e.Score, worth, -p.difficulty(e)}, demonstrations[e.Kind]}
	}
	slices.SortFunc(list, func(a, b observation) int {
		return cmp.Or(cmp.Compare(a.Score, b.Score), cmp.Compare(a.Worth, b.Worth), cmp.Compare(a.Ease, b.Ease))
	})
	return list
}

// moved returns the mastery after results of one moment. A result is better than the
// mastery where its score is above it, and above what it predicts for the item.
func (s State) moved(results []observation) float64 {
	before := s.level()
	given := make([]Result, len(results))
	better, worse := !s.Assessed(), !s.Assessed()
	for i, r := range results {
		given[i] = r.Result
		expected := Sigmoid(before.Mean + r.Ease)
		better = better || r.Score > max(s.Mastery, expected)
		worse = worse || r.Score < min(s.Mastery, expected)
	}
	after := Sigmoid(before.Update(PointStep, given...).Mean)
	switch { // an entered mastery may lie beyond maxLogOdds
	case better && worse:
		return after
	case better:
		return max(s.Mastery, after)
	case worse:
		return min(s.Mastery, after)
	}
	return s.Mastery
}

// stabilityAfter returns the stability after results, by FSRS 6 with the default
// parameters of go-fsrs v4. The difficulty is that of a card that was good at
// first sight. A success makes it longer, the more so the more was forgotten; a
// failure resets it. What counts is the mean of the results in which people retrieve
// from memory. A success that is no better than what was current lengthens nothing.
func (s State) stabilityAfter(at time.Time, results []observation, raised bool) time.Duration {
	const (
		day        = 24 * time.Hour
		growth     = 1.8722 // w[8]
		saturation = 0.1666 // w[9]
		spacing    = 0.796  // w[10]
		difficulty = 2.1181 // w[4] − exp(2·w[5]) + 1
		longest    = 36500 * day
	)
	score, known := meanScore(results, func(r observation) bool { return r.demonstrated })
	switch {
	case !known:
		return s.EffectiveStability()
	case !competency.AtLeast(score, Passing):
		return min(Stability, s.EffectiveStability())
	case !raised || score <= s.Current(at):
		return s.EffectiveStability()
	}
	days := float64(s.EffectiveStability()) / float64(day)
	retention := Retention(at.Sub(s.AssessedAt), s.EffectiveStability())
	days *= 1 + math.Exp(growth)*(11-difficulty)*math.Pow(days, -saturation)*math.Expm1(spacing*(1-retention))
	return time.Duration(min(days*float64(day), float64(longest)))
}

// meanScore returns the mean score of some results, by their worth; false where there
// are none.
func meanScore(results []observation, counts func(observation) bool) (mean float64, ok bool) {
	var sum, worth float64
	for _, r := range results {
		if counts(r) {
			sum, worth = sum+r.Worth*r.Score, worth+r.Worth
		}
	}
	return sum / worth, worth > 0
}

// Effect is what one result did to the state of a point, together with the others of
// its moment.
type Effect struct {
	competency.Evidence
	Before, After State
	Together      int // how many results the moment has
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
	var together fault.Text
	if e.Together > 1 {
		together = fault.T(", with %d more of the same moment", "，同一时刻另有 %d 项", e.Together-1)
	}
	if !e.Before.Assessed() {
		return fault.T("%s of %s, score %s: mastery %s, the first evidence%s",
			"%s（%s）得分 %s：掌握度 %s，为首个证据%s", kind, day, score, after, together)
	}
	before := competency.FormatPercent(e.Before.Mastery)
	return fault.T("%s of %s, score %s: mastery %s → %s%s", "%s（%s）得分 %s：掌握度 %s → %s%s", kind, day, score, before, after, together)
}

// Fold returns the state of a point that a set of evidence supports, and the
// effect of each result, the oldest first. The order of the evidence does not
// matter: results are folded by time, and those of one time together. The same id
// counts once. To retract a result, fold the others. It costs O(n log n).
//
// Start is a mastery that was entered by hand, or the zero State with the point.
// It supersedes evidence from before it.
func (p Parameters) Fold(start State, evidence []competency.Evidence) (State, []Effect) {
	return p.FoldFrom(SetAssessed(start), evidence)
}

// FoldFrom is Fold from a track, such as one that stands for evidence that was dropped.
// What the track's mastery supersedes does not count, and what else is from before the
// track counts as if it were of the track's time.
func (p Parameters) FoldFrom(start Track, evidence []competency.Evidence) (State, []Effect) {
	ordered := slices.Clone(evidence)
	slices.SortFunc(ordered, competency.CompareEvidence)
	given := make(map[string]competency.Evidence, len(ordered))
	ordered = slices.DeleteFunc(ordered, func(e competency.Evidence) bool {
		_, seen := given[e.ID]
		given[e.ID] = e
		return seen
	})
	effects := make([]Effect, 0, len(ordered))
	s := start.State
	for moment := range start.momentsIn(ordered) {
		after := p.Observe(s, moment...)
		for _, e := range moment {
			effects = append(effects, Effect{Evidence: given[e.ID], Before: s, After: after, Together: len(moment)})
		}
		s = after
	}
	return s, effects
}

// Moments divides evidence, which is in the order of time, into the results of each
// moment.
func Moments(ordered []competency.Evidence) iter.Seq[[]competency.Evidence] {
	return func(yield func([]competency.Evidence) bool) {
		for n := 0; len(ordered) > 0; ordered = ordered[n:] {
			for n = 1; n < len(ordered) && ordered[n].At.Equal(ordered[0].At); n++ {
			}
			if !yield(ordered[:n:n]) {
				return
			}
		}
	}
}
