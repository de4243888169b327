package workbook

import (
	"bytes"
	"errors"
	"io"
)

// token is what a scanner has found.
type token byte

const (
	atEnd token = iota // of the part, or an error: see scanner.err
	startTag
	endTag
	charData
)

// Bounds of one part: a tag and the names of nested elements have to be in memory.
const (
	window   = 64 << 10
	maxTag   = 256 << 10
	maxDepth = 256
)

var (
	errSyntax   = errors.New("the XML is malformed")
	errDoctype  = errors.New("a document type declaration")
	errTooLarge = errors.New("a tag or a depth beyond all bounds")
)

// scanner is a pull parser of XML in UTF-8: it yields tags and character data in one pass,
// in a window of memory. Tags have to match, entities are the five of XML, and a document
// type declaration is an error, so that nothing expands. Names of elements are compared
// without their prefix: in a workbook what is foreign stands within extLst and
// AlternateContent, which are passed over. It takes the place of encoding/xml, which
// allocates for each token.
type scanner struct {
	in       io.Reader
	buf      []byte
	pos, end int
	eof      bool
	err      error

	local []byte      // of the tag: its name without a prefix, until the next one
	attrs []attribute // of the start tag, until the next call of next
	raw   []byte      // the character data, with references unless cdata; see appendText
	empty bool        // <x/>: its end tag comes next
	cdata bool        // within a CDATA section
	plain bool        // raw has no references

	names []byte // of the open elements, with prefixes
	marks []int  // where each of them begins
	root  bool   // there was an element
}

type attribute struct{ name, value []byte }

// newScanner reads a part of about the given size.
func newScanner(in io.Reader, size uint64) *scanner {
	const least = 512
	return &scanner{in: in, buf: make([]byte, min(max(size, least), window))}
}

// next returns the next token.
func (s *scanner) next() token {
	if s.err != nil {
		return atEnd
	}
	if s.empty {
		s.empty = false
		s.pop()
		return endTag
	}
	for s.err == nil {
		if s.cdata {
			if s.section() {
				return charData
			}
			continue
		}
		if s.pos == s.end && !s.fill() {
			if s.err == nil && (len(s.marks) > 0 || !s.root) {
				s.err = io.ErrUnexpectedEOF
			}
			return atEnd
		}
		if s.buf[s.pos] != '<' {
			if s.characters() {
				return charData
			}
			continue
		}
		if !s.need(2) {
			return atEnd
		}
		switch s.buf[s.pos+1] {
		case '/':
			return s.close()
		case '!', '?':
			s.markup()
		default:
			return s.start()
		}
	}
	return atEnd
}

// fill reads more into the window, and keeps what begins at pos.
func (s *scanner) fill() bool {
	if s.eof || s.err != nil {
		return false
	}
	if s.pos > 0 {
		s.end = copy(s.buf, s.buf[s.pos:s.end])
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= maxTag {
			s.err = errTooLarge
			return false
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for range 100 {
		n, err := s.in.Read(s.buf[s.end:])
		s.end += n
		if err == io.EOF {
			s.eof = true
			return n > 0
		}
		if err != nil {
			s.err = err
			return false
		}
		if n > 0 {
			return true
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// need reports whether so many bytes are in the window; without them the part is cut off.
func (s *scanner) need(n int) bool {
	for s.end-s.pos < n {
		if !s.fill() {
			s.cutOff()
			return false
		}
	}
	return true
}

func (s *scanner) cutOff() {
	if s.err == nil {
		s.err = io.ErrUnexpectedEOF
	}
}

// characters finds the text up to the next tag, or as much of it as is in the window.
func (s *scanner) characters() bool {
	for {
		chunk := s.buf[s.pos:s.end]
		n := bytes.IndexByte(chunk, '<')
		if n < 0 {
			n = len(chunk)
			if !s.eof {
				n = undivided(chunk)
			}
		}
		if n > 0 {
			s.raw, s.plain = chunk[:n], false
			s.pos += n
			if len(s.marks) == 0 && len(bytes.TrimLeft(s.raw, " \t\r\n")) > 0 {
				s.err = errSyntax
				return false
			}
			return true
		}
		if !s.fill() && s.err != nil {
			return false
		}
	}
}

// undivided returns how much of a text can be taken without dividing a reference or the
// end of a line.
func undivided(chunk []byte) int {
	const longest = 12 // &#x10FFFF;
	n := len(chunk)
	tail := chunk[max(0, n-longest):]
	if i := bytes.LastIndexByte(tail, '&'); i >= 0 && bytes.IndexByte(tail[i:], ';') < 0 {
		return n - len(tail) + i
	}
	if chunk[n-1] == '\r' {
		return n - 1
	}
	return n
}

// section finds text in a CDATA section. false also says that it has ended.
func (s *scanner) section() bool {
	for {
		chunk := s.buf[s.pos:s.end]
		n, after := bytes.Index(chunk, []byte("]]>")), 0
		if n >= 0 {
			after = 3
			s.cdata = false
		} else if n = len(chunk) - 2; n > 0 && chunk[n-1] == '\r' {
			n--
		}
		if n > 0 {
			s.raw, s.plain = chunk[:n], true
		}
		s.pos += max(n, 0) + after
		if n > 0 || after > 0 {
			return n > 0
		}
		if !s.fill() {
			s.cutOff()
			return false
		}
	}
}

// markup passes over comments and processing instructions, and enters CDATA sections.
func (s *scanner) markup() {
	const cdata = "<![CDATA["
	switch {
	case s.buf[s.pos+1] == '?':
		s.pass(2, "?>")
	case !s.need(4):
	case string(s.buf[s.pos:s.pos+4]) == "<!--":
		s.pass(4, "-->")
	case !s.need(len(cdata)):
	case string(s.buf[s.pos:s.pos+len(cdata)]) == cdata && len(s.marks) > 0:
		s.pos += len(cdata)
		s.cdata = true
	case string(s.buf[s.pos:s.pos+len(cdata)]) == "<!DOCTYPE":
		s.err = errDoctype
	default:
		s.err = errSyntax
	}
}

// pass skips so many bytes, and then all up to the end of what ends so.
func (s *scanner) pass(skip int, end string) {
	s.pos += skip
	for {
		if i := bytes.Index(s.buf[s.pos:s.end], []byte(end)); i >= 0 {
			s.pos += i + len(end)
			return
		}
		s.pos = max(s.pos, s.end-len(end)+1)
		if !s.fill() {
			s.cutOff()
			return
		}
	}
}
