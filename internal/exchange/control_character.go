package exchange

import (
	"strings"
	"unicode/utf8"
)

// Spreadsheets do not keep all characters of a text: a carriage return becomes a line feed,
// other control characters have no place in XML, and a text such as _x0041_ is read as the
// character that it would stand for. In workbooks that we write, a control character is its
// picture (␍ for a carriage return), and ␦ takes its meaning from the character after it.
const (
	controlPictures = '\u2400' // ␀, the first of them
	literally       = '\u2426' // ␦
)

// escapeControls returns a text as the cell of a workbook has it.
func escapeControls(s string) string {
	var out *strings.Builder // nil as long as nothing is escaped
	for i, r := range s {
		escaped := ""
		switch {
		case r < ' ' && r != '\t' && r != '\n':
			escaped = string(controlPictures + r)
		case r >= controlPictures && r < controlPictures+' ' || r == literally:
			escaped = string([]rune{literally, r})
		case r == '_' && looksEscaped(s[i:]):
			escaped = string([]rune{'_', literally})
		case r == '\uFFFE':
			escaped = string([]rune{literally, 'E'})
		case r == '\uFFFF':
			escaped = string([]rune{literally, 'F'})
		}
		if escaped != "" && out == nil {
			out = &strings.Builder{}
			out.WriteString(s[:i])
		}
		switch {
		case escaped != "":
			out.WriteString(escaped)
		case out != nil:
			out.WriteRune(r)
		}
	}
	if out == nil {
		return s
	}
	return out.String()
}

// unescapeControls is the inverse of escapeControls.
func unescapeControls(s string) string {
	if !strings.Contains(s, "\xe2\x90") { // the first bytes of all pictures
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		switch {
		case r == literally && i == len(s):
			out.WriteRune(r)
		case r == literally:
			next, n := utf8.DecodeRuneInString(s[i:])
			switch next {
			case 'E':
				out.WriteRune('\uFFFE')
			case 'F':
				out.WriteRune('\uFFFF')
			default:
				out.WriteRune(next)
			}
			i += n
		case r >= controlPictures && r < controlPictures+' ':
			out.WriteRune(r - controlPictures)
		default:
			out.WriteString(s[i-n : i])
		}
	}
	return out.String()
}

// looksEscaped reports whether a text begins like _x0041_.
func looksEscaped(s string) bool {
	return len(s) >= 7 && (s[1] == 'x' || s[1] == 'X') && s[6] == '_' && strings.Trim(s[2:6], "0123456789abcdefABCDEF") == ""
}
