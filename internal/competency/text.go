package competency

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the form of a text in which searches compare: NFC, lower case.
func Fold(s string) string { return strings.ToLower(norm.NFC.String(s)) }

// Short returns the first characters of a text, so that no message grows with
// its input.
func Short(s string, most int) string {
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
const MaxQuoted = 40

// Quote shows a value as it was given, shortened.
func Quote(s string) string { return strconv.Quote(Short(s, MaxQuoted)) }

// Trim removes what no cell of a file keeps at its ends: white space of every
// width, and byte order marks.
func Trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' })
}
