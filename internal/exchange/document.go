package exchange

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

// Document is the content of the files: the records as a change set, the problems
// of their cells, and the row of every record, so that later checks can be located.
type Document struct {
	// Changes puts every record of the files, normalized, in their order.
	Changes competency.ChangeSet
	// Evidence, Unmapped and States are what the files hold of people beside their
	// records. Evidence without a time has a zero one.
	Evidence []competency.Evidence
	Unmapped []Unmapped
	States   []competency.Assessment
	Events   []competency.Event
	Dropped  []competency.DroppedEvidence
	// AsExported says that all of this was read from folders that an export has written
	// and nobody has edited since.
	AsExported bool
	// Problems were found while reading. If there are any, use Changes for
	// further checks only.
	Problems []LocatedProblem
	// Notices tell what was guessed, passed over or ignored. They refuse nothing.
	Notices []LocatedProblem
	// EmptiedEdges says, by the place of a prerequisite in Changes, which of its fields
	// empty cells empty (Options.Replace).
	EmptiedEdges map[int]competency.FieldSet

	options    Options
	failure    error // of the source of Options.Known
	zoneTold   bool  // that a time rests on an assumed zone
	sources    []source
	origins    map[string][]origin // by type of record, in the order of Changes
	incomplete map[string]bool     // record types of which some records could not be read
	reported   map[cellRef]bool    // cells that have a problem already
}

// source is one table, as problems refer to it.
type source struct {
	file, sheet string
	header      []string
	column      map[string]int                   // field → index in the header
	place       func(row, heading int) cellPlace // see Table.place
	isMatrix    bool                             // every record is a cell
}

// cellPlace is a cell of a sheet or file, and what its column is called.
type cellPlace struct {
	row, column int    // the column from 0, -1 for the row as a whole
	heading     string // "" for that of the table
}

// origin is the row that a record comes from.
type origin struct {
	source, row int
	swapped     bool // Normalize swapped the ends of a related pair
}

// cellRef refers to a cell; to a whole row if field is empty, to a whole column if
// row is 0.
type cellRef struct {
	source, row int
	field       string
}

// Options returns how the files were read.
func (d *Document) Options() Options { return d.options }

// noteEmptied notes that an empty cell of a record empties a field of an edge.
func (d *Document) noteEmptied(table string, h heading, index int) {
	if table != competency.Prerequisites {
		return
	}
	if d.EmptiedEdges == nil {
		d.EmptiedEdges = map[int]competency.FieldSet{}
	}
	d.EmptiedEdges[index] |= competency.FieldNamed(h.en)
}

// Locate maps a problem of the change set to its place in the files.
func (d *Document) Locate(p fault.Problem) LocatedProblem {
	l := LocatedProblem{Code: p.Code, Text: p.Text}
	other, hasOther := d.cellOf(p.Other)
	if p.Key != "" {
		l.Table, l.Key = p.Record, p.Key
	}
	if cell, ok := d.cellOf(p.Place); ok {
		if hasOther && d.sources[cell.source].isMatrix {
			cell.field = "" // both edges together, and so the cell
		}
		l.Location = d.locationOf(cell)
	}
	if cell := other; hasOther {
		if s := d.sources[cell.source]; s.sheet == "" || s.isMatrix {
			cell.field = "" // the row is enough
		}
		also := d.locationOf(cell)
		l.Other = &also
	}
	return l
}

// LocateAll is Locate for several.
func (d *Document) LocateAll(problems []fault.Problem) []LocatedProblem {
	located := make([]LocatedProblem, len(problems))
	for i, p := range problems {
		located[i] = d.Locate(p)
	}
	return located
}

// Report returns all problems, sorted by place: those of the files and those in
// found, which a check of the changes returned. It leaves out what only follows
// from a reported problem. The places in found must refer to Changes.
func (d *Document) Report(found ...fault.Problem) []LocatedProblem {
	return mergeEqual(d.ReportEach(found...))
}

// ReportEach is Report with each problem at its own row, where Report tells equal ones once.
func (d *Document) ReportEach(found ...fault.Problem) []LocatedProblem {
	all := slices.Clone(d.Problems)
	for _, p := range found {
		if !d.isConsequence(p) {
			all = append(all, d.Locate(p))
		}
	}
	return sortProblems(all)
}

// isConsequence reports whether a problem of the changes only follows from one that
// is already reported. So it is in the same cell, row or column, in a reference to
// records that could not be read, and in records whose keys could not be read.
func (d *Document) isConsequence(p fault.Problem) bool {
	cell, ok := d.cellOf(p.Place)
	if !ok {
		return false
	}
	if d.reported[cell] || d.reported[cellRef{cell.source, cell.row, ""}] || d.reported[cellRef{cell.source, 0, cell.field}] {
		return true
	}
	s, known := schemaOf(p.Record)
	if !known { // a line of JSON
		return false
	}
	other, hasOther := d.cellOf(p.Other)
	for _, h := range s.headings() {
		if hasOther && h.isKey && (d.reported[cellRef{cell.source, cell.row, h.en}] || d.reported[cellRef{other.source, other.row, h.en}]) {
			return true
		}
		if p.Code == fault.NotFound && h.en == cell.field && slices.ContainsFunc(h.references, func(t string) bool { return d.incomplete[t] }) {
			return true
		}
	}
	return false
}

func (d *Document) cellOf(p fault.Place) (cellRef, bool) {
	origins := d.origins[p.Record]
	if p.Key != "" || p.Index < 0 || p.Index >= len(origins) { // with a key it is a stored record
		return cellRef{}, false
	}
	o := origins[p.Index]
	if o.swapped {
		switch p.Field {
		case "a":
			p.Field = "b"
		case "b":
			p.Field = "a"
		}
	}
	return cellRef{o.source, o.row, p.Field}, true
}

func (d *Document) locationOf(cell cellRef) Location {
	s := d.sources[cell.source]
	location := Location{File: s.file, Sheet: s.sheet, Row: cell.row, Column: cell.field, columnIndex: len(s.header)}
	i, known := s.column[cell.field]
	switch {
	case known:
		location.Column, location.columnIndex = displayHeading(s.header[i]), i
	case cell.field == "":
		location.columnIndex = -1
	}
	if s.place == nil || cell.row == 0 {
		return location
	}
	if !known {
		i = -1
	}
	return location.moved(s.place(cell.row, i))
}

// moved is the location at the place where its cell really stands.
func (l Location) moved(to cellPlace) Location {
	l.Row = to.row
	if to.heading != "" {
		l.Column = displayHeading(to.heading)
	}
	if to.column < 0 {
		return l
	}
	l.columnIndex = to.column
	if l.Sheet != "" {
		l.Cell = workbook.Ref{Column: to.column, Row: to.row}.String()
	}
	return l
}

// Refused returns a function that reports whether a record of the changes has a problem:
// one of the files, or one of found, whose places refer to Changes.
func (d *Document) Refused(found []fault.Problem) func(table string, index int) bool {
	refused := map[fault.Place]bool{}
	for _, p := range found {
		refused[fault.Place{Record: p.Record, Index: p.Index}] = true
	}
	rows := map[cellRef]bool{}
	for cell := range d.reported {
		rows[cellRef{source: cell.source, row: cell.row}] = true
	}
	return func(table string, index int) bool {
		o := d.origins[table][index]
		return rows[cellRef{source: o.source, row: o.row}] || refused[fault.Place{Record: table, Index: index}]
	}
}
