// Package xapi reads statements of the Experience API, 1.0.3 and 2.0, and makes
// evidence of those that tell of a result. It knows no store and no HTTP.
//
// Parse is as strict as the specification asks a learning record store to be:
// what it refuses, a sender has to mend. What it lets pass and Evidence cannot
// make sense of, such as an account that nobody knows, is the operator's to mend,
// and says why.
package xapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zhitu/zhitu/internal/fault"
)

// maxStatementBytes is how many bytes one statement may have: many times what is usual,
// so that a list of what is set aside stays something to be read.
const maxStatementBytes = 256 << 10

// Statement is one well-formed statement.
type Statement struct {
	// ID is in lower case. Where the sender gave none it is derived from the whole
	// statement if that tells when it happened, so that to send it twice does no
	// harm; else it is empty, and for the receiver to make up.
	ID   string
	Body json.RawMessage // as it was sent
	root object
}

// object is an object of JSON that has been checked.
type object map[string]any

// lookup follows a path of names; nil where it leads nowhere.
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

// Parse reads one statement or an array of them, and reports which it was. The
// error, for the first thing that breaks a rule of the specification, is a
// *fault.Error that names the place.
func Parse(body []byte) (list []Statement, array bool, err error) {
	if !utf8.Valid(body) {
		return nil, false, invalid("the body is not in UTF-8", "请求体不是 UTF-8 编码")
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
		if err != nil {
			if array {
				err = fault.New(err.Code, "statement %d: %s", "第 %d 条语句：%s", i+1, err.Text)
			}
			return nil, array, err
		}
		if id := st.root.stringAt("id"); id != "" {
			if first, twice := seen[st.ID]; twice {
				return nil, array, invalid("statements %d and %d have the same id %s", "第 %d 条与第 %d 条语句的 id 相同：%s", first+1, i+1, st.ID)
			}
			seen[st.ID] = i
		}
		list = append(list, st)
	}
	return list, array, nil
}

func parseStatement(raw json.RawMessage) (Statement, *fault.Error) {
	if len(raw) > maxStatementBytes {
		return Statement{}, fault.New(fault.LimitExceeded, "the statement is larger than %d bytes", "语句超过 %d 字节", maxStatementBytes)
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return Statement{}, notJSONError() // such as a number that no double holds
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

// contentID is a UUID, of the version for which there are no rules, that follows
// from content.
func contentID(raw []byte) string {
	var compact bytes.Buffer
	_ = json.Compact(&compact, raw) // it has been read, so it is JSON
	h := sha256.Sum256(compact.Bytes())
	h[6], h[8] = h[6]&0x0f|0x80, h[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// AssignID gives a statement the id under which it was put, which must be its own where
// it has one.
func (s *Statement) AssignID(id string) error {
	if problem := uuid(id, "statementId"); problem != nil {
		return problem
	}
	id = strings.ToLower(id)
	if own := s.root.stringAt("id"); own != "" && id != s.ID {
		return invalid("the statement has another id, %s", "语句的 id 不同：%s", own)
	}
	s.ID = id
	return nil
}

// Voids returns the id of the statement that this one takes back.
func (s Statement) Voids() (id string, ok bool) {
	if s.root.stringAt("verb", "id") != voidedVerb {
		return "", false
	}
	return strings.ToLower(s.root.stringAt("object", "id")), true
}

// At returns when it happened, zero where it does not say.
func (s Statement) At() time.Time {
	t, _ := parseTime(s.root.stringAt("timestamp"))
	return t
}

func invalid(en, zh string, args ...any) *fault.Error {
	return fault.New(fault.InvalidArgument, en, zh, args...)
}

func notJSONError() *fault.Error {
	return invalid("the body is not JSON: send one statement or an array of them", "请求体不是 JSON：请发送一条语句或语句数组")
}
