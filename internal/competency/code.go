package competency

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/zhitu/zhitu/internal/fault"
)

// MaxCode is how many characters a code may have.
const MaxCode = 128

// ListSeparators are the characters between the items of a list in one cell. No
// code contains one.
const ListSeparators = ";；、"

// NormalizeCode returns a code in the form in which codes are stored and compared: NFC.
func NormalizeCode(s string) string { return norm.NFC.String(s) }

// ValidCode reports whether s, which must be in NFC, is a well-formed code.
func ValidCode(s string) bool {
	_, ok := CheckCode(s)
	return ok
}

// CheckCode returns what is wrong with a code, which must be in NFC. A code has 1 to
// MaxCode characters of any script, none of which is white space, a control character,
// invisible, or a list separator.
func CheckCode(s string) (problem fault.Text, ok bool) {
	if !utf8.ValidString(s) || s == "" {
		return fault.T("%s is not a code: give 1–%d characters without white space", "%s 不是有效的编码：请用 1–%d 个不含空白的字符", Quote(s), MaxCode), false
	}
	if length := utf8.RuneCountInString(s); length > MaxCode {
		return fault.T("%s is not a code: give at most %d characters", "%s 不是有效的编码：请勿超过 %d 个字符", Quote(s), MaxCode), false
	}
	for _, r := range s {
		if kind, forbidden := forbiddenInCode(r); forbidden {
			return fault.T("%s is not a code, because it has %s: remove it", "%s 不是有效的编码，因为含有%s：请删除", Quote(s), kind), false
		}
	}
	return fault.Text{}, true
}

// forbiddenInCode says what kind of character it is that no code may have.
func forbiddenInCode(r rune) (kind fault.Text, forbidden bool) {
	switch {
	case unicode.IsSpace(r):
		return fault.T("white space (%s)", "空白字符（%s）", formatRune(r)), true
	case unicode.IsControl(r):
		return fault.T("the control character %s", "控制字符 %s", formatRune(r)), true
	case IsInvisible(r):
		return fault.T("the invisible character %s", "不可见字符 %s", formatRune(r)), true
	case strings.ContainsRune(ListSeparators, r):
		return fault.T("%c, which separates the items of a list", "列表分隔符 %c", r), true
	}
	return fault.Text{}, false
}

// formatRune names a character as the Unicode standard does: U+200B.
func formatRune(r rune) string { return fmt.Sprintf("U+%04X", r) }

// IsInvisible reports whether a character shows nothing of its own, so that two texts
// that look the same may differ by it: zero-width characters, directional marks (bidi),
// soft hyphens, variation selectors, blank fillers. White space and control characters
// are none of these.
func IsInvisible(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case r == '\u2800': // the braille pattern without dots
		return true
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r): // format characters that are drawn
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// RemoveInvisible returns a text without its invisible characters.
func RemoveInvisible(s string) string {
	if strings.IndexFunc(s, IsInvisible) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if IsInvisible(r) {
			return -1
		}
		return r
	}, s)
}

// IsOlderCode reports whether earlier versions took a code that is none today: one that
// would be valid without its invisible characters.
func IsOlderCode(code string) bool { return !ValidCode(code) && ValidCode(RemoveInvisible(code)) }
