package marking

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// tokenKind is the kind of a piece of markup.
type tokenKind byte

const (
	startTag tokenKind = iota + 1
	endTag
	emptyTag // <c/>
	cdata
	other // a comment, a processing instruction
	endOfInput
)

// token is a piece of markup, and the text before it. Its slices hold until the next token.
type token struct {
	kind       tokenKind
	tag, text  []byte
	prefix     []byte // of the name of a tag, without the colon
	name       []byte
	start, end int64 // of tag, from the start of the input
}

// scanner reads XML as pieces with their offsets, which edits of bytes need: encoding/xml
// gives neither the bytes of a tag nor its quoting. It checks no nesting, and refuses
// document types, so that there are no entities to expand.
type scanner struct {
	in        *bufio.Reader
	offset    int64
	tag, text []byte
}

// maxToken bounds one tag or one text. A cell has at most 32,767 characters.
const maxToken = 8 << 20

var errDamaged = errors.New("the XML is damaged")

func newScanner(r io.Reader) *scanner { return &scanner{in: bufio.NewReaderSize(r, 1<<16)} }

// next returns the next token.
func (s *scanner) next() (token, error) {
	var err error
	if s.text, err = s.readTo('<', s.text[:0]); err == io.EOF {
		return token{kind: endOfInput, text: s.text, start: s.offset, end: s.offset}, nil
	} else if err != nil {
		return token{}, err
	}
	t := token{text: s.text[:len(s.text)-1], start: s.offset - 1}
	s.tag = append(s.tag[:0], '<')
	var quote byte
	for done := false; !done; {
		from := len(s.tag)
		if s.tag, err = s.readTo('>', s.tag); err == io.EOF {
			return token{}, errDamaged
		} else if err != nil {
			return token{}, err
		}
		switch {
		case bytes.HasPrefix(s.tag, []byte("<!--")):
			done = len(s.tag) >= len("<!---->") && bytes.HasSuffix(s.tag, []byte("-->"))
		case bytes.HasPrefix(s.tag, []byte("<![CDATA[")):
			done = bytes.HasSuffix(s.tag, []byte("]]>"))
		case bytes.HasPrefix(s.tag, []byte("<?")):
			done = len(s.tag) >= len("<??>") && bytes.HasSuffix(s.tag, []byte("?>"))
		default:
			quote = quoteAfter(quote, s.tag[from:])
			done = quote == 0
		}
	}
	t.tag, t.end = s.tag, s.offset
	return t, t.classify()
}

// readTo appends what is read to buffer, delimiter included.
func (s *scanner) readTo(delimiter byte, buffer []byte) ([]byte, error) {
	for {
		chunk, err := s.in.ReadSlice(delimiter)
		s.offset += int64(len(chunk))
		if buffer = append(buffer, chunk...); len(buffer) > maxToken {
			return buffer, errDamaged
		}
		if err != bufio.ErrBufferFull {
			return buffer, err
		}
	}
}

// quoteAfter returns the quotation mark that is open after a piece of a tag, 0 for none.
func quoteAfter(quote byte, piece []byte) byte {
	for _, c := range piece {
		switch {
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote == c:
			quote = 0
		}
	}
	return quote
}

// classify finds the kind and name of a token by its tag.
func (t *token) classify() error {
	inside := t.tag[1 : len(t.tag)-1]
	switch {
	case bytes.HasPrefix(inside, []byte("![CDATA[")):
		t.kind = cdata
		return nil
	case bytes.HasPrefix(inside, []byte("!--")) || bytes.HasPrefix(inside, []byte("?")):
		t.kind = other
		return nil
	case bytes.HasPrefix(inside, []byte("!")):
		return errDamaged
	case bytes.HasPrefix(inside, []byte("/")):
		t.kind, inside = endTag, inside[1:]
	case bytes.HasSuffix(inside, []byte("/")):
		t.kind, inside = emptyTag, inside[:len(inside)-1]
	default:
		t.kind = startTag
	}
	t.name = inside
	if end := bytes.IndexAny(inside, " \t\r\n"); end >= 0 {
		t.name = inside[:end]
	}
	if colon := bytes.IndexByte(t.name, ':'); colon >= 0 {
		t.prefix, t.name = t.name[:colon], t.name[colon+1:]
	}
	if len(t.name) == 0 || bytes.ContainsAny(t.name, "<&'\"=") {
		return errDamaged
	}
	return nil
}

// is reports whether a token is the tag of an element with a local name.
func (t *token) is(name string) bool { return string(t.name) == name }

// content returns the text that a CDATA section holds.
func (t *token) content() []byte { return t.tag[len("<![CDATA[") : len(t.tag)-len("]]>")] }
