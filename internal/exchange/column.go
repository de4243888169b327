package exchange

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// The kinds of column. Each defines how a cell is parsed into a field, and how the
// field is formatted so that it parses to the same value. Syntax is checked here;
// ranges are checked by Catalog.Check.

// noProblem is what parsers return for a valid cell.
var noProblem fault.Text

func newColumn[R any](en, zh string, parse func(*R, string) fault.Text, show func(*R) string) column[R] {
	return column[R]{heading: heading{en: en, zh: zh}, parse: parse, format: show}
}

func textColumn[R any](en, zh string, field func(*R) *string) column[R] {
	c := newColumn(en, zh,
		func(r *R, cell string) fault.Text { *field(r) = cell; return noProblem },
		func(r *R) string { return EscapeFormula(*field(r)) })
	c.content = texts
	return c
}

// listColumn is of words that a Chinese comma divides too, where nothing else does.
func listColumn[R any](en, zh string, field func(*R) *[]string) column[R] {
	return newListColumn(en, zh, splitWords, field)
}

// codeListColumn is of codes, which may hold a Chinese comma: which it is the checks of
// references tell, because they know the codes.
func codeListColumn[R any](en, zh string, field func(*R) *[]string) column[R] {
	return newListColumn(en, zh, splitList, field)
}

func newListColumn[R any](en, zh string, split func(string) []string, field func(*R) *[]string) column[R] {
	c := newColumn(en, zh,
		func(r *R, cell string) fault.Text {
			items, problem := checkList(split(cell))
			for i := range items {
				items[i] = unescapeItem(items[i], len(items))
			}
			*field(r) = items
			return problem
		},
		func(r *R) string { return EscapeFormula(joinList(*field(r))) })
	c.content, c.isList = texts, true
	return c
}

func enumColumn[R any, T ~string](en, zh string, values competency.Enum[T], field func(*R) *T) column[R] {
	c := newColumn(en, zh,
		func(r *R, cell string) (problem fault.Text) {
			*field(r), problem = parseEnum(values, cell)
			return problem
		},
		func(r *R) string { return string(*field(r)) })
	c.choices = choicesOf(values)
	return c
}

func choicesOf[T ~string](values competency.Enum[T]) (all []fault.Text) {
	for _, v := range values {
		all = append(all, fault.Text{EN: string(v.Value), ZH: v.ZH})
	}
	return all
}

func enumListColumn[R any, T ~string](en, zh string, values competency.Enum[T], field func(*R) *[]T) column[R] {
	c := newColumn(en, zh,
		func(r *R, cell string) fault.Text {
			items, problem := checkList(splitWords(cell))
			if problem != noProblem {
				return problem
			}
			var all []T
			for _, item := range items {
				v, problem := parseEnum(values, item)
				if problem != noProblem {
					return problem
				}
				all = append(all, v)
			}
			*field(r) = all
			return noProblem
		},
		func(r *R) string {
			all := make([]string, len(*field(r)))
			for i, v := range *field(r) {
				all[i] = string(v)
			}
			return strings.Join(all, ";")
		})
	c.choices, c.isList = choicesOf(values), true
	return c
}

func parseEnum[T ~string](values competency.Enum[T], cell string) (T, fault.Text) {
	if v, ok := values.Parse(cell); ok {
		return v, noProblem
	}
	return "", fault.T("%s is none of %s%s", "%s 不是以下任何一个：%s%s", competency.Quote(cell), values, suggest(cell, values.Names()))
}

func numberColumn[R any](en, zh string, field func(*R) **float64) column[R] {
	c := newColumn(en, zh,
		func(r *R, cell string) fault.Text {
			x, ok := parseNumber(cell)
			if !ok {
				return fault.T("%s is not a number: give one such as 1 or 2.5", "%s 不是数：请填写如 1 或 2.5 的数", competency.Quote(cell))
			}
			*field(r) = &x
			return noProblem
		},
		func(r *R) string {
			if x := *field(r); x != nil {
				return formatNumber(*x)
			}
			return ""
		})
	c.inWorkbook = generalFormat
	return c
}

func integerColumn[R any](en, zh string, field func(*R) **int) column[R] {
	c := newColumn(en, zh,
		func(r *R, cell string) fault.Text {
			// A spreadsheet writes 45 as 45.0 if the column has a fraction.
			x, ok := parseNumber(cell)
			n := int(max(-1e9, min(1e9, x)))
			if !ok || float64(n) != x {
				return fault.T("%s is not a whole number: give one such as 45", "%s 不是整数：请填写如 45 的整数", competency.Quote(cell))
			}
			*field(r) = &n
			return noProblem
		},
		func(r *R) string {
			if n := *field(r); n != nil {
				return strconv.Itoa(*n)
			}
			return ""
		})
	c.inWorkbook = integerFormat
	return c
}

func boolColumn[R any](en, zh string, field func(*R) **bool) column[R] {
	words := map[string]bool{
		"yes": true, "y": true, "true": true, "是": true, "1": true, "√": true, "✓": true, "✔": true, "☑": true, "●": true,
		"no": false, "n": false, "false": false, "否": false, "0": false, "×": false, "✗": false, "✘": false, "☐": false, "○": false,
	}
	c := newColumn(en, zh,
		func(r *R, cell string) fault.Text {
			b, ok := words[cell]
			if !ok { // a narrow ○ is another character
				b, ok = words[strings.ToLower(toHalfWidth(cell))]
			}
			if !ok {
				return fault.T("%s is neither yes nor no: give yes, no, true, false, 是 or 否", "%s 不是“是”或“否”：请填写 是、否、yes、no、true 或 false", competency.Quote(cell))
			}
			*field(r) = &b
			return noProblem
		},
		func(r *R) string {
			switch b := *field(r); {
			case b == nil:
				return ""
			case *b:
				return "yes"
			default:
				return "no"
			}
		})
	c.choices = []fault.Text{{EN: "yes", ZH: "是"}, {EN: "no", ZH: "否"}}
	return c
}

// timeColumn reads times that decodeTable has put into RFC 3339 already, because it knows
// the zone.
func timeColumn[R any](en, zh string, field func(*R) *time.Time) column[R] {
	c := newColumn(en, zh,
		func(r *R, cell string) (problem fault.Text) {
			*field(r), problem = competency.ParseTime(cell, time.UTC)
			return problem
		},
		func(r *R) string {
			if field(r).IsZero() {
				return ""
			}
			return field(r).UTC().Format(time.RFC3339Nano)
		})
	c.isTime = true
	return c
}

// parseNumber parses a finite decimal number without a percent sign.
func parseNumber(cell string) (float64, bool) {
	cell = toHalfWidth(cell)
	if strings.HasSuffix(cell, "%") {
		return 0, false
	}
	return competency.ParseShare(cell)
}

// formatNumber returns the shortest decimal that parses to the same double.
func formatNumber(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// toHalfWidth turns the full-width forms of a Chinese keyboard, such as ０．７％, into
// ASCII.
func toHalfWidth(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return width.Narrow.String(s)
		}
	}
	return s
}

// isListSeparator reports whether a character divides a list in a cell, always.
func isListSeparator(r rune) bool {
	return r == '\n' || r == '\r' || strings.ContainsRune(competency.ListSeparators, r)
}

// splitList splits a list in a cell.
func splitList(cell string) []string { return splitAt(cell, isListSeparator) }

// splitWords splits a list in a cell that a Chinese comma divides where nothing else does.
func splitWords(cell string) []string {
	if strings.IndexFunc(cell, isListSeparator) < 0 {
		return splitAt(cell, func(r rune) bool { return r == '，' })
	}
	return splitList(cell)
}

func splitAt(cell string, divides func(rune) bool) []string {
	var all []string
	for item := range strings.FieldsFuncSeq(cell, divides) {
		if item = competency.Trim(item); item != "" {
			all = append(all, item)
		}
	}
	return all
}

// joinList is the inverse of splitWords and splitList.
func joinList(list []string) string {
	if len(list) == 1 && strings.Contains(list[0], "，") {
		return list[0] + ";"
	}
	escaped := slices.Clone(list)
	for i, item := range list {
		if len(list) > 1 && competency.IsClearMark(strings.TrimLeft(item, "'")) {
			escaped[i] = "'" + item
		}
	}
	return strings.Join(escaped, ";")
}

// unescapeItem undoes the apostrophe before an item that would empty its list.
func unescapeItem(item string, among int) string {
	if among > 1 && strings.HasPrefix(item, "'") && competency.IsClearMark(strings.TrimLeft(item, "'")) {
		return item[1:]
	}
	return item
}

// startsFormula reports whether a spreadsheet might evaluate s as a formula.
// Apostrophes in front of it are ignored.
func startsFormula(s string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, "'"))
	return strings.ContainsRune("=+-@\t\r\n＝＋－＠", r)
}

// EscapeFormula prevents formula injection: it puts an apostrophe before a text that
// starts a formula, and before one that would empty its field. A text that already has apostrophes there gets one more, so that
// unescapeFormula is its inverse:
//
//	=1+1 ↔ '=1+1    '=1+1 ↔ ''=1+1    'tis ↔ 'tis    (clear) ↔ '(clear)
func EscapeFormula(s string) string {
	if isSpecial(s) {
		return "'" + s
	}
	return s
}

// unescapeFormula undoes EscapeFormula, and leaves a formula as it was typed.
func unescapeFormula(s string) string {
	if strings.HasPrefix(s, "'") && isSpecial(s) {
		return s[1:]
	}
	return s
}
