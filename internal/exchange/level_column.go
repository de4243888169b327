package exchange

import (
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// numberKind says how the cells of a column are read together: what one means depends
// on the others, because a spreadsheet writes 1.0 as 1.
type numberKind int

const (
	alone    numberKind = iota // each cell by itself
	asLevel                    // labels, digits of the scale, and numbers
	asRating                   // the same, where 0 and 1 may be numbers
	asWeight                   // numbers, or percentages
)

func levelColumn[R any](en, zh string, field func(*R) **float64) column[R] {
	return numbersColumn(en, zh, asLevel, func(r *R, x float64) { *field(r) = &x }, func(r *R) string {
		if x := *field(r); x != nil {
			return formatShare(*x)
		}
		return ""
	})
}

func weightColumn[R any](en, zh string, field func(*R) **float64) column[R] {
	return numbersColumn(en, zh, asWeight, func(r *R, x float64) { *field(r) = &x }, func(r *R) string {
		if x := *field(r); x != nil {
			return formatNumber(*x)
		}
		return ""
	})
}

func ratingColumn[R any](en, zh string, field func(*R) *float64) column[R] {
	return numbersColumn(en, zh, asRating, func(r *R, x float64) { *field(r) = x }, func(r *R) string { return formatShare(*field(r)) })
}

// shareColumn is of numbers and percentages that no scale has a say in.
func shareColumn[R any](en, zh string, field func(*R) *float64) column[R] {
	c := newColumn(en, zh,
		func(r *R, cell string) fault.Text {
			x, ok := competency.ParseShare(toHalfWidth(cell))
			if !ok {
				return fault.T("%s is not a number: give one such as 0.85, or 85%%", "%s 不是数：请填写如 0.85 或 85%% 的数", competency.Quote(cell))
			}
			*field(r) = x
			return noProblem
		},
		func(r *R) string { return formatShare(*field(r)) })
	c.inWorkbook = shareFormat
	return c
}

func numbersColumn[R any](en, zh string, kind numberKind, set func(*R, float64), format func(*R) string) column[R] {
	inWorkbook := shareFormat
	if kind == asWeight {
		inWorkbook = generalFormat
	}
	return column[R]{heading: heading{en: en, zh: zh, numbers: kind, inWorkbook: inWorkbook}, setNumber: set, format: format}
}

// formatShare formats a level or mastery with a decimal point, because 1 would be read
// as the first digit of the scale.
func formatShare(x float64) string {
	s := formatNumber(x)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// numberReaders makes the reader of every column whose cells are read together, and
// reports what is wrong with such a column as a whole.
func (d *Document) numberReaders(headings []heading, columns []int, t Table) []*numberReader {
	readers := make([]*numberReader, len(headings))
	for i, h := range headings {
		if h.numbers == alone {
			continue
		}
		readers[i] = newNumberReader(h.numbers, d.scale(), d.incomplete[competency.Levels])
		if columns[i] < 0 {
			continue
		}
		source := len(d.sources) - 1
		readers[i].extent.place = func(row int) fault.Text {
			if l := d.locationOf(cellRef{source, row, h.en}); l.Cell != "" {
				return fault.Text{EN: l.Cell, ZH: l.Cell}
			}
			return fault.T("row %d", "第 %d 行", row)
		}
		for _, row := range t.Rows {
			if _, refused := t.refused[cellKey{row.Number, columns[i]}]; columns[i] < len(row.Cells) && !refused {
				readers[i].survey(unescapeFormula(competency.Trim(row.Cells[columns[i]])), row.Number)
			}
		}
		if row, problem := readers[i].mixture(); problem != noProblem {
			d.addProblem(row, h.en, problem)
		} else if row, notice := readers[i].reading(len(d.Changes.Put.Scale) > 0); notice != noProblem {
			d.notice(row, h.en, notice)
		}
	}
	return readers
}

// scale returns the scale by which the levels of the files are read.
func (d *Document) scale() competency.Scale {
	if len(d.Changes.Put.Scale) > 0 {
		return d.Changes.Put.Scale
	}
	return competency.Catalog{Scale: d.options.Scale}.Levels()
}
