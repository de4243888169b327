package competency

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
	"golang.org/x/text/unicode/norm"
)

// Fold returns the form of a text in which searches compare: NFC, lower case.
func Fold(s string) string { return strings.ToLower(norm.NFC.String(s)) }

// Nearest returns the candidate most like a word, whatever its case, or "" where
// none is near enough to be what was meant. It costs O(candidates).
func Nearest(word string, candidates []string) string {
	best, bestDistance := "", utf8.RuneCountInString(word)/2+1
	folded := Fold(word)
	for _, c := range candidates {
		// Texts that differ much in length cannot be near: spare the matrix.
		if d := utf8.RuneCountInString(c) - utf8.RuneCountInString(word); d >= bestDistance || -d >= bestDistance {
			continue
		}
		if d := levenshtein.ComputeDistance(folded, Fold(c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

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
