package xapi

import (
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// PointsExtension is the extension that says which knowledge points a statement is
// about, unless another is configured: one code or an array of them, in the
// extensions of the activity, the result or the context.
const PointsExtension = "https://zhitu.dev/xapi/extensions/knowledge-points"

// Rule says what an identifier of the sender's means.
type Rule struct {
	// Identifier is what statements name it by. An actor: an address, an account as
	// its name or HOMEPAGE|NAME, a mbox_sha1sum or an openid. An activity: its IRI or
	// the last part of that. A verb: its IRI. Or @DOMAIN; see Mapping.
	Identifier      string
	Employee        string                  // whom an actor stands for
	KnowledgePoints []string                // what an activity is about
	Kind            competency.EvidenceKind // of results on the activity, or by the verb
	Difficulty      *float64                // of the activity: the share of people in [0,1] who fail it
}

// Mapping says what the identifiers of a sender mean. The zero value knows none,
// and then the codes of Zhitu must be in the statements.
type Mapping struct {
	rules map[string]Rule
	// domains are those whose addresses are believed to begin with the code of an
	// employee; where there are none, any is.
	domains map[string]bool
	// extension is the one that names points.
	extension string
}

// NewMapping makes a mapping of rules, the last of those with the same identifier.
// extension is PointsExtension where empty.
func NewMapping(rules []Rule, extension string) Mapping {
	m := Mapping{rules: map[string]Rule{}, domains: map[string]bool{}, extension: extension}
	for _, r := range rules {
		key := Identifier(r.Identifier)
		if strings.HasPrefix(key, "@") {
			m.domains[key[1:]] = true
		}
		m.rules[key] = r
	}
	return m
}

// Identifier returns an identifier in the one form in which they are compared:
// addresses without mailto: and, unlike all else, in lower case.
func Identifier(s string) string {
	s = competency.Code(competency.Trim(s))
	address, isMbox := strings.CutPrefix(s, "mailto:")
	if isMbox || strings.Contains(s, "@") && !strings.ContainsAny(s, "/|:") {
		return strings.ToLower(address)
	}
	return s
}

// who returns the employee that the first of identifiers that is known stands for.
func (m Mapping) who(identifiers ...string) string {
	for _, id := range identifiers {
		if r := m.rules[Identifier(id)]; id != "" && r.Employee != "" {
			return r.Employee
		}
	}
	return ""
}

// what returns what the first of identifiers that is known to be no person means.
func (m Mapping) what(identifiers ...string) Rule {
	for _, id := range identifiers {
		if r := m.rules[Identifier(id)]; len(r.KnowledgePoints) > 0 || r.Kind != "" || r.Difficulty != nil {
			return r
		}
	}
	return Rule{}
}

const adl = "http://adlnet.gov/expapi/verbs/"

// verbs says how results by a verb came to be known, and what score the verb
// tells by itself. By any other verb a result is one of practice.
var verbs = map[string]struct {
	kind  competency.EvidenceKind
	score *float64
}{
	adl + "passed":      {competency.Exam, new(1.0)},
	adl + "failed":      {competency.Exam, new(0.0)},
	adl + "mastered":    {competency.Exam, new(1.0)},
	adl + "scored":      {competency.Exam, nil},
	adl + "answered":    {competency.PracticeAnswer, nil},
	adl + "attempted":   {competency.PracticeAnswer, nil},
	adl + "interacted":  {competency.PracticeAnswer, nil},
	adl + "completed":   {competency.CourseCompletion, new(1.0)},
	satisfied:           {competency.CourseCompletion, new(1.0)},
	badgeEarned:         {competency.Certificate, new(1.0)},
	activityCompleted:   {competency.CourseCompletion, new(1.0)},
	activityCompletedV1: {competency.CourseCompletion, new(1.0)},
}

const (
	satisfied           = "https://w3id.org/xapi/adl/verbs/satisfied" // of a course, by cmi5
	badgeEarned         = "http://id.tincanapi.com/verb/earned"
	activityCompleted   = "http://activitystrea.ms/complete"
	activityCompletedV1 = "http://activitystrea.ms/schema/1.0/complete"
	cmi5                = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
)

// Evidence makes evidence of a statement. told is false where it tells of no
// result, such as that somebody has launched something. wrong says why no evidence
// can be made of a result. Whether the employee and the points of the evidence
// exist is for others to find out; isPoint is asked only what the name of an
// activity might mean. Its time is zero where the statement does not say.
func (s Statement) Evidence(m Mapping, isPoint func(code string) bool) (e competency.Evidence, told bool, wrong fault.Text) {
	byVerb, known := verbs[s.root.text("verb", "id")]
	if !known {
		byVerb.kind = competency.PracticeAnswer
	}
	e = competency.Evidence{ID: s.ID, Kind: byVerb.kind, At: s.At(), Duration: s.duration(), Source: s.source()}
	if e.Score, told, wrong = s.score(byVerb.score); !told {
		return e, false, fault.Text{}
	}
	completion, _ := s.root.at("result", "completion").(bool)
	if !known && completion && !s.measured() {
		e.Kind = competency.CourseCompletion
	}
	if wrong != (fault.Text{}) {
		return e, true, wrong
	}
	if e.Employee, wrong = s.employee(m); wrong != (fault.Text{}) {
		return e, true, wrong
	}
	if kind := s.root.text("object", "objectType"); kind != "" && kind != "Activity" {
		return e, true, fault.T("the object is no activity, so the result is on no knowledge point", "object 不是活动，结果不对应任何知识点")
	}
	e.Item = s.root.text("object", "id")
	about := m.what(s.names()...)
	e.Difficulty = about.Difficulty
	for _, kind := range []competency.EvidenceKind{m.what(s.root.text("verb", "id")).Kind, about.Kind} {
		if kind != "" {
			e.Kind = kind
		}
	}
	e.KnowledgePoints, wrong = s.points(m, about, isPoint)
	return e, true, wrong
}

// measured reports whether it has a score or says whether that was a success.
func (s Statement) measured() bool {
	return s.root.at("result", "score", "scaled") != nil || s.root.at("result", "score", "raw") != nil || s.root.at("result", "success") != nil
}

// score returns the result in [0,1]: what was measured, else what the verb says,
// else that it was completed.
func (s Statement) score(byVerb *float64) (score float64, told bool, wrong fault.Text) {
	if scaled, ok := s.root.number("result", "score", "scaled"); ok {
		return max(0, scaled), true, wrong
	}
	raw, hasRaw := s.root.number("result", "score", "raw")
	low, _ := s.root.number("result", "score", "min") // 0 where it does not say
	high, hasMax := s.root.number("result", "score", "max")
	if share := (raw - low) / (high - low); hasRaw && hasMax && share >= 0 && share <= 1 {
		return share, true, wrong
	}
	if success, ok := s.root.at("result", "success").(bool); ok {
		if success {
			return 1, true, wrong
		}
		return 0, true, wrong
	}
	completion, hasCompletion := s.root.at("result", "completion").(bool)
	_, known := verbs[s.root.text("verb", "id")]
	switch {
	case hasRaw:
		return 0, true, fault.T("of score.raw %v nothing tells how much it is out of: send scaled, or min and max", "score.raw 为 %v，但不知满分：请发送 scaled，或 min 与 max", raw)
	case byVerb != nil && !(hasCompletion && !completion && *byVerb == 1):
		return *byVerb, true, wrong
	case !known && completion:
		return 1, true, wrong
	}
	return 0, false, wrong
}

// duration returns how long it took, 0 where it does not say anything sensible.
func (s Statement) duration() time.Duration {
	seconds, _ := parseDuration(s.root.text("result", "duration"))
	if seconds > competency.MaxDuration.Seconds() {
		return 0
	}
	return time.Duration(math.Round(seconds * float64(time.Second)))
}

// source says who has sent it.
func (s Statement) source() string {
	if platform := competency.Trim(s.root.text("context", "platform")); platform != "" {
		return platform
	}
	return "xAPI"
}

// employee returns whom the actor stands for: the one candidate that there is.
func (s Statement) employee(m Mapping) (code string, wrong fault.Text) {
	who := object(s.root.at("actor").(map[string]any))
	if members, _ := who["member"].([]any); who.text("objectType") == "Group" {
		if len(members) != 1 {
			return "", fault.T("the actor is a group, and evidence is of one person", "actor 是群组，而证据须属于一个人")
		}
		who = members[0].(map[string]any)
	}
	name, mbox := who.text("account", "name"), who.text("mbox")
	sha1, openid := who.text("mbox_sha1sum"), who.text("openid")
	if code := m.who(who.text("account", "homePage")+"|"+name, name, mbox, sha1, strings.ToLower(sha1), openid); code != "" {
		return code, wrong
	}
	if name != "" {
		return competency.Trim(name), wrong
	}
	local, domain, isAddress := strings.Cut(strings.TrimPrefix(mbox, "mailto:"), "@")
	if isAddress && (len(m.domains) == 0 || m.domains[strings.ToLower(domain)]) {
		return local, wrong
	}
	return "", fault.T("nothing says which employee %s is: add it to the mapping file", "无法判断 %s 是哪名员工：请加入映射文件", competency.Quote(mbox+sha1+openid))
}

// names are what an activity may be known by, the surest first.
func (s Statement) names() (names []string) {
	ids := []string{s.root.text("object", "id")}
	// A launch of cmi5 has an id of its own; that of the course's author is among
	// what it is grouped by.
	if slices.Contains(s.activities("category"), cmi5) {
		ids = append(ids, s.activities("grouping")...)
	}
	for _, id := range ids {
		names = append(names, id)
		if part := lastPart(id); part != "" {
			names = append(names, part)
		}
	}
	return names
}

// activities are the ids of those that the context has under a name.
func (s Statement) activities(under string) (ids []string) {
	found := s.root.at("context", "contextActivities", under)
	list, many := found.([]any)
	if !many {
		list = []any{found}
	}
	for _, a := range list {
		if o, ok := a.(map[string]any); ok {
			ids = append(ids, object(o).text("id"))
		}
	}
	return ids
}

// lastPart is what an IRI ends with: K1 of https://lms.example/items/K1?v=2,
// https://lms.example/course#K1 and urn:lms:K1.
func lastPart(iri string) string {
	u, err := url.Parse(iri)
	if err != nil {
		return ""
	}
	if u.Fragment != "" {
		return u.Fragment
	}
	path := u.EscapedPath()
	if u.Opaque != "" {
		path = u.Opaque
	}
	path = strings.TrimRight(path, "/")
	part, err := url.PathUnescape(path[strings.LastIndexAny(path, "/:")+1:])
	if err != nil {
		return ""
	}
	return part
}

// points returns what a result is about: what the statement says itself, else
// what the mapping says of the activity, else a point that the activity is named
// after.
func (s Statement) points(m Mapping, about Rule, isPoint func(string) bool) (codes []string, wrong fault.Text) {
	extension := m.extension
	if extension == "" {
		extension = PointsExtension
	}
	for _, where := range [][]string{{"object", "definition"}, {"result"}, {"context"}} {
		given := s.root.at(append(where, "extensions", extension)...)
		if given == nil {
			continue
		}
		named, ok := listOf(given)
		if !ok {
			return nil, fault.T("the extension %s is neither a code nor an array of codes", "扩展 %s 既不是编码也不是编码数组", extension)
		}
		codes = append(codes, named...)
	}
	if len(codes) > 0 {
		return codes, wrong
	}
	if len(about.KnowledgePoints) > 0 {
		return slices.Clone(about.KnowledgePoints), wrong
	}
	for _, name := range s.names() {
		if code := competency.Code(name); isPoint(code) {
			return []string{code}, wrong
		}
	}
	return nil, fault.T("nothing says which knowledge points %s is about: add it to the mapping file, or send the extension %s",
		"无法判断 %s 对应哪些知识点：请加入映射文件，或在语句中发送扩展 %s", competency.Short(s.root.text("object", "id"), 200), extension)
}

// listOf reads one code, codes as in a cell of a file, or an array of them.
func listOf(v any) (codes []string, ok bool) {
	switch v := v.(type) {
	case string:
		for code := range strings.FieldsFuncSeq(v, func(r rune) bool { return strings.ContainsRune(competency.ListSeparators+",", r) }) {
			if code = competency.Trim(code); code != "" {
				codes = append(codes, code)
			}
		}
	case []any:
		for _, item := range v {
			code, isText := item.(string)
			if !isText {
				return nil, false
			}
			codes = append(codes, competency.Trim(code))
		}
	default:
		return nil, false
	}
	return codes, true
}
