// Package workbook reads .xlsx workbooks (ECMA-376, transitional and strict): what their
// sheets hold, cell by cell, with exact values and number formats. It knows no tables.
//
// Opening reads the directory of the package and its small parts. A sheet is read on
// request, in one pass over its XML. External relations are never followed, macros never
// run. Everything that is read is bounded (see MaxPart and the other bounds). What is
// refused is a *fault.Error in both languages, which says what to do.
package workbook

import "strconv"

// Sheet is the content of one sheet.
type Sheet struct {
	Name   string
	Hidden bool
	// Rows are those with content, by number. A merged range has its value in its first
	// cell alone: see Merges.
	Rows   []Row
	Merges []Range
	// Links are the addresses of hyperlinks out of the workbook, by cell.
	Links map[Ref]string
}

// Row is a row with content. Number is what a spreadsheet shows.
type Row struct {
	Number int
	Hidden bool
	Cells  []Cell // with content, by column
}

// Kind says what a cell holds.
type Kind byte

// The kinds of cell.
const (
	Text     Kind = iota + 1
	Number        // a number, a date or a percentage, by its format
	Bool          // TRUE or FALSE
	Error         // #REF! and the like
	NoResult      // a formula whose result was never stored
)

// Cell is a cell with content.
type Cell struct {
	Column  int // 0 for A
	Kind    Kind
	Class   FormatClass // of Format
	Formula bool        // Text is the stored result of one
	Struck  bool        // the whole text is crossed out
	// Text is a text as it is, a number as the file writes it, TRUE or FALSE, or the name
	// of an error.
	Text string
	// Format is the number format of the cell's style, "" for General. An ISO 8601 date
	// (t="d") is a Number with a date format, whatever its style.
	Format string
}

// Value is the number of a Number cell. ok is false for every other kind, and for a
// number beyond the range of float64.
func (c Cell) Value() (x float64, ok bool) {
	if c.Kind != Number {
		return 0, false
	}
	x, err := strconv.ParseFloat(c.Text, 64)
	return x, err == nil
}

// Ref is a cell of a sheet: Column 0 and Row 1 are A1.
type Ref struct{ Column, Row int }

// Range is a rectangle of cells, both ends included.
type Range struct{ First, Last Ref }

// SheetInfo is what the list of sheets says of one. Sheets without cells (charts, dialogs,
// macros of Excel 4) are not listed.
type SheetInfo struct {
	Name   string
	Hidden bool
	Part   string // its name in the package, without a leading slash
}
