// Package workbook reads .xlsx workbooks (ECMA-376, transitional and strict): what their
// sheets hold, cell by cell, with exact values and number formats. It knows no tables.
//
// Opening reads the directory of the package and its small parts. A sheet is read on
// request, in one pass over its XML. External relations are never followed, macros never
// run. Everything that is read is bounded (see MaxPart and the other bounds).
package workbook

import "time"

// Sheet is the content of one sheet.
type Sheet struct {
	Name   string
	Hidden bool
	// Rows are those with content, by number. A merged range has its value in its first
	// cell alone: see Merges.
	Rows   []Row
	Merges []Range
	// Links are the addresses of hyperlinks, by cell.
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
	Column int // 0 for A
	Kind   Kind
	// Text is a text as it is, a number as the file writes it, TRUE or FALSE, or the name
	// of an error.
	Text string
	// Format is the number format of the cell's style, "" for General.
	Format  string
	Formula bool // Text is the stored result of one
	Struck  bool // the whole text is crossed out
}

// Ref is a cell of a sheet: Column 0 and Row 1 are A1.
type Ref struct{ Column, Row int }

// Range is a rectangle of cells, both ends included.
type Range struct{ First, Last Ref }

// FormatClass is what a number format makes of a number.
type FormatClass byte

// The classes of number formats.
const (
	General    FormatClass = iota
	Digits                 // of 0, # and . alone
	Percent                // with %
	Date                   // with a year, month or day, with a time of day or not
	TimeOfDay              // hours, minutes or seconds alone
	Scientific             // 0.00E+00
	Fraction               // # ?/?
	Other                  // currency, thousands separators, texts
)

// DateSystem is how the numbers of dates are counted.
type DateSystem struct{ From1904 bool }

// Moment is what a date cell says, without a zone: the number of days x as a time in UTC,
// to the second. ok is false for what is no day of the calendar (less than 1).
func (s DateSystem) Moment(x float64) (t time.Time, ok bool) { return time.Time{}, false }
