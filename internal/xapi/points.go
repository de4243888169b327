package xapi

import (
	"net/url"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

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
func (s Statement) pointCodes(m Mapping, activityRule Rule, known Known) (codes []string, problem fault.Text) {
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
	if len(codes) == 0 {
		codes = slices.Clone(activityRule.KnowledgePoints)
	}
	for _, code := range codes {
		if code = competency.NormalizeCode(code); known.competency(code) {
			return nil, isCompetency(code)
		}
	}
	if len(codes) > 0 {
		return codes, problem
	}
	for _, name := range s.activityNames() {
		if code := competency.NormalizeCode(name); known.point(code) {
			return []string{code}, problem
		}
	}
	for _, name := range s.activityNames() {
		if code := competency.NormalizeCode(name); known.competency(code) {
			return nil, isCompetency(code)
		}
	}
	return nil, fault.T("nothing says which knowledge points %s is about: add it to the mapping file, or send the extension %s",
		"无法判断 %s 对应哪些知识点：请加入映射文件，或在语句中发送扩展 %s", competency.Quote(s.root.stringAt("object", "id")), extension)
}

// isCompetency says that a result is about points, and not about a group of them.
func isCompetency(code string) fault.Text {
	return fault.T("%s is a competency: name its points, in the mapping file or in the statement", "%s 是能力项：请在映射文件或语句中列出其知识点", code)
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
