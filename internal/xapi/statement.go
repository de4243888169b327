// Package xapi parses statements of the Experience API, 1.0.3 and 2.0, and derives
// evidence from those that have a result. It uses no store and no HTTP.
//
// Parse is as strict as the specification requires of a learning record store; the
// sender must fix what it refuses. Evidence may fail for a valid statement, such as
// one with an unknown account. It then says why, for the operator to fix.
package xapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zhitu/zhitu/internal/fault"
)

// maxStatementBytes limits one statement, to many times the usual size. So a list of
// unmapped statements stays readable.
const maxStatementBytes = 256 << 10

// Statement is one well-formed statement.
type Statement struct {
	// ID is in lower case. Idempotent: without an id from the sender it is derived
	// from the content, if that has a timestamp, so that sending twice does no harm.
	// Otherwise it is empty, and the receiver assigns one.
	ID   string
	Body json.RawMessage // as sent
	root object
	// malformed says how it violates the specification; see ParseLenient.
	malformed fault.Text
}

// Malformed says what is wrong with a statement that ParseLenient has let through; ok is
// false for one that is well-formed.
func (s Statement) Malformed() (reason fault.Text, ok bool) {
	return s.malformed, s.malformed != fault.Text{}
}

// object is a validated JSON object.
type object map[string]any

// lookup follows a path of names; nil if there is nothing.
func (o object) lookup(path ...string) any {
	var v any = map[string]any(o)
	for _, name := range path {
		inner, _ := v.(map[string]any)
		v = inner[name]
	}
	return v
}

func (o object) stringAt(path ...string) string {
	s, _ := o.lookup(path...).(string)
	return s
}

func (o object) numberAt(path ...string) (float64, bool) {
	x, ok := o.lookup(path...).(float64)
	return x, ok
}

// Parse parses one statement or an array of statements, and reports which it was. The
// error is a *fault.Error with the path of the first violation of the specification.
func Parse(body []byte) (list []Statement, array bool, err error) { return parse(body, false) }

// ParseLenient is Parse, but a malformed statement is let through, marked as such, so
// that it does not stop the others. The body as a whole must still be JSON.
func ParseLenient(body []byte) (list []Statement, array bool, err error) { return parse(body, true) }

func parse(body []byte, lenient bool) (list []Statement, array bool, err error) {
	if !utf8.Valid(body) {
		return nil, false, invalidArgument("the body is not in UTF-8", "请求体不是 UTF-8 编码")
	}
	body = bytes.TrimSpace(body)
	array = bytes.HasPrefix(body, []byte("["))
	one := make([]json.RawMessage, 1)
	into := any(&one[0])
	if array {
		into = &one
	}
	d := json.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(into); err != nil {
		return nil, array, notJSONError()
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, array, notJSONError()
	}
	seen := map[string]int{}
	for i, raw := range one {
		st, err := parseStatement(raw)
		if err == nil && st.root.stringAt("id") != "" {
			if first, twice := seen[st.ID]; twice {
				err = invalidArgument("it has the same id %s as statement %d", "与第 %[2]d 条语句的 id %[1]s 相同", st.ID, first+1)
			} else {
				seen[st.ID] = i
			}
		}
		switch {
		case err == nil:
		case lenient && err.Code == fault.InvalidArgument:
			st = malformedStatement(raw, err.Text)
		case array:
			return nil, array, fault.New(err.Code, "statement %d: %s", "第 %d 条语句：%s", i+1, err.Text)
		default:
			return nil, array, err
		}
		list = append(list, st)
	}
	return list, array, nil
}

// malformedStatement returns a statement that violates the specification. It has its
// own id where that is one.
func malformedStatement(raw json.RawMessage, reason fault.Text) Statement {
	st := Statement{ID: contentID(raw), Body: raw, malformed: reason}
	var named struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(raw, &named) == nil && uuidPattern.MatchString(named.ID) {
		st.ID = strings.ToLower(named.ID)
	}
	return st
}

func parseStatement(raw json.RawMessage) (Statement, *fault.Error) {
	if len(raw) > maxStatementBytes {
		return Statement{}, fault.New(fault.LimitExceeded, "the statement is larger than %d bytes", "语句超过 %d 字节", maxStatementBytes)
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return Statement{}, notJSONError() // such as a number beyond the range of a double
	}
	if problem := statement(v, rootPath); problem != nil {
		return Statement{}, problem
	}
	st := Statement{Body: raw, root: v.(map[string]any)}
	st.ID = strings.ToLower(st.root.stringAt("id"))
	if st.ID == "" && st.root.stringAt("timestamp") != "" {
		st.ID = contentID(raw)
	}
	return st, nil
}

// contentID returns a UUID of version 8 (custom) that is a hash of the content.
func contentID(raw []byte) string {
	var compact bytes.Buffer
	_ = json.Compact(&compact, raw) // cannot fail: it was parsed before
	h := sha256.Sum256(compact.Bytes())
	h[6], h[8] = h[6]&0x0f|0x80, h[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// Hash returns the hash of what the statement says: of its JSON with sorted keys and its
// id, without what a receiver adds (stored, authority, version). Statements with one id
// and different hashes contradict each other.
func (s Statement) Hash() string {
	content := maps.Clone(map[string]any(s.root))
	for _, name := range []string{"stored", "authority", "version"} {
		delete(content, name)
	}
	content["id"] = s.ID
	text, _ := json.Marshal(content) // cannot fail: it was parsed before
	return fmt.Sprintf("%x", sha256.Sum256(text))
}

// AssignID sets the id under which a statement was put. It fails if the statement has
// another id.
func (s *Statement) AssignID(id string) error {
	if problem := uuid(id, "statementId"); problem != nil {
		return problem
	}
	id = strings.ToLower(id)
	if own := s.root.stringAt("id"); own != "" && id != s.ID {
		return invalidArgument("the statement has another id, %s", "语句的 id 不同：%s", own)
	}
	s.ID = id
	return nil
}

// Voids returns the id of the statement that this one voids.
func (s Statement) Voids() (id string, ok bool) {
	if s.root.stringAt("verb", "id") != voidedVerb {
		return "", false
	}
	return strings.ToLower(s.root.stringAt("object", "id")), true
}

// At returns the timestamp, zero if it has none.
func (s Statement) At() time.Time {
	t, _ := parseTime(s.root.stringAt("timestamp"))
	return t
}

func invalidArgument(en, zh string, args ...any) *fault.Error {
	return fault.New(fault.InvalidArgument, en, zh, args...)
}

func notJSONError() *fault.Error {
	return invalidArgument("the body is not JSON: send one statement or an array of them", "请求体不是 JSON：请发送一条语句或语句数组")
}
