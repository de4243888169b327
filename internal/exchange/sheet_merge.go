package exchange

import (
	"cmp"
	"slices"

	"github.com/zhitu/zhitu/internal/exchange/workbook"
)

// mergeSweep follows the merged ranges of a sheet while its rows are read from above. It
// knows those below the header that cover a column of the table.
//
// Ranges that overlap others are passed over: a spreadsheet has none. So at most one range
// for each column is open, and a sheet of n rows and m ranges costs O(n + m log m).
type mergeSweep struct {
	waiting []workbook.Range // by first row
	open    []openMerge
}

// openMerge is a merged range that covers the row that is being read.
type openMerge struct {
	workbook.Range
	value *workbook.Cell // its first cell, nil where it is empty
	told  bool
}

// isWide reports whether a range spans columns.
func isWide(m workbook.Range) bool { return m.Last.Column > m.First.Column }

func newMergeSweep(merges []workbook.Range, headerRow int, columns []int) *mergeSweep {
	s := &mergeSweep{}
	// Where a cell of the header spans columns, they are one column, and so below it.
	wideColumns := map[[2]int]bool{}
	for _, m := range merges {
		if m.First.Row <= headerRow && m.Last.Row >= headerRow {
			wideColumns[[2]int{m.First.Column, m.Last.Column}] = true
		}
	}
	for _, m := range merges {
		if wideColumns[[2]int{m.First.Column, m.Last.Column}] {
			m.Last.Column = m.First.Column
		}
		if m.First.Row > headerRow && slices.ContainsFunc(columns, func(c int) bool { return m.First.Column <= c && c <= m.Last.Column }) {
			s.waiting = append(s.waiting, m)
		}
	}
	slices.SortStableFunc(s.waiting, func(a, b workbook.Range) int { return cmp.Compare(a.First.Row, b.First.Row) })
	return s
}

// enter moves on to a row: ranges that end above it close, those that begin at it or above
// open.
func (s *mergeSweep) enter(r *workbook.Row) {
	s.open = slices.DeleteFunc(s.open, func(m openMerge) bool { return m.Last.Row < r.Number })
	for len(s.waiting) > 0 && s.waiting[0].First.Row <= r.Number {
		m := s.waiting[0]
		s.waiting = s.waiting[1:]
		overlaps := func(o openMerge) bool { return o.First.Column <= m.Last.Column && m.First.Column <= o.Last.Column }
		if m.Last.Row < r.Number || slices.ContainsFunc(s.open, overlaps) {
			continue
		}
		opened := openMerge{Range: m}
		if m.First.Row == r.Number {
			opened.value = cellAt(r, m.First.Column)
		}
		s.open = append(s.open, opened)
	}
}

// at returns the open range that covers a column, nil for none.
func (s *mergeSweep) at(column int) *openMerge {
	for i := range s.open {
		if m := &s.open[i]; m.First.Column <= column && column <= m.Last.Column {
			return m
		}
	}
	return nil
}

// cellAt returns the cell of a row in a column, nil for an empty one.
func cellAt(r *workbook.Row, column int) *workbook.Cell {
	i, found := slices.BinarySearchFunc(r.Cells, column, func(c workbook.Cell, column int) int { return cmp.Compare(c.Column, column) })
	if !found {
		return nil
	}
	return &r.Cells[i]
}
