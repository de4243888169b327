package exchange

import (
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
	return column[R]{heading{en: en, zh: zh}, parse, show}
}

func textColumn[R any](en, zh string, field func(*R) *string) column[R] {
	return newColumn(en, zh,
		func(r *R, cell string) fault.Text { *field(r) = cell; return noProblem },
		func(r *R) string { return escapeFormula(*field(r)) })
}

func listColumn[R any](en, zh string, field func(*R) *[]string) column[R] {
	return newColumn(en, zh,
		func(r *R, cell string) fault.Text { *field(r) = splitList(cell); return noProblem },
		func(r *R) string { return escapeFormula(joinList(*field(r))) })
}

func enumColumn[R any, T ~string](en, zh string, values competency.Enum[T], field func(*R) *T) column[R] {
	return newColumn(en, zh,
		func(r *R, cell string) (problem fault.Text) {
			*field(r), problem = parseEnum(values, cell)
			return problem
		},
		func(r *R) string { return string(*field(r)) })
}

func enumListColumn[R any, T ~string](en, zh string, values competency.Enum[T], field func(*R) *[]T) column[R] {
	return newColumn(en, zh,
		func(r *R, cell string) fault.Text {
			var all []T
			for _, item := range splitList(cell) {
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
}

func parseEnum[T ~string](values competency.Enum[T], cell string) (T, fault.Text) {
	if v, ok := values.Parse(cell); ok {
		return v, noProblem
	}
	return "", fault.T("%s is none of %s%s", "%s 不是以下任何一个：%s%s", competency.Quote(cell), values, suggest(cell, values.Names()))
}

func levelColumn[R any](en, zh string, field func(*R) **float64) column[R] {
	c := newColumn(en, zh,
		func(r *R, cell string) fault.Text {
			x, form := competency.ParseLevel(toHalfWidth(cell))
			if form == competency.NoLevel {
				var labels []string
				for _, step := range competency.Scale {
					labels = append(labels, step.EN, step.ZH)
				}
				return fault.T(
					"%s is not a level: give a label such as apply or 掌握, a digit from 1 to 5, or a number such as 0.7 or 70%%%s",
					"%s 不是等级：请填写标签（如 掌握、apply）、数字 1 至 5，或带小数点、百分号的数（如 0.7、70%%）%s", competency.Quote(cell), suggest(cell, labels))
			}
			*field(r) = &x
			return noProblem
		},
		func(r *R) string {
			x := *field(r)
			if x == nil {
				return ""
			}
			s := formatNumber(*x)
			if !strings.Contains(s, ".") {
				s += ".0" // else 1.0 would parse as the first step of the scale
			}
			return s
		})
	c.isLevel = true
	return c
}

func numberColumn[R any](en, zh string, field func(*R) **float64) column[R] {
	return newColumn(en, zh,
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
}

func integerColumn[R any](en, zh string, field func(*R) **int) column[R] {
	return newColumn(en, zh,
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
}

func boolColumn[R any](en, zh string, field func(*R) **bool) column[R] {
	words := map[string]bool{
		"yes": true, "y": true, "true": true, "是": true, "1": true,
		"no": false, "n": false, "false": false, "否": false, "0": false,
	}
	return newColumn(en, zh,
		func(r *R, cell string) fault.Text {
			b, ok := words[strings.ToLower(toHalfWidth(cell))]
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
}

func shareColumn[R any](en, zh string, field func(*R) *float64) column[R] {
	return newColumn(en, zh,
		func(r *R, cell string) fault.Text {
			x, ok := competency.ParseShare(toHalfWidth(cell))
			if !ok {
				return fault.T("%s is not a mastery: give a number from 0 to 1 such as 0.85, or 85%%", "%s 不是掌握度：请填写 0 到 1 之间的数，如 0.85 或 85%%", competency.Quote(cell))
			}
			*field(r) = x
			return noProblem
		},
		func(r *R) string { return formatNumber(*field(r)) })
}

// timeLayouts are the formats that people and spreadsheets use. They accept single
// digits for month, day, hour and minute, and fractions of a second.
var timeLayouts = func() []string {
	all := []string{time.RFC3339, "2006-1-2T15:4:5", "2006-1-2T15:4"}
	for _, date := range []string{"2006-1-2", "2006/1/2", "2006年1月2日"} {
		all = append(all, date, date+" 15:4", date+" 15:4:5")
	}
	return all
}()

func timeColumn[R any](en, zh string, field func(*R) *time.Time) column[R] {
	return newColumn(en, zh,
		func(r *R, cell string) fault.Text {
			for _, layout := range timeLayouts {
				// The zero time means none, so it is not a valid date.
				if t, err := time.Parse(layout, toHalfWidth(cell)); err == nil && !t.IsZero() {
					*field(r) = t.UTC()
					return noProblem
				}
			}
			return fault.T(
				"%s is not a time: give one of 2026-11-20, 2026-11-20 08:30, 2026/11/20, 2026/11/20 8:30, 2026年11月20日 or 2026-11-20T08:30:00+08:00",
				"%s 不是时间：请写成 2026-11-20、2026-11-20 08:30、2026/11/20、2026/11/20 8:30、2026年11月20日 或 2026-11-20T08:30:00+08:00 的形式", competency.Quote(cell))
		},
		func(r *R) string {
			if field(r).IsZero() {
				return ""
			}
			return field(r).UTC().Format(time.RFC3339Nano)
		})
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

// splitList splits a list in a cell.
func splitList(cell string) []string {
	var all []string
	for item := range strings.FieldsFuncSeq(cell, func(r rune) bool { return strings.ContainsRune(competency.ListSeparators, r) }) {
		if item = competency.Trim(item); item != "" {
			all = append(all, item)
		}
	}
	return all
}

// joinList is the inverse of splitList. A single item that holds a Chinese comma would be
// divided there, but for another separator in the cell.
func joinList(list []string) string {
	if len(list) == 1 && strings.Contains(list[0], "，") {
		return list[0] + ";"
	}
	return strings.Join(list, ";")
}

// isClearMark reports whether a cell would empty its field. Apostrophes in front of it
// are ignored, and the width of the brackets.
func isClearMark(cell string) bool {
	cell = competency.Trim(strings.TrimLeft(cell, "'"))
	if !strings.HasPrefix(cell, "(") && !strings.HasPrefix(cell, "（") {
		return false
	}
	switch strings.ToLower(toHalfWidth(cell)) {
	case "(清空)", "(clear)":
		return true
	}
	return false
}

// startsFormula reports whether a spreadsheet might evaluate s as a formula.
// Apostrophes in front of it are ignored.
func startsFormula(s string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, "'"))
	return strings.ContainsRune("=+-@\t\r\n＝＋－＠", r)
}

// escapeFormula prevents formula injection: it puts an apostrophe before a text that
// starts a formula, and before one that would empty its field. A text that already has apostrophes there gets one more, so that
// unescapeFormula is its inverse:
//
//	=1+1 ↔ '=1+1    '=1+1 ↔ ''=1+1    'tis ↔ 'tis    (clear) ↔ '(clear)
func escapeFormula(s string) string {
	if startsFormula(s) || isClearMark(s) {
		return "'" + s
	}
	return s
}

// unescapeFormula undoes escapeFormula, and leaves a formula as it was typed.
func unescapeFormula(s string) string {
	if strings.HasPrefix(s, "'") && (startsFormula(s) || isClearMark(s)) {
		return s[1:]
	}
	return s
}
