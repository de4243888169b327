package xapi

import (
	"math"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// PointsExtension is the default extension that names the knowledge points of a
// statement: one code or an array of codes, in the extensions of the activity, the
// result or the context.
const PointsExtension = "https://zhitu.dev/xapi/extensions/knowledge-points"

const adlVerbs = "http://adlnet.gov/expapi/verbs/"

// resultVerbs maps a verb to the kind of its evidence, and to the score that the verb
// implies. With any other verb a result counts as practice.
var resultVerbs = map[string]struct {
	kind  competency.EvidenceKind
	score *float64
}{
	adlVerbs + "passed":     {competency.Exam, new(1.0)},
	adlVerbs + "failed":     {competency.Exam, new(0.0)},
	adlVerbs + "mastered":   {competency.Exam, new(1.0)},
	adlVerbs + "scored":     {competency.Exam, nil},
	adlVerbs + "answered":   {competency.PracticeAnswer, nil},
	adlVerbs + "attempted":  {competency.PracticeAnswer, nil},
	adlVerbs + "interacted": {competency.PracticeAnswer, nil},
	adlVerbs + "completed":  {competency.CourseCompletion, new(1.0)},
	satisfiedVerb:           {competency.CourseCompletion, new(1.0)},
	badgeEarnedVerb:         {competency.Certificate, new(1.0)},
	completedVerb:           {competency.CourseCompletion, new(1.0)},
	completedVerbV1:         {competency.CourseCompletion, new(1.0)},
}

const (
	satisfiedVerb   = "https://w3id.org/xapi/adl/verbs/satisfied" // of a course in cmi5
	waivedVerb      = "https://w3id.org/xapi/adl/verbs/waived"    // in cmi5: nothing was shown
	badgeEarnedVerb = "http://id.tincanapi.com/verb/earned"
	completedVerb   = "http://activitystrea.ms/complete"
	completedVerbV1 = "http://activitystrea.ms/schema/1.0/complete"
	cmi5Category    = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
)

// Evidence derives evidence from a statement. hasResult is false if the statement has
// no result, such as one about a launch. problem says why a result cannot become
// evidence. Of the codes that it names only those are checked that an address or an
// activity ends in; the caller checks all. A missing timestamp gives a zero time.
func (s Statement) Evidence(m Mapping, known Known) (e competency.Evidence, hasResult bool, problem fault.Text) {
	verb := s.root.stringAt("verb", "id")
	byVerb, isKnown := resultVerbs[verb]
	if !isKnown {
		byVerb.kind = competency.PracticeAnswer
	}
	activityRule, verbRule := m.ruleFor(s.activityNames()...), m.ruleFor(verb)
	e = competency.Evidence{
		ID: s.ID, Kind: byVerb.kind, At: s.At(), Duration: s.duration(), Source: s.source(),
		Difficulty: activityRule.Difficulty, StatementHash: s.Hash(),
	}
	if e.Score, hasResult, problem = s.resultScore(byVerb.score, s.maximum(m, activityRule, verbRule)); !hasResult {
		return e, false, fault.Text{}
	}
	completion, _ := s.root.lookup("result", "completion").(bool)
	if !isKnown && completion && !s.hasMeasuredResult() {
		e.Kind = competency.CourseCompletion
	}
	if problem != (fault.Text{}) {
		return e, true, problem
	}
	if e.Employee, problem = s.employeeCode(m, known); problem != (fault.Text{}) {
		return e, true, problem
	}
	if kind := s.root.stringAt("object", "objectType"); kind != "" && kind != "Activity" {
		return e, true, fault.T("the object is no activity, so the result is on no knowledge point", "object 不是活动，结果不对应任何知识点")
	}
	e.Item = s.root.stringAt("object", "id")
	for _, kind := range []competency.EvidenceKind{verbRule.Kind, activityRule.Kind} {
		if kind != "" {
			e.Kind = kind
		}
	}
	e.KnowledgePoints, problem = s.pointCodes(m, activityRule, known)
	return e, true, problem
}

// hasMeasuredResult reports whether the statement has a score or a success.
func (s Statement) hasMeasuredResult() bool {
	return s.root.lookup("result", "score", "scaled") != nil || s.root.lookup("result", "score", "raw") != nil || s.root.lookup("result", "success") != nil
}

// maximum returns what score.raw is out of by the mapping: of the activity, else with
// the verb, else of all that a home page sends; nil if it does not say.
func (s Statement) maximum(m Mapping, activity, verb Rule) *float64 {
	for _, r := range []Rule{activity, verb, m.rules[s.HomePage()+trustedAccounts]} {
		if r.Max != nil {
			return r.Max
		}
	}
	return nil
}

// resultScore returns the result in [0,1]: the measured one, else the score that the
// verb implies, else 1 for a completion. A raw score is out of its own max, else out of
// a maximum of the mapping.
func (s Statement) resultScore(byVerb, maximum *float64) (score float64, hasResult bool, problem fault.Text) {
	verb := s.root.stringAt("verb", "id")
	if verb == waivedVerb {
		return 0, false, problem
	}
	if scaled, ok := s.root.numberAt("result", "score", "scaled"); ok {
		return max(0, scaled), true, problem
	}
	raw, hasRaw := s.root.numberAt("result", "score", "raw")
	low, _ := s.root.numberAt("result", "score", "min") // 0 if missing
	high, hasMax := s.root.numberAt("result", "score", "max")
	if !hasMax && maximum != nil {
		high, hasMax = *maximum, true
	}
	share := (raw - low) / (high - low)
	if hasRaw && hasMax && share >= 0 && share <= 1 {
		return share, true, problem
	}
	if success, ok := s.root.lookup("result", "success").(bool); ok {
		if success {
			return 1, true, problem
		}
		return 0, true, problem
	}
	completion, hasCompletion := s.root.lookup("result", "completion").(bool)
	_, isKnown := resultVerbs[verb]
	switch {
	case hasRaw && hasMax:
		return 0, true, fault.T("score.raw %v is not between %v and %v: correct max in the mapping file", "score.raw 为 %v，不在 %v 与 %v 之间：请更正映射文件中的满分", raw, low, high)
	case hasRaw:
		return 0, true, fault.T("of score.raw %v nothing tells how much it is out of: give max in the mapping file, such as 100 for SCORM 1.2",
			"score.raw 为 %v，但不知满分：请在映射文件中填写满分，如 SCORM 1.2 为 100", raw)
	case byVerb != nil && !(hasCompletion && !completion && *byVerb == 1):
		return *byVerb, true, problem
	case !isKnown && completion:
		return 1, true, problem
	}
	return 0, false, problem
}

// duration returns how long it took, 0 if missing or not plausible.
func (s Statement) duration() time.Duration {
	seconds, _ := parseDuration(s.root.stringAt("result", "duration"))
	if seconds > competency.MaxDuration.Seconds() {
		return 0
	}
	return time.Duration(math.Round(seconds * float64(time.Second)))
}

// source returns the platform that sent the statement.
func (s Statement) source() string {
	if platform := competency.Trim(s.root.stringAt("context", "platform")); platform != "" {
		return platform
	}
	return "xAPI"
}
