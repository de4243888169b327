package competency

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/zhitu/zhitu/internal/fault"
)

// Referents are the records that one kind of reference may name, for reading references
// as people write them and for messages about those to nothing. The zero value is empty.
type Referents struct {
	codes  []string
	names  map[string][]string // by code
	byName map[string][]string // codes, by the folded name
}

// Add adds a record with its names, of which empty ones count for nothing.
func (r *Referents) Add(code string, names ...string) {
	if r.names == nil {
		r.names, r.byName = map[string][]string{}, map[string][]string{}
	}
	if _, again := r.names[code]; !again {
		r.codes = append(r.codes, code)
	}
	r.names[code] = append(r.names[code], names...)
	for _, name := range names {
		if key := foldName(name); key != "" && !slices.Contains(r.byName[key], code) {
			r.byName[key] = append(r.byName[key], code)
		}
	}
}

// Codes returns the codes in the order in which they were added, each once.
func (r *Referents) Codes() []string { return r.codes }

// Names returns the names of the record with a code; some may be empty, or the same.
func (r *Referents) Names(code string) []string { return r.names[code] }

// Has reports whether a record has this code.
func (r *Referents) Has(code string) bool {
	_, known := r.names[code]
	return known
}

// foldName returns what is compared of names: their letters, whatever case and width,
// with single spaces.
func foldName(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(RemoveInvisible(s))), " "))
}

// Find returns the codes of the records that a text may mean: that of its code, with the
// name of the record or without, else those of its name. It is of several where they share
// the name. byCode says that the text gives the code. It costs O(text).
func (r *Referents) Find(text string) (codes []string, byCode bool) {
	if len(text) > maxReference {
		return nil, false
	}
	code := NormalizeCode(text)
	if !r.Has(code) {
		code = r.ReadNamed(code)
	}
	if code != "" {
		return []string{code}, true
	}
	return r.byName[foldName(text)], false
}

// ReadNamed reads a reference that gives a code with the name of its record, as in
// "KP-001 倒闸操作", and returns the code; "" where it is none.
func (r *Referents) ReadNamed(reference string) string {
	code, name := cutCode(reference)
	if name == "" || !slices.ContainsFunc(r.names[code], func(n string) bool { return foldName(n) == foldName(name) }) {
		return ""
	}
	return code
}

// cutCode divides a reference at its first white space; name is "" where it has none.
func cutCode(reference string) (code, name string) {
	at := strings.IndexFunc(reference, unicode.IsSpace)
	if at < 0 {
		return reference, ""
	}
	return reference[:at], Trim(reference[at:])
}

// maxReference is more bytes than any reference has that is worth a closer look.
const maxReference = 4 * (MaxCode + 1) * 4

// Unknown returns the message for a reference to nothing. It says what the text is
// instead: a code with another name, a list, or a name; else it suggests the nearest code.
func (s *Suggester) Unknown(at fault.Place, what fault.Text, text string, known func() *Referents) fault.Text {
	key := what.EN + "\x00" + text
	if told, again := s.told[key]; again {
		return told
	}
	message := s.explain(at, what, text, known)
	if s.told == nil {
		s.told = map[string]fault.Text{}
	}
	if len(s.told) < MaxSuggestions {
		s.told[key] = message
	}
	return message
}

func (s *Suggester) explain(at fault.Place, what fault.Text, text string, known func() *Referents) fault.Text {
	if len(text) <= maxReference {
		r := known()
		parts := splitReferences(text)
		code, name := cutCode(text)
		if len(parts) > 1 && (r.known(parts) > 0 && name == "" || r.known(parts) > 1) || strings.ContainsAny(text, ListSeparators) || r.Has(code) && r.Has(name) {
			return fault.T("%s are several: %s", "%s 是多个编码：%s", Quote(text), severalAdvice(at))
		}
		if r.ReadNamed(text) != "" { // right, but not where it is read
			return fault.T("%s has a name: give the code %s alone", "%s 带有名称：请只填编码 %s", Quote(text), Truncate(code, MaxQuoted))
		}
		if name != "" && r.Has(code) {
			if names := slices.DeleteFunc(slices.Clone(r.names[code]), func(n string) bool { return n == "" }); len(names) > 0 {
				return fault.T("%s is named %s, and not %s: give the code alone, or correct the name", "%s 的名称是 %s，而不是 %s：请只填编码，或更正名称",
					Truncate(code, MaxQuoted), Quote(strings.Join(slices.Compact(names), " / ")), Quote(name))
			}
		}
		switch codes := r.byName[foldName(text)]; len(codes) {
		case 0:
		case 1:
			return fault.T("%s is the name of %s: write the code %[2]s", "%s 是 %s 的名称：请填写编码 %[2]s", Quote(text), Truncate(codes[0], MaxQuoted))
		default:
			return fault.T("%s is the name of several records (%s): write the code of the one that is meant", "%s 是多条记录的名称（%s）：请填写所指记录的编码", Quote(text), ListReferences(codes))
		}
		if near := s.Suggest(text, r.Codes); near != "" {
			return fault.T("there is no %s %s; did you mean %s?", "不存在%s %s；是否应为 %s？", what, Quote(text), near)
		}
	}
	return fault.T("there is no %s %s: correct the code or add the record", "不存在%s %s：请更正编码或补上该记录", what, Quote(text))
}

// splitReferences divides a text at what people put between several codes.
func splitReferences(text string) (parts []string) {
	for _, word := range []string{" or ", " and ", " OR ", " AND ", " oder ", " und "} {
		text = strings.ReplaceAll(text, word, ";")
	}
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool {
		return strings.ContainsRune(ListSeparators+",，/／|｜+＋&＆或和及与\n\r", r)
	}) {
		if part = Trim(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// known counts the texts that are a code or a name.
func (r *Referents) known(parts []string) (n int) {
	for _, part := range parts {
		if r.Has(part) || len(r.byName[foldName(part)]) > 0 {
			n++
		}
	}
	return n
}

// severalAdvice says what to do with several codes in one place.
func severalAdvice(at fault.Place) fault.Text {
	switch {
	case at.Field == "teaches" || at.Field == "targets" || at.Field == "knowledge_points":
		return fault.T("give each code as an item of its own; in a file, separate the codes of a list by ; or 、 or a line break", "请逐项填写编码；文件中列表的编码请用 ; 、或换行分隔")
	case at.Record == Prerequisites && at.Field == "prerequisite":
		return fault.T("give one code in each row; rows with the same clause are alternatives", "每行只填一个编码；条件组相同的各行互为替代")
	case at.Record == Employees && at.Field == "position":
		return fault.T("a person holds one position; give further ones as targets", "每人只能有一个岗位；其余请填在目标岗位中")
	case at.Field == "parent" || at.Field == "competency" || at.Field == "org_unit" || at.Field == "manager":
		return fault.T("give the one that is meant", "请只填写一个")
	}
	return fault.T("give one code in each row", "每行只填一个编码")
}
