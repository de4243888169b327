package workbook

import "bytes"

// start reads a start tag, which has to be in the window as a whole.
func (s *scanner) start() token {
	for {
		n, complete := s.parseStart(s.buf[s.pos:s.end])
		switch {
		case s.err != nil:
			return atEnd
		case complete:
			s.pos += n
			return startTag
		case !s.fill():
			s.cutOff()
			return atEnd
		}
	}
}

// parseStart reads a start tag at the beginning of b, and returns its length. Nothing
// changes where it is not complete.
func (s *scanner) parseStart(b []byte) (length int, complete bool) {
	i := nameEnd(b, 1)
	if i == len(b) {
		return 0, false
	}
	name := b[1:i]
	s.attrs = s.attrs[:0]
	for {
		i = spaceEnd(b, i)
		if i == len(b) {
			return 0, false
		}
		if b[i] == '/' {
			if i+1 == len(b) {
				return 0, false
			}
			if b[i+1] != '>' {
				s.err = errSyntax
				return 0, false
			}
			s.push(name)
			s.empty = s.err == nil
			return i + 2, true
		}
		if b[i] == '>' {
			s.push(name)
			return i + 1, true
		}
		from := i
		i = nameEnd(b, i)
		attr := attribute{name: b[from:i]}
		i = spaceEnd(b, i)
		if i == len(b) {
			return 0, false
		}
		if b[i] != '=' || len(attr.name) == 0 {
			s.err = errSyntax
			return 0, false
		}
		i = spaceEnd(b, i+1)
		if i == len(b) {
			return 0, false
		}
		quote := b[i]
		if quote != '"' && quote != '\'' {
			s.err = errSyntax
			return 0, false
		}
		n := bytes.IndexByte(b[i+1:], quote)
		if n < 0 {
			return 0, false
		}
		attr.value = b[i+1 : i+1+n]
		i += n + 2
		s.attrs = append(s.attrs, attr)
	}
}

// close reads an end tag, which has to be that of the innermost element.
func (s *scanner) close() token {
	for {
		b := s.buf[s.pos:s.end]
		n := bytes.IndexByte(b, '>')
		if n < 0 {
			if !s.fill() {
				s.cutOff()
				return atEnd
			}
			continue
		}
		name := b[2:n]
		for len(name) > 0 && isSpace(name[len(name)-1]) {
			name = name[:len(name)-1]
		}
		if len(s.marks) == 0 || !bytes.Equal(name, s.names[s.marks[len(s.marks)-1]:]) {
			s.err = errSyntax
			return atEnd
		}
		s.pos += n + 1
		s.pop()
		return endTag
	}
}

// push opens an element.
func (s *scanner) push(name []byte) {
	if len(name) == 0 || len(s.marks) == 0 && s.root {
		s.err = errSyntax
		return
	}
	if len(s.marks) == maxDepth {
		s.err = errTooLarge
		return
	}
	s.root = true
	s.marks = append(s.marks, len(s.names))
	s.names = append(s.names, name...)
	s.local = withoutPrefix(s.names[len(s.names)-len(name):])
}

// pop closes the innermost element; its name stays readable until the next push.
func (s *scanner) pop() {
	mark := s.marks[len(s.marks)-1]
	s.local = withoutPrefix(s.names[mark:])
	s.names = s.names[:mark]
	s.marks = s.marks[:len(s.marks)-1]
}

// ancestor returns the name of the element that the one just begun stands in: 1 for the
// innermost. It is empty above the root.
func (s *scanner) ancestor(up int) []byte {
	i := len(s.marks) - 1 - up
	if i < 0 {
		return nil
	}
	return withoutPrefix(s.names[s.marks[i]:s.marks[i+1]])
}

// skip passes over the content of the element just begun, and its end tag.
func (s *scanner) skip() {
	for depth := len(s.marks); len(s.marks) >= depth && s.next() != atEnd; {
	}
}

// element passes over everything up to the next start tag, extensions and alternatives
// with all they hold. It returns false at the end of the part.
func (s *scanner) element() bool {
	for {
		switch s.next() {
		case atEnd:
			return false
		case startTag:
			if !s.foreign() {
				return true
			}
			s.skip()
		}
	}
}

// foreign reports whether the element just begun holds what is none of the base format.
func (s *scanner) foreign() bool {
	return string(s.local) == "extLst" || string(s.local) == "AlternateContent"
}

func withoutPrefix(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i > 0 && i < len(name)-1 {
		return name[i+1:]
	}
	return name
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func spaceEnd(b []byte, i int) int {
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	return i
}

func nameEnd(b []byte, i int) int {
	for i < len(b) {
		switch b[i] {
		case ' ', '\t', '\n', '\r', '=', '>', '/', '<', '"', '\'', '&':
			return i
		}
		i++
	}
	return i
}
