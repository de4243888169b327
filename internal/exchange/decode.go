package exchange

import (
	"unicode/utf8"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Decode turns tables, whatever their file format, into a document. Tables with the
// same name are merged. problems are those that the reader of the format has found.
func Decode(tables []Table, problems []LocatedProblem) *Document {
	d := &Document{
		Problems:   problems,
		origins:    map[string][]origin{},
		incomplete: map[string]bool{},
		reported:   map[cellRef]bool{},
	}
	var rows records
	for _, t := range tables {
		s, known := schemaOf(t.Name)
		if t.Incomplete {
			d.incomplete[t.Name] = true
		}
		if known && len(t.Header.Cells) > 0 {
			d.decodeTable(s, t, &rows)
		}
	}
	d.Changes.Put = rows.Records
	d.decodeEvidence(rows.evidence)
	// A pair has no direction, and Normalize orders its ends: remember how it was
	// written.
	for i, r := range d.Changes.Put.Related {
		d.origins[competency.RelatedPairs][i].swapped = competency.NormalizeCode(r.B) < competency.NormalizeCode(r.A)
	}
	d.Changes.Normalize()
	d.Problems = sortProblems(d.Problems)
	return d
}

// addProblem reports a problem in the table that is being decoded.
func (d *Document) addProblem(row int, field string, text fault.Text) {
	cell := cellRef{len(d.sources) - 1, row, field}
	d.reported[cell] = true
	d.Problems = append(d.Problems, LocatedProblem{Location: d.locationOf(cell), Code: fault.InvalidArgument, Text: text})
}

// decodeTable appends the records of one table, with a problem for each cell that
// cannot be read.
func (d *Document) decodeTable(s schema, t Table, to *records) {
	headings := s.headings()
	columns, width := d.decodeHeader(headings, t)
	formsByColumn := make([]levelForms, len(headings))
	for _, row := range t.Rows {
		if row.isBlank() {
			continue
		}
		setCell := s.appendRecord(to)
		d.origins[t.Name] = append(d.origins[t.Name], origin{source: len(d.sources) - 1, row: row.Number})
		complete := d.checkWidth(row, width)
		for i, h := range headings {
			// In a row with too few or too many cells, values may stand in the wrong
			// column. Take only its keys, so that references to the record resolve.
			if columns[i] < 0 || columns[i] >= len(row.Cells) || !complete && !h.isKey {
				continue
			}
			cell := unescapeFormula(competency.Trim(row.Cells[columns[i]]))
			switch {
			case !complete:
				setCell(i, cell)
			case cell == "" && h.isKey:
				d.addProblem(row.Number, h.en, fault.T("the cell is empty: every row needs a value here", "单元格为空：每行都必须填写此列"))
			case cell == "":
			case len(cell) > competency.MaxText && utf8.RuneCountInString(cell) > competency.MaxText:
				d.addProblem(row.Number, h.en, fault.T("the cell has more than %d characters: shorten it", "单元格超过 %d 个字符：请缩短", competency.MaxText))
			default:
				if problem := setCell(i, cell); problem != noProblem {
					d.addProblem(row.Number, h.en, problem)
				}
				if h.isLevel {
					formsByColumn[i].record(cell, row.Number)
				}
			}
		}
	}
	for i, f := range formsByColumn {
		if f.firstDigitRow > 0 && f.firstNumberRow > 0 {
			d.addProblem(max(f.firstDigitRow, f.firstNumberRow), headings[i].en, fault.T(
				"the column has bare digits (row %d) and numbers (row %d), but a spreadsheet writes 1.0 as 1: use labels or digits in every row, or a percent sign or decimal point in every row",
				"此列既有单独的数字（第 %d 行），又有小数或百分数（第 %d 行），而电子表格会把 1.0 写成 1：请整列使用标签或单独的数字，或整列带百分号或小数点",
				f.firstDigitRow, f.firstNumberRow))
		}
	}
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

// checkWidth reports whether a row has as many cells as the header. Empty cells
// beyond the header do not count.
func (d *Document) checkWidth(row Row, width int) bool {
	cells := row.Cells
	for len(cells) > width && competency.Trim(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == width {
		return true
	}
	d.addProblem(row.Number, "", fault.T(
		"the row has %d cells and the header %d: add or remove commas, and put a cell that has a comma inside in quotation marks",
		"该行有 %d 个单元格，表头有 %d 个：请增减逗号，并为含逗号的单元格加上引号", len(cells), width))
	return false
}
