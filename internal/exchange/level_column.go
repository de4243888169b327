package exchange

import (
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

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

// levelForms holds the first rows in which a column of levels has a bare digit and
// a number; 0 for none.
type levelForms struct{ firstDigitRow, firstNumberRow int }

func (f *levelForms) record(cell string, row int) {
	switch _, form := competency.ParseLevel(toHalfWidth(cell)); {
	case form == competency.Digit && f.firstDigitRow == 0:
		f.firstDigitRow = row
	case form == competency.Number && f.firstNumberRow == 0:
		f.firstNumberRow = row
	}
}
