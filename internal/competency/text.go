package competency

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
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
const MaxQuoted = 40

// Quote returns a value in quotation marks, truncated to MaxQuoted characters.
func Quote(s string) string { return strconv.Quote(Truncate(s, MaxQuoted)) }

// Trim removes white space of every width and byte order marks from both ends: what
// cells of files have there is never meant.
func Trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' })
}
