package marking

import (
	"bytes"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// element is an element of a part that is read as a whole. Offsets are those of the part.
type element struct {
	prefix, name    string
	depth           int // 0 for the root
	parent          int // index in the list, -1 for the root
	start, inner    int // of the start tag and of what follows it
	innerEnd, end   int // of the content and of the element
	empty, complete bool
}

// elements are all elements of a part, in their order.
type elements []element

// maxDepth is how many elements may be open at once. Sheets have a tenth of it.
const maxDepth = 500

// parse lists the elements of a part. It is lenient, because drawings of comments are
// often no well-formed XML: an end tag closes what is open within, and one that opens
// nothing is passed over. complete says whether an element was closed by its own end tag.
func parse(data []byte) (elements, error) {
	var all elements
	var open []int
	closeTo := func(n int, at int) {
		for _, i := range open[n:] {
			all[i].innerEnd, all[i].end = at, at
		}
		open = open[:n]
	}
	s := newScanner(bytes.NewReader(data))
	for {
		t, err := s.next()
		if err != nil {
			return nil, err
		}
		start, end := int(t.start), int(t.end)
		switch t.kind {
		case endOfInput:
			closeTo(0, len(data))
			return all, nil
		case startTag, emptyTag:
			e := element{prefix: string(t.prefix), name: string(t.name), depth: len(open), parent: -1, start: start, inner: end, innerEnd: end, end: end}
			if len(open) > 0 {
				e.parent = open[len(open)-1]
			}
			if e.empty = t.kind == emptyTag; e.empty {
				e.complete = true
			} else if open = append(open, len(all)); len(open) > maxDepth {
				return nil, errDamaged
			}
			all = append(all, e)
		case endTag:
			for n := len(open) - 1; n >= 0; n-- {
				e := &all[open[n]]
				if e.name != string(t.name) || e.prefix != string(t.prefix) {
					continue
				}
				e.complete = n == len(open)-1
				own := open[n]
				closeTo(n+1, start)
				open = open[:n]
				all[own].innerEnd, all[own].end = start, end
				break
			}
		}
	}
}

// root returns the outermost element, if it has this name and is whole.
func (all elements) root(name string) (element, error) {
	if len(all) == 0 || all[0].name != name || !all[0].complete {
		return element{}, errDamaged
	}
	return all[0], nil
}

// children yields the children of the element at index parent that have a name; any name
// where it is empty.
func (all elements) children(parent int, name string) iter.Seq2[int, element] {
	return func(yield func(int, element) bool) {
		for i := parent + 1; i < len(all) && all[i].start < all[parent].end; {
			if (name == "" || all[i].name == name) && !yield(i, all[i]) {
				return
			}
			below := i + 1 // what is in this child is passed over
			skipped, _ := slices.BinarySearchFunc(all[below:], all[i].end, func(e element, end int) int { return e.start - end })
			i = below + skipped
		}
	}
}

// child returns the first child with a name and its index, -1 if there is none.
func (all elements) child(parent int, name string) (int, element) {
	for i, e := range all.children(parent, name) {
		return i, e
	}
	return -1, element{}
}

// qualified returns a name with the prefix of an element, for a new element beside or in it.
func (e element) qualified(name string) string {
	if e.prefix == "" {
		return name
	}
	return e.prefix + ":" + name
}

// edit replaces a range of bytes.
type edit struct {
	from, to int
	text     string
}

// edits are changes of one part. Those at one place keep their order. One that begins within
// another, as in damaged parts, is left out.
type edits []edit

func (e *edits) replace(from, to int, text string) { *e = append(*e, edit{from, to, text}) }
func (e *edits) insert(at int, text string)        { e.replace(at, at, text) }
func (e *edits) remove(el element)                 { e.replace(el.start, el.end, "") }

// appendTo puts text at the end of the content of an element.
func (e *edits) appendTo(data []byte, el element, text string) {
	if !el.empty {
		e.insert(el.innerEnd, text)
		return
	}
	slash := bytes.LastIndexByte(data[el.start:el.end], '/') + el.start
	e.replace(slash, el.end, ">"+text+"</"+el.qualified(el.name)+">")
}

// apply returns the part with its changes.
func (e edits) apply(data []byte) []byte {
	slices.SortStableFunc(e, func(a, b edit) int { return a.from - b.from })
	var out bytes.Buffer
	at := 0
	for _, c := range e {
		if c.from < at { // within what is replaced already
			continue
		}
		out.Write(data[at:c.from])
		out.WriteString(c.text)
		at = c.to
	}
	out.Write(data[at:])
	return out.Bytes()
}

// attribute is one attribute of a tag. Its value is tag[from:to], as it is written.
type attribute struct {
	prefix, name string
	from, to     int
}

var attributeForm = regexp.MustCompile(`\s([^\s=:"'<>/]+:)?([^\s=:"'<>/]+)\s*=\s*("[^"]*"|'[^']*')`)

// attributes lists the attributes of a tag.
func attributes(tag []byte) []attribute {
	var all []attribute
	for _, m := range attributeForm.FindAllSubmatchIndex(tag, -1) {
		a := attribute{name: string(tag[m[4]:m[5]]), from: m[6] + 1, to: m[7] - 1}
		if m[2] >= 0 {
			a.prefix = string(tag[m[2] : m[3]-1])
		}
		all = append(all, a)
	}
	return all
}

// find returns the attribute of a tag with a local name, whatever its prefix.
func find(tag []byte, name string) (attribute, bool) {
	for _, a := range attributes(tag) {
		if a.name == name && a.prefix != "xmlns" {
			return a, true
		}
	}
	return attribute{}, false
}

// value returns the value of an attribute of a tag, "" if it has none.
func value(tag []byte, name string) string {
	a, ok := find(tag, name)
	if !ok {
		return ""
	}
	return unescape(tag[a.from:a.to])
}

// tagOf returns the start tag of an element.
func tagOf(data []byte, e element) []byte { return data[e.start:e.inner] }

// namespace returns the namespace of an element by the declarations of its own tag.
func namespace(data []byte, e element) string {
	for _, a := range attributes(tagOf(data, e)) {
		if a.prefix == "" && a.name == "xmlns" && e.prefix == "" || a.prefix == "xmlns" && a.name == e.prefix {
			return unescape(tagOf(data, e)[a.from:a.to])
		}
	}
	return ""
}

var reference = regexp.MustCompile(`&(#[0-9]+|#x[0-9a-fA-F]+|lt|gt|amp|quot|apos);`)

// unescape returns text without character references.
func unescape(raw []byte) string {
	if bytes.IndexByte(raw, '&') < 0 {
		return string(raw)
	}
	return reference.ReplaceAllStringFunc(string(raw), func(s string) string {
		switch name := s[1 : len(s)-1]; {
		case name == "lt":
			return "<"
		case name == "gt":
			return ">"
		case name == "amp":
			return "&"
		case name == "quot":
			return `"`
		case name == "apos":
			return "'"
		default:
			number, base := name[1:], 10
			if number[0] == 'x' {
				number, base = number[1:], 16
			}
			code, err := strconv.ParseUint(number, base, 32)
			if err != nil || code > utf8.MaxRune {
				return "\uFFFD"
			}
			return string(rune(code))
		}
	})
}

var (
	escaper   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "&#13;")
	encoded   = regexp.MustCompile(`_x([0-9A-Fa-f]{4})_`)
	ambiguous = regexp.MustCompile(`_x[0-9A-Fa-f]{4}`) // with what follows
)

// escape writes text for XML. What XML cannot hold becomes U+FFFD.
func escape(s string) string {
	return escaper.Replace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0xFFFE || r == 0xFFFF || r == utf8.RuneError {
			return utf8.RuneError
		}
		return r
	}, s))
}

// escapeText is escape for the text of a cell or comment, where _x000D_ stands for a
// character (ECMA-376, ST_Xstring).
func escapeText(s string) string { return escape(ambiguous.ReplaceAllString(s, "_x005F$0")) }

// decodeText replaces what stands for a character in the text of a cell.
func decodeText(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return encoded.ReplaceAllStringFunc(s, func(m string) string {
		code, _ := strconv.ParseUint(m[2:6], 16, 32)
		return string(rune(code))
	})
}

const header = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
