package workbook

import (
	"context"
	"slices"
)

// ReadSheet reads the sheet at a position of Sheets, in one pass and until ctx ends. It
// takes about 50 bytes of memory for each cell, and its text. A refusal names the cell, and
// leaves the name of the sheet to the caller.
func (b *Book) ReadSheet(ctx context.Context, i int) (*Sheet, error) {
	if err := b.loadStrings(ctx); err != nil {
		return nil, err
	}
	info := b.sheets[i]
	r := sheetReader{book: b, sheet: &Sheet{Name: info.Name, Hidden: info.Hidden}, cellsLeft: MaxCells}
	for j, n := range b.cells {
		if j != i {
			r.cellsLeft -= n
		}
	}
	err := b.parts.read(ctx, info.Part, MaxPart, r.read)
	if err != nil {
		return nil, err
	}
	if err := r.sortRows(); err != nil {
		return nil, err
	}
	b.cells[i] = r.count
	return r.sheet, b.resolveLinks(ctx, info.Part, r.links, r.sheet)
}

// sheetReader holds what is known while a sheet is read.
type sheetReader struct {
	book      *Book
	sheet     *Sheet
	s         *scanner
	links     []link
	cellsLeft int
	count     int

	row      Row    // the current one
	last     int    // number of the last row, with content or without
	unsorted bool   // rows or cells do not come in order
	cells    []Cell // of the row
	spans    []span // of their texts in chars
	chars    []byte // of the texts of the row that are not shared
}

// span is a part of chars. The text of a cell with an empty span stands in the cell.
type span struct{ from, to int }

func (r *sheetReader) read(s *scanner) error {
	r.s = s
	if !s.element() {
		return s.err
	}
	if string(s.local) != "worksheet" {
		return errSyntax
	}
	for s.element() {
		switch parent := string(s.ancestor(1)); string(s.local) {
		case "sheetData":
			if err := r.readRows(); err != nil {
				return err
			}
		case "mergeCell":
			if parent == "mergeCells" {
				if err := r.addMerge(); err != nil {
					return err
				}
			}
		case "hyperlink":
			if parent == "hyperlinks" {
				if err := r.addLink(); err != nil {
					return err
				}
			}
		}
	}
	return s.err
}

// readRows reads the content of sheetData.
func (r *sheetReader) readRows() error {
	for depth := len(r.s.marks); len(r.s.marks) >= depth; {
		switch r.s.next() {
		case atEnd:
			return r.s.err
		case startTag:
			if string(r.s.local) != "row" {
				r.s.skip()
			} else if err := r.readRow(); err != nil {
				return err
			}
		}
	}
	return r.s.err
}

// readRow reads a row. Without a number it is that of its first cell, or follows the row
// before it.
func (r *sheetReader) readRow() error {
	s := r.s
	r.row = Row{Number: r.last + 1, Hidden: s.flag("hidden")}
	numbered := false
	if n := s.attr("r"); n != nil {
		r.row.Number, numbered = number(n), true
	}
	r.cells, r.spans, r.chars = r.cells[:0], r.spans[:0], r.chars[:0]
	column := 0 // of the next cell, where it does not say so
	for depth := len(s.marks); len(s.marks) >= depth; {
		switch s.next() {
		case atEnd:
			return s.err
		case startTag:
			if string(s.local) != "c" {
				s.skip()
				continue
			}
			ref := Ref{Column: column, Row: r.row.Number}
			if name := s.attr("r"); name != nil {
				given, ok := parseRef(name)
				if ok && !numbered {
					r.row.Number, ref.Row = given.Row, given.Row
				}
				if !ok || given.Row != ref.Row {
					return damagedCell(ref)
				}
				ref = given
			}
			numbered = true
			if ref.Column >= MaxColumns {
				return refuse("the sheet has more than %d columns: copy what is to import into a new sheet", "工作表的列数超过 %d：请把要导入的内容复制到新的工作表", MaxColumns)
			}
			if err := r.checkRow(); err != nil {
				return err
			}
			if n := len(r.cells); n > 0 && r.cells[n-1].Column >= ref.Column {
				r.unsorted = true
			}
			if err := r.readCell(ref); err != nil {
				return err
			}
			column = ref.Column + 1
		}
	}
	return r.endRow()
}

func (r *sheetReader) checkRow() error {
	if r.row.Number < 1 || r.row.Number > MaxRows {
		return refuse("the sheet has a row beyond the last possible one, %d: save the workbook again in Excel or WPS", "工作表有一行超出了行数上限 %d：请在 Excel 或 WPS 中重新保存工作簿", MaxRows)
	}
	return nil
}

// endRow keeps a row with content.
func (r *sheetReader) endRow() error {
	if err := r.checkRow(); err != nil {
		return err
	}
	r.unsorted = r.unsorted || r.row.Number <= r.last
	r.last = r.row.Number
	if len(r.cells) == 0 {
		return r.s.err
	}
	if r.count += len(r.cells); r.count > r.cellsLeft {
		return refuse("the workbook has more than %d cells with content: divide it", "工作簿中有内容的单元格超过 %d 个：请分成几个文件", MaxCells)
	}
	r.row.Cells = slices.Clone(r.cells)
	chars := string(r.chars) // one allocation for all texts of the row
	for i, at := range r.spans {
		if at.to > at.from {
			r.row.Cells[i].Text = chars[at.from:at.to]
		}
	}
	r.sheet.Rows = append(r.sheet.Rows, r.row)
	return r.s.err
}

// sortRows puts rows and cells in order that did not come so. Two cells of one name
// contradict each other.
func (r *sheetReader) sortRows() error {
	if !r.unsorted {
		return nil
	}
	slices.SortStableFunc(r.sheet.Rows, func(a, b Row) int { return a.Number - b.Number })
	rows := r.sheet.Rows[:0]
	for _, row := range r.sheet.Rows {
		if n := len(rows); n > 0 && rows[n-1].Number == row.Number {
			rows[n-1].Hidden = rows[n-1].Hidden || row.Hidden
			rows[n-1].Cells = append(rows[n-1].Cells, row.Cells...)
			continue
		}
		rows = append(rows, row)
	}
	r.sheet.Rows = rows
	for _, row := range rows {
		slices.SortStableFunc(row.Cells, func(a, b Cell) int { return a.Column - b.Column })
		for i := 1; i < len(row.Cells); i++ {
			if row.Cells[i-1].Column == row.Cells[i].Column {
				return damagedCell(Ref{Column: row.Cells[i].Column, Row: row.Number})
			}
		}
	}
	return nil
}
