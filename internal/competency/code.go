package competency

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxCode is how many characters a code may have.
const MaxCode = 64

// ListSeparators divide the items of a list in one cell, and so are no part of
// a code.
const ListSeparators = ";；、"

// Code returns a code in the one form in which codes are compared: NFC.
func Code(s string) string { return norm.NFC.String(s) }

// ValidCode reports whether s, in NFC, may be a code.
func ValidCode(s string) bool {
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= MaxCode &&
		!strings.ContainsAny(s, ListSeparators) &&
		strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\ufeff' }) < 0
}
