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

// The kinds of column. Each says how a cell is read into a field, and how the
// field is written so that it reads back the same. What a cell may say is
// decided here; which values are in range, by Catalog.Check.

// fine is the answer of a parser that has nothing to complain about.
var fine fault.Text

func col[R any](en, zh string, parse func(*R, string) fault.Text, show func(*R) string) column[R] {
	return column[R]{heading{en: en, zh: zh}, parse, show}
}

func text[R any](en, zh string, field func(*R) *string) column[R] {
	return col(en, zh,
		func(r *R, cell string) fault.Text { *field(r) = cell; return fine },
		func(r *R) string { return neutralize(*field(r)) })
}

func list[R any](en, zh string, field func(*R) *[]string) column[R] {
	return col(en, zh,
		func(r *R, cell string) fault.Text { *field(r) = items(cell); return fine },
		func(r *R) string { return neutralize(strings.Join(*field(r), ";")) })
}

func enum[R any, T ~string](en, zh string, values competency.Enum[T], field func(*R) *T) column[R] {
	return col(en, zh,
		func(r *R, cell string) (wrong fault.Text) { *field(r), wrong = parseEnum(values, cell); return wrong },
		func(r *R) string { return string(*field(r)) })
}

func enums[R any, T ~string](en, zh string, values competency.Enum[T], field func(*R) *[]T) column[R] {
	return col(en, zh,
		func(r *R, cell string) fault.Text {
			var all []T
			for _, item := range items(cell) {
				v, wrong := parseEnum(values, item)
				if wrong != fine {
					return wrong
				}
				all = append(all, v)
			}
			*field(r) = all
			return fine
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
		return v, fine
	}
	return "", fault.T("%s is none of %s%s", "%s 不是以下任何一个：%s%s", competency.Quote(cell), values, suggest(cell, values.Names()))
}

func level[R any](en, zh string, field func(*R) **float64) column[R] {
	c := col(en, zh,
		func(r *R, cell string) fault.Text {
			x, form := competency.ParseLevel(narrow(cell))
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
			return fine
		},
		func(r *R) string {
			x := *field(r)
			if x == nil {
				return ""
			}
			s := digits(*x)
			if !strings.Contains(s, ".") {
				s += ".0" // else 1.0 would read back as the first step of the scale
			}
			return s
		})
	c.isLevel = true
	return c
}

func number[R any](en, zh string, field func(*R) **float64) column[R] {
	return col(en, zh,
		func(r *R, cell string) fault.Text {
			x, ok := parseNumber(cell)
			if !ok {
				return fault.T("%s is not a number: give one such as 1 or 2.5", "%s 不是数：请填写如 1 或 2.5 的数", competency.Quote(cell))
			}
			*field(r) = &x
			return fine
		},
		func(r *R) string {
			if x := *field(r); x != nil {
				return digits(*x)
			}
			return ""
		})
}

func whole[R any](en, zh string, field func(*R) **int) column[R] {
	return col(en, zh,
		func(r *R, cell string) fault.Text {
			// A spreadsheet writes 45 as 45.0 once a column holds a fraction.
			x, ok := parseNumber(cell)
			n := int(max(-1e9, min(1e9, x)))
			if !ok || float64(n) != x {
				return fault.T("%s is not a whole number: give one such as 45", "%s 不是整数：请填写如 45 的整数", competency.Quote(cell))
			}
			*field(r) = &n
			return fine
		},
		func(r *R) string {
			if n := *field(r); n != nil {
				return strconv.Itoa(*n)
			}
			return ""
		})
}

func truth[R any](en, zh string, field func(*R) **bool) column[R] {
	words := map[string]bool{
		"yes": true, "y": true, "true": true, "是": true, "1": true,
		"no": false, "n": false, "false": false, "否": false, "0": false,
	}
	return col(en, zh,
		func(r *R, cell string) fault.Text {
			b, ok := words[strings.ToLower(narrow(cell))]
			if !ok {
				return fault.T("%s is neither yes nor no: give yes, no, true, false, 是 or 否", "%s 不是“是”或“否”：请填写 是、否、yes、no、true 或 false", competency.Quote(cell))
			}
			*field(r) = &b
			return fine
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

func share[R any](en, zh string, field func(*R) *float64) column[R] {
	return col(en, zh,
		func(r *R, cell string) fault.Text {
			x, ok := competency.ParseShare(narrow(cell))
			if !ok {
				return fault.T("%s is not a mastery: give a number from 0 to 1 such as 0.85, or 85%%", "%s 不是掌握度：请填写 0 到 1 之间的数，如 0.85 或 85%%", competency.Quote(cell))
			}
			*field(r) = x
			return fine
		},
		func(r *R) string { return digits(*field(r)) })
}

// layouts of a time, as people and spreadsheets write it. A single digit for a
// month, day, hour or minute is understood, and so are fractions of a second.
var layouts = func() []string {
	all := []string{time.RFC3339, "2006-1-2T15:4:5", "2006-1-2T15:4"}
	for _, date := range []string{"2006-1-2", "2006/1/2", "2006年1月2日"} {
		all = append(all, date, date+" 15:4", date+" 15:4:5")
	}
	return all
}()

func moment[R any](en, zh string, field func(*R) *time.Time) column[R] {
	return col(en, zh,
		func(r *R, cell string) fault.Text {
			for _, layout := range layouts {
				// The zero time means that there is none, so it is no date.
				if t, err := time.Parse(layout, narrow(cell)); err == nil && !t.IsZero() {
					*field(r) = t.UTC()
					return fine
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

// parseNumber reads a plain decimal number, finite and without a percent sign.
func parseNumber(cell string) (float64, bool) {
	cell = narrow(cell)
	if strings.HasSuffix(cell, "%") {
		return 0, false
	}
	return competency.ParseShare(cell)
}

// digits is the shortest decimal that reads back as the same double.
func digits(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// narrow turns the full-width forms of a Chinese keyboard into ASCII: ０．７％.
func narrow(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return width.Narrow.String(s)
		}
	}
	return s
}

// items splits a list in a cell.
func items(cell string) []string {
	var all []string
	for item := range strings.FieldsFuncSeq(cell, func(r rune) bool { return strings.ContainsRune(competency.ListSeparators, r) }) {
		if item = competency.Trim(item); item != "" {
			all = append(all, item)
		}
	}
	return all
}

// startsFormula reports whether a spreadsheet might take s for a formula,
// apostrophes in front of it left aside.
func startsFormula(s string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, "'"))
	return strings.ContainsRune("=+-@\t\r\n＝＋－＠", r)
}

// neutralize puts an apostrophe before a text that starts a formula, and before
// one that already has apostrophes there, so that restore can tell them apart:
//
//	=1+1 ↔ '=1+1    '=1+1 ↔ ''=1+1    'tis ↔ 'tis
func neutralize(s string) string {
	if startsFormula(s) {
		return "'" + s
	}
	return s
}

// restore undoes neutralize, and leaves a formula as it was typed.
func restore(s string) string {
	if strings.HasPrefix(s, "'") && startsFormula(s) {
		return s[1:]
	}
	return s
}
