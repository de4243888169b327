package exchange

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange/workbook"
)

// sheetHeader is the header of a sheet: one row, or two where names stand below groups.
// Cells that are merged downwards count in each of their rows.
type sheetHeader struct {
	first, last int // the numbers of its rows
	texts       []string
	rows        []int // of each text
}

func (h sheetHeader) row() Row { return Row{Number: h.last, Cells: h.texts} }

// headerSearch looks for the header of a sheet among its first rows.
type headerSearch struct {
	names headingIndex
	rows  []workbook.Row
	down  []workbook.Range // one column wide
	wide  []workbook.Range // across columns
}

func (s sheet) newHeaderSearch(names headingIndex) headerSearch {
	x := headerSearch{names: names}
	for _, r := range s.Rows {
		if r.Number > maxHeaderRow+1 { // the last may be the second of two
			break
		}
		x.rows = append(x.rows, r)
	}
	for _, m := range s.Merges {
		switch {
		case m.First.Row > maxHeaderRow, len(x.down)+len(x.wide) > maxSheetColumn: // as many as no header has
		case m.First.Column == m.Last.Column:
			x.down = append(x.down, m)
		default:
			x.wide = append(x.wide, m)
		}
	}
	return x
}

// find returns the first header that names all that is needed, else the one that names
// most. named is how many columns that are.
func (x headerSearch) find() (best sheetHeader, named int) {
	for i, r := range x.rows {
		if r.Number > maxHeaderRow {
			break
		}
		one := x.single(r, true)
		count := x.names.count(one.row())
		complete := x.names.namesRequired(one.row())
		if i+1 < len(x.rows) && x.rows[i+1].Number == r.Number+1 {
			two, own := x.double(one, x.rows[i+1])
			if n := x.names.count(two.row()); n > count && x.names.namesRequired(two.row()) && (complete || !x.names.namesRequired(own)) {
				return two, n
			}
		}
		if complete {
			return one, count
		}
		if count > named {
			best, named = one, count
		}
	}
	return best, named
}

// single is a row as a header, with what is merged into it from above or without.
func (x headerSearch) single(r workbook.Row, withMerged bool) sheetHeader {
	h := sheetHeader{first: r.Number, last: r.Number}
	for _, c := range r.Cells {
		h.put(c.Column, c.Text, r.Number)
	}
	if !withMerged {
		return h
	}
	for _, m := range x.down {
		if m.First.Row < r.Number && m.Last.Row >= r.Number {
			for _, above := range x.rows {
				if above.Number == m.First.Row {
					h.put(m.First.Column, textAt(above, m.First.Column), above.Number)
				}
			}
		}
	}
	return h
}

// double is a header of two rows: names below, and those above which nothing stands below.
// It has no cells where the rows are not such a pair: where the lower one holds other
// things, and nothing is merged. own is the lower row by itself.
func (x headerSearch) double(upper sheetHeader, lower workbook.Row) (h sheetHeader, own Row) {
	below := x.single(lower, false)
	own = below.row()
	spans := func(m workbook.Range) bool { return m.First.Row == upper.last }
	if !slices.ContainsFunc(x.wide, spans) && !slices.ContainsFunc(x.down, func(m workbook.Range) bool { return spans(m) && m.Last.Row == lower.Number }) &&
		slices.ContainsFunc(below.texts, func(t string) bool { return competency.Trim(t) != "" && x.names.find(t) < 0 && !isRemarkColumn(t) }) {
		return h, own
	}
	h = sheetHeader{first: upper.first, last: lower.Number, texts: slices.Clone(below.texts), rows: slices.Clone(below.rows)}
	for i, text := range upper.texts {
		if i >= len(h.texts) || competency.Trim(h.texts[i]) == "" {
			h.put(i, text, upper.rows[i])
		}
	}
	return h, own
}

// put sets the text of a column.
func (h *sheetHeader) put(column int, text string, row int) {
	if competency.Trim(text) == "" || column < 0 || column > maxSheetColumn {
		return
	}
	if short := column + 1 - len(h.texts); short > 0 {
		h.texts, h.rows = append(h.texts, make([]string, short)...), append(h.rows, make([]int, short)...)
	}
	h.texts[column], h.rows[column] = text, row
}

// maxSheetColumn is XFD, the last column that a sheet has.
const maxSheetColumn = 1<<14 - 1

// textAt is the text of a cell, "" for an empty one.
func textAt(r workbook.Row, column int) string {
	i, found := slices.BinarySearchFunc(r.Cells, column, func(c workbook.Cell, column int) int { return c.Column - column })
	if !found {
		return ""
	}
	return r.Cells[i].Text
}
