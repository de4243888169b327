package competency

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxCode is how many characters a code may have.
const MaxCode = 64

// ListSeparators are the characters between the items of a list in one cell. No
// code contains one.
const ListSeparators = ";；、"

// NormalizeCode returns a code in the form in which codes are stored and compared: NFC.
func NormalizeCode(s string) string { return norm.NFC.String(s) }

// ValidCode reports whether s, which must be in NFC, is a well-formed code.
func ValidCode(s string) bool {
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= MaxCode &&
		!strings.ContainsAny(s, ListSeparators) &&
		strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\ufeff' }) < 0
}
