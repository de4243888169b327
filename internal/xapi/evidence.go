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

// PointsExtension is the default extension that names the knowledge points of a
// statement: one code or an array of codes, in the extensions of the activity, the
// result or the context.
const PointsExtension = "https://zhitu.dev/xapi/extensions/knowledge-points"

// Rule maps one identifier of the sender.
type Rule struct {
	// Identifier is the identifier in statements. Of an actor: an address, an account
	// as its name or HOMEPAGE|NAME, a mbox_sha1sum or an openid. Of an activity: its
	// IRI or the last segment of it. Of a verb: its IRI. Or @DOMAIN; see Mapping.
	Identifier      string
	Employee        string                  // that an actor stands for
	KnowledgePoints []string                // that an activity is about
	Kind            competency.EvidenceKind // of results on the activity, or with the verb
	Difficulty      *float64                // of the activity: the share of people in [0,1] who fail it
}

// Mapping maps the identifiers of a sender to codes of the catalog. The zero value
// maps none, so that statements must contain the codes themselves.
type Mapping struct {
	rules map[string]Rule
	// domains are the mail domains whose addresses begin with the code of an employee.
	// If there are none, every domain is accepted.
	domains map[string]bool
	// extension is the extension that names points.
	extension string
}

// NewMapping returns a mapping of rules. Of rules with the same identifier the last
// wins. An empty extension means PointsExtension.
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

// Identifier returns the canonical form in which identifiers are compared. Addresses
// lose mailto: and are in lower case; all others keep their case.
func Identifier(s string) string {
	s = competency.NormalizeCode(competency.Trim(s))
	address, isMbox := strings.CutPrefix(s, "mailto:")
	if isMbox || strings.Contains(s, "@") && !strings.ContainsAny(s, "/|:") {
		return strings.ToLower(address)
	}
	return s
}

// employeeFor returns the employee of the first identifier that maps to one, or "".
func (m Mapping) employeeFor(identifiers ...string) string {
	for _, id := range identifiers {
		if r := m.rules[Identifier(id)]; id != "" && r.Employee != "" {
			return r.Employee
		}
	}
	return ""
}

// ruleFor returns the rule of the first identifier that describes results.
func (m Mapping) ruleFor(identifiers ...string) Rule {
	for _, id := range identifiers {
		if r := m.rules[Identifier(id)]; len(r.KnowledgePoints) > 0 || r.Kind != "" || r.Difficulty != nil {
			return r
		}
	}
	return Rule{}
}

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
	badgeEarnedVerb = "http://id.tincanapi.com/verb/earned"
	completedVerb   = "http://activitystrea.ms/complete"
	completedVerbV1 = "http://activitystrea.ms/schema/1.0/complete"
	cmi5Category    = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
)

// Evidence derives evidence from a statement. hasResult is false if the statement has
// no result, such as one about a launch. problem says why a result cannot become
// evidence. The caller checks that employee and points exist; isPoint only decides
// whether an activity is named after a point. A missing timestamp gives a zero time.
func (s Statement) Evidence(m Mapping, isPoint func(code string) bool) (e competency.Evidence, hasResult bool, problem fault.Text) {
	byVerb, known := resultVerbs[s.root.stringAt("verb", "id")]
	if !known {
		byVerb.kind = competency.PracticeAnswer
	}
	e = competency.Evidence{ID: s.ID, Kind: byVerb.kind, At: s.At(), Duration: s.duration(), Source: s.source()}
	if e.Score, hasResult, problem = s.resultScore(byVerb.score); !hasResult {
		return e, false, fault.Text{}
	}
	completion, _ := s.root.lookup("result", "completion").(bool)
	if !known && completion && !s.hasMeasuredResult() {
		e.Kind = competency.CourseCompletion
	}
	if problem != (fault.Text{}) {
		return e, true, problem
	}
	if e.Employee, problem = s.employeeCode(m); problem != (fault.Text{}) {
		return e, true, problem
	}
	if kind := s.root.stringAt("object", "objectType"); kind != "" && kind != "Activity" {
		return e, true, fault.T("the object is no activity, so the result is on no knowledge point", "object 不是活动，结果不对应任何知识点")
	}
	e.Item = s.root.stringAt("object", "id")
	activityRule := m.ruleFor(s.activityNames()...)
	e.Difficulty = activityRule.Difficulty
	for _, kind := range []competency.EvidenceKind{m.ruleFor(s.root.stringAt("verb", "id")).Kind, activityRule.Kind} {
		if kind != "" {
			e.Kind = kind
		}
	}
	e.KnowledgePoints, problem = s.pointCodes(m, activityRule, isPoint)
	return e, true, problem
}

// hasMeasuredResult reports whether the statement has a score or a success.
func (s Statement) hasMeasuredResult() bool {
	return s.root.lookup("result", "score", "scaled") != nil || s.root.lookup("result", "score", "raw") != nil || s.root.lookup("result", "success") != nil
}

// resultScore returns the result in [0,1]: the measured one, else the score that the
// verb implies, else 1 for a completion.
func (s Statement) resultScore(byVerb *float64) (score float64, hasResult bool, problem fault.Text) {
	if scaled, ok := s.root.numberAt("result", "score", "scaled"); ok {
		return max(0, scaled), true, problem
	}
	raw, hasRaw := s.root.numberAt("result", "score", "raw")
	low, _ := s.root.numberAt("result", "score", "min") // 0 if missing
	high, hasMax := s.root.numberAt("result", "score", "max")
	if share := (raw - low) / (high - low); hasRaw && hasMax && share >= 0 && share <= 1 {
		return share, true, problem
	}
	if success, ok := s.root.lookup("result", "success").(bool); ok {
		if success {
			return 1, true, problem
		}
		return 0, true, problem
	}
	completion, hasCompletion := s.root.lookup("result", "completion").(bool)
	_, known := resultVerbs[s.root.stringAt("verb", "id")]
	switch {
	case hasRaw:
		return 0, true, fault.T("of score.raw %v nothing tells how much it is out of: send scaled, or min and max", "score.raw 为 %v，但不知满分：请发送 scaled，或 min 与 max", raw)
	case byVerb != nil && !(hasCompletion && !completion && *byVerb == 1):
		return *byVerb, true, problem
	case !known && completion:
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

// employeeCode returns the code of the employee that the actor stands for. The code
// need not exist.
func (s Statement) employeeCode(m Mapping) (code string, problem fault.Text) {
	actor := object(s.root.lookup("actor").(map[string]any))
	if members, _ := actor["member"].([]any); actor.stringAt("objectType") == "Group" {
		if len(members) != 1 {
			return "", fault.T("the actor is a group, and evidence is of one person", "actor 是群组，而证据须属于一个人")
		}
		actor = members[0].(map[string]any)
	}
	name, mbox := actor.stringAt("account", "name"), actor.stringAt("mbox")
	sha1, openid := actor.stringAt("mbox_sha1sum"), actor.stringAt("openid")
	if code := m.employeeFor(actor.stringAt("account", "homePage")+"|"+name, name, mbox, sha1, strings.ToLower(sha1), openid); code != "" {
		return code, problem
	}
	if name != "" {
		return competency.Trim(name), problem
	}
	local, domain, isAddress := strings.Cut(strings.TrimPrefix(mbox, "mailto:"), "@")
	if isAddress && (len(m.domains) == 0 || m.domains[strings.ToLower(domain)]) {
		return local, problem
	}
	return "", fault.T("nothing says which employee %s is: add it to the mapping file", "无法判断 %s 是哪名员工：请加入映射文件", competency.Quote(mbox+sha1+openid))
}

// activityNames returns the identifiers of the activity, the most specific first.
func (s Statement) activityNames() (names []string) {
	ids := []string{s.root.stringAt("object", "id")}
	// In cmi5 each launch has its own activity id; the id that the publisher gave is
	// in grouping.
	if slices.Contains(s.contextActivityIDs("category"), cmi5Category) {
		ids = append(ids, s.contextActivityIDs("grouping")...)
	}
	for _, id := range ids {
		names = append(names, id)
		if part := lastIRISegment(id); part != "" {
			names = append(names, part)
		}
	}
	return names
}

// contextActivityIDs returns the ids of the context activities of one relation, such
// as grouping.
func (s Statement) contextActivityIDs(under string) (ids []string) {
	found := s.root.lookup("context", "contextActivities", under)
	list, many := found.([]any)
	if !many {
		list = []any{found}
	}
	for _, a := range list {
		if o, ok := a.(map[string]any); ok {
			ids = append(ids, object(o).stringAt("id"))
		}
	}
	return ids
}

// lastIRISegment returns the last segment of an IRI: K1 of https://lms.example/items/K1?v=2,
// https://lms.example/course#K1 and urn:lms:K1.
func lastIRISegment(iri string) string {
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

// pointCodes returns the points of a result: those that the statement names, else
// those that the mapping has for the activity, else a point with the activity's name.
func (s Statement) pointCodes(m Mapping, activityRule Rule, isPoint func(string) bool) (codes []string, problem fault.Text) {
	extension := m.extension
	if extension == "" {
		extension = PointsExtension
	}
	for _, where := range [][]string{{"object", "definition"}, {"result"}, {"context"}} {
		given := s.root.lookup(append(where, "extensions", extension)...)
		if given == nil {
			continue
		}
		named, ok := codeList(given)
		if !ok {
			return nil, fault.T("the extension %s is neither a code nor an array of codes", "扩展 %s 既不是编码也不是编码数组", extension)
		}
		codes = append(codes, named...)
	}
	if len(codes) > 0 {
		return codes, problem
	}
	if len(activityRule.KnowledgePoints) > 0 {
		return slices.Clone(activityRule.KnowledgePoints), problem
	}
	for _, name := range s.activityNames() {
		if code := competency.NormalizeCode(name); isPoint(code) {
			return []string{code}, problem
		}
	}
	return nil, fault.T("nothing says which knowledge points %s is about: add it to the mapping file, or send the extension %s",
		"无法判断 %s 对应哪些知识点：请加入映射文件，或在语句中发送扩展 %s", competency.Truncate(s.root.stringAt("object", "id"), 200), extension)
}

// codeList reads one code, a separated list as in a cell of a file, or an array.
func codeList(v any) (codes []string, ok bool) {
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
