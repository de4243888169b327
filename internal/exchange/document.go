package exchange

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Document is what files say: the records as a change set, what is wrong with
// their cells, and the place of every record, for whoever checks them further.
type Document struct {
	// Changes puts every record of the files, normalized, in their order.
	Changes competency.ChangeSet
	// Problems were found while reading. Where there are any, Changes is good
	// for further checks only.
	Problems []Located

	sources []source
	origins map[string][]origin // by type of record, in the order of Changes
	partial map[string]bool     // types of record that were not wholly read
	refused map[place]bool      // where a problem has been reported
}

// source is a table as problems name it.
type source struct {
	file   string
	header []string
	column map[string]int // field → place in the header
}

// origin is where a record comes from.
type origin struct {
	source, row int
	swapped     bool // Normalize has exchanged the ends of a related pair
}

// place is a cell; a row as a whole where it has no field, a column as a whole
// where it has no row.
type place struct {
	source, row int
	field       string
}

// Locate finds a problem of the change set in the files.
func (d *Document) Locate(p fault.Problem) Located {
	l := Located{Code: p.Code, Text: p.Text}
	if at, ok := d.find(p.Place); ok {
		l.Spot = d.spot(at)
	}
	if at, ok := d.find(p.Other); ok {
		at.field = "" // the row says enough
		also := d.spot(at)
		l.Also = &also
	}
	return l
}

// Report returns all problems, sorted by place: those of the files and those
// that a check of the changes found, without what only follows from the former.
// The places of found must be those of Changes, not of a catalog made with it.
func (d *Document) Report(found ...fault.Problem) []Located {
	all := slices.Clone(d.Problems)
	for _, p := range found {
		if !d.follows(p) {
			all = append(all, d.Locate(p))
		}
	}
	return arrange(all)
}

// follows reports whether a problem of the changes is nothing but the trace of
// one that has been reported: in the same cell, row or column, in a reference
// to records that could not be read, or of records whose keys could not.
func (d *Document) follows(p fault.Problem) bool {
	at, ok := d.find(p.Place)
	if !ok {
		return false
	}
	if d.refused[at] || d.refused[place{at.source, at.row, ""}] || d.refused[place{at.source, 0, at.field}] {
		return true
	}
	s, _ := schemaOf(p.Record)
	other, twice := d.find(p.Other)
	for _, h := range s.headings() {
		if twice && h.isKey && (d.refused[place{at.source, at.row, h.en}] || d.refused[place{other.source, other.row, h.en}]) {
			return true
		}
		if p.Code == fault.NotFound && h.en == at.field && slices.ContainsFunc(h.refers, func(t string) bool { return d.partial[t] }) {
			return true
		}
	}
	return false
}

func (d *Document) find(p fault.Place) (place, bool) {
	origins := d.origins[p.Record]
	if p.Index < 0 || p.Index >= len(origins) {
		return place{}, false
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
	return place{o.source, o.row, p.Field}, true
}

func (d *Document) spot(at place) Spot {
	s := d.sources[at.source]
	spot := Spot{File: s.file, Row: at.row, Column: at.field, order: len(s.header)}
	if i, ok := s.column[at.field]; ok {
		spot.Column, spot.order = competency.Short(competency.Trim(s.header[i]), competency.MaxQuoted), i
	} else if at.field == "" {
		spot.order = -1
	}
	return spot
}
