package workbook

import (
	"strings"
	"unicode/utf8"
)

// FormatClass is what a number format makes of a number.
type FormatClass byte

// The classes of number formats.
const (
	General    FormatClass = iota // also @, which shows a number as General does
	Digits                        // of 0, # and . alone, with blank padding or without
	Percent                       // with %
	Date                          // with a year, month or day, with a time of day or not
	TimeOfDay                     // hours, minutes or seconds alone
	Scientific                    // 0.00E+00
	Fraction                      // # ?/?
	Other                         // currency, thousands separators, texts
)

// builtInFormats are those that a file names by number alone (ECMA-376 part 1, 18.8.30),
// with the dates of Chinese Excel. Where a file defines a number itself, that counts.
var builtInFormats = map[int]string{
	1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
	5: `"¥"#,##0;"¥"\-#,##0`, 6: `"¥"#,##0;[Red]"¥"\-#,##0`, 7: `"¥"#,##0.00;"¥"\-#,##0.00`, 8: `"¥"#,##0.00;[Red]"¥"\-#,##0.00`,
	9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
	14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
	27: `yyyy"年"m"月"`, 28: `m"月"d"日"`, 29: `m"月"d"日"`, 30: "m-d-yy", 31: `yyyy"年"m"月"d"日"`,
	32: `h"时"mm"分"`, 33: `h"时"mm"分"ss"秒"`, 34: `上午/下午h"时"mm"分"`, 35: `上午/下午h"时"mm"分"ss"秒"`, 36: `yyyy"年"m"月"`,
	37: `#,##0;\-#,##0`, 38: `#,##0;[Red]\-#,##0`, 39: `#,##0.00;\-#,##0.00`, 40: `#,##0.00;[Red]\-#,##0.00`,
	41: `_ * #,##0_ ;_ * \-#,##0_ ;_ * "-"_ ;_ @_ `, 42: `_ "¥"* #,##0_ ;_ "¥"* \-#,##0_ ;_ "¥"* "-"_ ;_ @_ `,
	43: `_ * #,##0.00_ ;_ * \-#,##0.00_ ;_ * "-"??_ ;_ @_ `, 44: `_ "¥"* #,##0.00_ ;_ "¥"* \-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ `,
	45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
	50: `yyyy"年"m"月"`, 51: `m"月"d"日"`, 52: `yyyy"年"m"月"`, 53: `m"月"d"日"`, 54: `m"月"d"日"`,
	55: `上午/下午h"时"mm"分"`, 56: `上午/下午h"时"mm"分"ss"秒"`, 57: `yyyy"年"m"月"`, 58: `m"月"d"日"`,
}

// ClassOf returns the class of a number format, by its section for positive numbers.
func ClassOf(format string) FormatClass {
	f := scanFormat(format)
	switch {
	case f.date:
		return Date
	case f.time:
		return TimeOfDay
	case f.percent:
		return Percent
	case f.scientific:
		return Scientific
	case f.slash && f.digits:
		return Fraction
	case f.general && !f.literal && !f.digits:
		return General
	case f.digits && !f.literal && !f.general:
		return Digits
	}
	return Other
}

// formatParts says what stands in the first section of a format.
type formatParts struct {
	general, digits, date, time, percent, scientific, slash, literal bool
}

// Placeholders of numbers; see "number format codes" in ECMA-376 part 1, 18.8.31.
func scanFormat(format string) (f formatParts) {
	format = strings.ToLower(format)
	if format == "" || format == "@" {
		return formatParts{general: true}
	}
	var last rune // the last placeholder of a date: h tells that m are minutes
	for i := 0; i < len(format); {
		r, size := utf8.DecodeRuneInString(format[i:])
		rest := format[i:]
		i += size
		switch {
		case r == ';':
			return f
		case strings.HasPrefix(rest, "general"), strings.HasPrefix(rest, "g/通用格式"):
			f.general = true
			i += len(word(rest)) - size
		case r == '"':
			text, _, _ := strings.Cut(format[i:], `"`)
			i = min(i+len(text)+1, len(format))
			f.literal = f.literal || strings.TrimSpace(text) != ""
		case r == '\\' || r == '_' || r == '*': // a literal, the width of a character, a fill
			shown, n := utf8.DecodeRuneInString(format[i:])
			i += n
			f.literal = f.literal || r != '_' && shown != ' '
		case r == '[':
			in, _, _ := strings.Cut(format[i:], "]")
			i = min(i+len(in)+1, len(format))
			f.bracket(in, &last)
		case strings.HasPrefix(rest, "am/pm"), strings.HasPrefix(rest, "a/p"), strings.HasPrefix(rest, "上午/下午"):
			f.time = true
			i += len(word(rest)) - size
		case r == 'e' && i < len(format) && (format[i] == '+' || format[i] == '-') && f.digits:
			f.scientific = true
			i++
		case r == 'm':
			n := run(rest, 'm')
			i += n - size
			f.month(last == 'h' || nextPlaceholder(format[i:]) == 's')
			last = 'm'
		case r == 'h' || r == 's':
			f.time = true
			last = r
			i += run(rest, byte(r)) - size
		case strings.ContainsRune("ydebga", r):
			f.date = true
			last = r
			i += run(rest, byte(r)) - size
		case r == '%':
			f.percent = true
		case r == '/':
			f.slash = true
		case r == '0' || r == '#':
			f.digits = true
		case r == '?':
			f.digits, f.literal = true, true
		case r == '.' || r == ' ':
		default:
			f.literal = true
		}
	}
	return f
}

// bracket reads what stands in brackets: elapsed time, a currency, digits of another
// script; colours, conditions and languages show nothing.
func (f *formatParts) bracket(in string, last *rune) {
	switch {
	case in != "" && strings.Trim(in, in[:1]) == "" && strings.Contains("hms", in[:1]):
		f.time = true
		*last = rune(in[0])
	case strings.HasPrefix(in, "$") && !strings.HasPrefix(in, "$-"), strings.HasPrefix(in, "dbnum"):
		f.literal = true
	}
}

// month notes an m, which is a minute beside hours or seconds.
func (f *formatParts) month(minute bool) {
	if minute {
		f.time = true
	} else {
		f.date = true
	}
}

// nextPlaceholder returns the next letter of a date or time in the section, 0 where there
// is none.
func nextPlaceholder(s string) byte {
	for i := 0; i < len(s) && s[i] != ';'; i++ {
		switch c := s[i]; {
		case c == '"':
			text, _, _ := strings.Cut(s[i+1:], `"`)
			i += len(text) + 1
		case c == '\\' || c == '_' || c == '*':
			i++
		case strings.IndexByte("hmsyd", c) >= 0:
			return c
		}
	}
	return 0
}

// word returns the longest of the known words that a text begins with.
func word(s string) string {
	for _, w := range []string{"general", "g/通用格式", "am/pm", "a/p", "上午/下午"} {
		if strings.HasPrefix(s, w) {
			return w
		}
	}
	return ""
}

// run returns how often a letter stands at the beginning of a text.
func run(s string, letter byte) int {
	n := 0
	for n < len(s) && s[n] == letter {
		n++
	}
	return n
}
