package competency

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/zhitu/zhitu/internal/fault"
)

// Fold returns the form in which searches compare texts: NFC, lower case.
func Fold(s string) string { return strings.ToLower(norm.NFC.String(s)) }

// Truncate truncates a text to a number of characters, with an ellipsis where it was
// longer. Messages use it, so that none grows with its input.
func Truncate(s string, most int) string {
	seen := 0
	for i := range s {
		if seen == most {
			return s[:i] + "…"
		}
		seen++
	}
	return s
}

// MaxQuoted is how many characters of a value a message shows.
const MaxQuoted = 64

// Quote returns a value in quotation marks for a message. Of a long one it shows the first
// MaxQuoted characters, and says how many there are.
func Quote(s string) fault.Text {
	quoted := strconv.Quote(Truncate(s, MaxQuoted))
	if len(s) <= MaxQuoted {
		return fault.Text{EN: quoted, ZH: quoted}
	}
	if length := utf8.RuneCountInString(s); length > MaxQuoted {
		return fault.T("%s (%d characters)", "%s（共 %d 个字符）", quoted, length)
	}
	return fault.Text{EN: quoted, ZH: quoted}
}

// IsClearMark reports whether a text is the word by which a cell of a file empties its field:
// (clear) or (清空), with brackets of either width.
func IsClearMark(s string) bool {
	const mark = "(clear)"
	if len(s) > 3*len(mark) {
		return false
	}
	switch strings.ReplaceAll(FoldLabel(s), " ", "") {
	case mark, "(清空)":
		return true
	}
	return false
}

// Trim removes white space of every width and byte order marks from both ends: what
// cells of files have there is never meant.
func Trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' })
}
