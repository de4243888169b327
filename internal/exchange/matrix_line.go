package exchange

import (
	"iter"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// side is the rows or the columns of a matrix, seen alike: lines, each with a label, that
// cross those of the other side.
type side struct {
	m      *matrixReader
	e      *edge // what the labels name
	other  *edge // what those of the other side name
	isRows bool
	all    []int // the lines, but for that of the other side's labels
	// crossing are the lines of the other side that name a record; all where none does.
	crossing   []int
	isCrossing map[int]bool // for rows
}

// cell returns row and column where a line crosses one of the other side.
func (s side) cell(at, crossing int) (row, column int) {
	if s.isRows {
		return at, crossing
	}
	return crossing, at
}

func (s side) labelCell(at int) (row, column int) {
	if s.isRows {
		return at, s.m.lead
	}
	return s.m.header, at
}

func (s side) label(at int) string { return s.m.label(s.labelCell(at)) }

// maxLooked is in how many lines of the other side content is looked for.
const maxLooked = 1000

// findLines finds the columns and rows that stand for records. What names none is reported,
// but for what plainly says something else of the other side's records.
func (m *matrixReader) findLines() {
	columns := side{m: m, e: m.across, other: m.down}
	rows := side{m: m, e: m.down, other: m.across, isRows: true}
	seen := map[int]bool{m.lead: true}
	for i := m.header; i < m.grid.rows(); i++ {
		content := m.grid.columns(i)
		if i > m.header && len(content) > 0 {
			rows.all = append(rows.all, i)
		}
		for _, column := range content {
			if !seen[column] {
				seen[column] = true
				columns.all = append(columns.all, column)
			}
		}
	}
	slices.Sort(columns.all)
	columns.crossing, rows.crossing = rows.named(), columns.named()
	rows.isCrossing = make(map[int]bool, len(rows.crossing))
	for _, column := range rows.crossing {
		rows.isCrossing[column] = true
	}
	m.lines.across, m.lines.down = columns.lines(), rows.lines()
	for _, l := range m.lines.down {
		m.numbers = append(m.numbers, m.grid.number(l.at))
	}
}

// content ranges over the lines that a line crosses where it has content, at most over the
// first of them that are worth a look.
func (s side) content(at int) iter.Seq[int] {
	return func(yield func(int) bool) {
		if s.isRows {
			for _, column := range s.m.grid.columns(at) {
				if s.isCrossing[column] && !yield(column) {
					return
				}
			}
			return
		}
		for _, row := range s.crossing[:min(len(s.crossing), maxLooked)] {
			if _, found := slices.BinarySearch(s.m.grid.columns(row), at); found && !yield(row) {
				return
			}
		}
	}
}

// named returns the lines whose label names a record; all where none does.
func (s side) named() (list []int) {
	for _, at := range s.all {
		if s.e.find(s.label(at)).isNamed {
			list = append(list, at)
		}
	}
	if len(list) == 0 {
		return s.all
	}
	return list
}

// lines returns the lines that stand for records.
func (s side) lines() (lines []line) {
	named := s.named()
	if len(named) == 0 {
		return nil
	}
	first, last := named[0], named[len(named)-1]
	if !s.e.find(s.label(first)).isNamed { // nobody is known
		first, last = s.all[0], -1
	}
	var leftOut []string
	for _, at := range s.all {
		row, column := s.labelCell(at)
		cell := s.m.grid.label(row, column)
		label := cell.text
		n := s.e.find(label)
		switch {
		case n.code != "":
			lines = append(lines, line{at, n.code})
			for _, told := range cell.notices {
				s.m.notice(row, column, told)
			}
		case n.isNamed: // several
			lines = s.addUnknown(lines, at, label)
		case s.isNames(at, label):
		case s.isRemark(at, label, at > last), (at < first || label == "") && !s.hasRatings(at, func(kind ratingKind) bool { return kind != noRating }):
			if s.isRows {
				column := s.m.grid.columns(at)[0]
				s.m.notice(at, column, fault.T("the row names no %s and was passed over: %s", "该行没有对应的%s，已略过：%s", s.e.noun, competency.Quote(s.m.label(at, column))))
				continue
			}
			leftOut = append(leftOut, displayHeading(label))
		case cell.problem != noProblem:
			s.m.problem(row, column, cell.problem)
		case label == "":
			s.m.problem(row, column, fault.T("the cell is empty, and there are values beside it: name the %s that they are about", "单元格为空，对应位置却有值：请填写所指的%s", s.e.noun))
		default:
			lines = s.addUnknown(lines, at, label)
		}
	}
	if leftOut = slices.DeleteFunc(leftOut, func(name string) bool { return name == "" }); len(leftOut) > 0 {
		s.m.notice(s.m.header, -1, fault.T("columns that are none of the table were left out: %s", "已忽略不属于该表的列：%s", competency.ListReferences(leftOut)))
	}
	return lines
}

// addUnknown reports a label that names nothing for sure. Of people it may be that others
// are known: where the line has values, the check of these tells.
func (s side) addUnknown(lines []line, at int, label string) []line {
	row, column := s.labelCell(at)
	if s.e.isOpen && s.hasRatings(at, func(kind ratingKind) bool { return kind == aValue }) {
		return append(lines, line{at, label})
	}
	s.m.unknown(row, column, s.e, label)
	return lines
}

// isNames reports whether a line has names or codes beside those of the other side.
func (s side) isNames(at int, label string) bool {
	if label != "" && nameHeadings.find(label) {
		return true
	}
	for crossing := range s.content(at) {
		if text := s.m.label(s.cell(at, crossing)); text != "" {
			if codes, _ := s.other.known.Find(text); len(codes) > 0 && slices.Contains(codes, s.other.find(s.crossingLabel(crossing)).code) {
				return true
			}
		}
	}
	return false
}

func (s side) crossingLabel(crossing int) string {
	if s.isRows {
		return s.m.label(s.m.header, crossing)
	}
	return s.m.label(crossing, s.m.lead)
}

// isRemark reports whether a line is for people alone: remarks, totals, other fields of the
// records, or notes below the last one.
func (s side) isRemark(at int, label string, isBelow bool) bool {
	if s.isRows && (s.m.rowOf(at).isTotal() || isBelow && s.m.rowOf(at).isNote()) {
		return true
	}
	word, _ := leadingWord(label)
	return label != "" && (isRemarkColumn(label) || totalWords[word] || fieldHeadings.find(label))
}

// hasRatings reports whether a line has a cell that may be one of the matrix.
func (s side) hasRatings(at int, counts func(ratingKind) bool) bool {
	for crossing := range s.content(at) {
		if counts(s.m.kindOf(s.cell(at, crossing))) {
			return true
		}
	}
	return false
}

// rowOf returns a row as text, as far as it has content, with an empty cell in front where it
// begins beyond the first column.
func (m *matrixReader) rowOf(row int) (r Row) {
	for i, column := range m.grid.columns(row) {
		if i == 0 && column > 0 {
			r.Cells = append(r.Cells, "")
		}
		r.Cells = append(r.Cells, m.label(row, column))
	}
	return r
}
