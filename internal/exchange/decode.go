package exchange

import (
	"unicode/utf8"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Decode turns tables, of whatever format, into a document. Tables of the same
// name are one table; problems are those that were met on the way here.
func Decode(tables []Table, problems []Located) *Document {
	d := &Document{
		Problems: problems,
		origins:  map[string][]origin{},
		partial:  map[string]bool{},
		refused:  map[place]bool{},
	}
	for _, t := range tables {
		s, known := schemaOf(t.Name)
		if t.Partial {
			d.partial[t.Name] = true
		}
		if known && len(t.Header.Cells) > 0 {
			d.table(s, t)
		}
	}
	// A pair has no direction: remember which way round it was written.
	for i, r := range d.Changes.Put.Related {
		d.origins[competency.RelatedPairs][i].swapped = competency.Code(r.B) < competency.Code(r.A)
	}
	d.Changes.Normalize()
	d.Problems = arrange(d.Problems)
	return d
}

// refuse reports a problem in the table that is being read.
func (d *Document) refuse(row int, field string, text fault.Text) {
	at := place{len(d.sources) - 1, row, field}
	d.refused[at] = true
	d.Problems = append(d.Problems, Located{Spot: d.spot(at), Code: fault.InvalidArgument, Text: text})
}

func (d *Document) table(s schema, t Table) {
	headings := s.headings()
	columns, width := d.header(headings, t)
	forms := make([]forms, len(headings))
	for _, row := range t.Rows {
		if row.blank() {
			continue
		}
		fill := s.add(&d.Changes.Put)
		d.origins[t.Name] = append(d.origins[t.Name], origin{source: len(d.sources) - 1, row: row.Number})
		whole := d.fits(row, width)
		for i, h := range headings {
			// Of a row whose cells may have moved only the keys are taken, so
			// that what refers to it finds it.
			if columns[i] < 0 || columns[i] >= len(row.Cells) || !whole && !h.isKey {
				continue
			}
			cell := restore(competency.Trim(row.Cells[columns[i]]))
			switch {
			case !whole:
				fill(i, cell)
			case cell == "" && h.isKey:
				d.refuse(row.Number, h.en, fault.T("the cell is empty: every row needs a value here", "单元格为空：每行都必须填写此列"))
			case cell == "":
			case len(cell) > competency.MaxText && utf8.RuneCountInString(cell) > competency.MaxText:
				d.refuse(row.Number, h.en, fault.T("the cell has more than %d characters: shorten it", "单元格超过 %d 个字符：请缩短", competency.MaxText))
			default:
				if wrong := fill(i, cell); wrong != fine {
					d.refuse(row.Number, h.en, wrong)
				}
				if h.isLevel {
					forms[i].note(cell, row.Number)
				}
			}
		}
	}
	for i, f := range forms {
		if f.digit > 0 && f.number > 0 {
			d.refuse(max(f.digit, f.number), headings[i].en, fault.T(
				"the column has bare digits (row %d) and numbers (row %d), but a spreadsheet writes 1.0 as 1: use labels or digits in every row, or a percent sign or decimal point in every row",
				"此列既有单独的数字（第 %d 行），又有小数或百分数（第 %d 行），而电子表格会把 1.0 写成 1：请整列使用标签或单独的数字，或整列带百分号或小数点",
				f.digit, f.number))
		}
	}
}

// forms notes the first rows in which a column of levels has a bare digit and
// a number.
type forms struct{ digit, number int }

func (f *forms) note(cell string, row int) {
	switch _, form := competency.ParseLevel(narrow(cell)); {
	case form == competency.Digit && f.digit == 0:
		f.digit = row
	case form == competency.Number && f.number == 0:
		f.number = row
	}
}

// fits reports whether a row has as many cells as the header, empty ones
// beyond it left aside.
func (d *Document) fits(row Row, width int) bool {
	cells := row.Cells
	for len(cells) > width && competency.Trim(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == width {
		return true
	}
	d.refuse(row.Number, "", fault.T(
		"the row has %d cells and the header %d: add or remove commas, and put a cell that has a comma inside in quotation marks",
		"该行有 %d 个单元格，表头有 %d 个：请增减逗号，并为含逗号的单元格加上引号", len(cells), width))
	return false
}
