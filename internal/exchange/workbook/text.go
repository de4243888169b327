package workbook

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// appendText appends the character data just found, with references resolved and line
// ends as XML has them.
func (s *scanner) appendText(dst []byte) []byte {
	dst, ok := appendDecoded(dst, s.raw, s.plain)
	if !ok {
		s.err = errSyntax
	}
	return dst
}

// attr returns the value of an attribute without a prefix (xml:space has one), nil where
// the start tag has none. It is valid until the next token.
func (s *scanner) attr(name string) []byte {
	for _, a := range s.attrs {
		if string(a.name) == name {
			return s.decoded(a.value)
		}
	}
	return nil
}

// relation returns the attribute id of the namespace of relations, whatever its prefix.
func (s *scanner) relation() string {
	for _, a := range s.attrs {
		if local := withoutPrefix(a.name); string(local) == "id" && len(local) < len(a.name) {
			return string(s.decoded(a.value))
		}
	}
	return ""
}

// flag reports whether an attribute is true.
func (s *scanner) flag(name string) bool { return isTrue(s.attr(name)) }

func isTrue(v []byte) bool { return string(v) == "1" || string(v) == "true" }

func (s *scanner) decoded(value []byte) []byte {
	if bytes.IndexByte(value, '&') < 0 {
		return value
	}
	value, ok := appendDecoded(nil, value, false)
	if !ok {
		s.err = errSyntax
	}
	return value
}

func appendDecoded(dst, raw []byte, plain bool) ([]byte, bool) {
	if bytes.IndexByte(raw, '\r') < 0 && (plain || bytes.IndexByte(raw, '&') < 0) {
		return append(dst, raw...), true
	}
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\r':
			dst = append(dst, '\n')
			if i+1 < len(raw) && raw[i+1] == '\n' {
				i++
			}
		case c == '&' && !plain:
			n := bytes.IndexByte(raw[i:], ';')
			if n < 0 {
				return dst, false
			}
			r, ok := reference(raw[i+1 : i+n])
			if !ok {
				return dst, false
			}
			dst = utf8.AppendRune(dst, r)
			i += n
		default:
			dst = append(dst, c)
		}
	}
	return dst, true
}

// reference resolves the name of an entity or the number of a character.
func reference(name []byte) (rune, bool) {
	switch string(name) {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(string(digits), base, 32)
	return rune(n), err == nil && isCharacter(rune(n))
}

// isCharacter reports whether XML 1.0 knows a character.
func isCharacter(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || ' ' <= r && r <= 0xD7FF || 0xE000 <= r && r <= 0xFFFD || 0x10000 <= r && r <= utf8.MaxRune
}

// isText reports whether all of a text is UTF-8 and known to XML 1.0.
func isText(text []byte) bool {
	for i := 0; i < len(text); {
		if c := text[i]; ' ' <= c && c < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 || !isCharacter(r) {
			return false
		}
		i += size
	}
	return true
}

// unescape undoes the escapes of ST_Xstring in place: _x000D_ is a carriage return, and
// _x005F_ an underscore that begins no escape (ECMA-376 part 1, 22.9.2.19). Halves of a
// surrogate pair are joined; one alone becomes U+FFFD.
func unescape(text []byte) []byte {
	if !bytes.Contains(text, []byte("_x")) {
		return text
	}
	out := text[:0]
	for i := 0; i < len(text); {
		unit, ok := escaped(text[i:])
		if !ok {
			out = append(out, text[i])
			i++
			continue
		}
		i += escapeLength
		r := unit
		if utf16.IsSurrogate(r) {
			low, ok := escaped(text[i:])
			if r = utf16.DecodeRune(unit, low); ok && r != utf8.RuneError {
				i += escapeLength
			} else {
				r = utf8.RuneError
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

const escapeLength = len("_x000D_")

func escaped(text []byte) (rune, bool) {
	if len(text) < escapeLength || text[0] != '_' || text[1] != 'x' || text[6] != '_' {
		return 0, false
	}
	var r rune
	for _, c := range text[2:6] {
		digit := bytes.IndexByte([]byte("0123456789abcdef"), c|0x20)
		if digit < 0 || c < '0' {
			return 0, false
		}
		r = r<<4 | rune(digit)
	}
	return r, true
}
