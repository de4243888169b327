package exchange

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

// newCellReader returns the reader of the cells of a matrix.
func (m *matrixReader) newCellReader() *cellReader {
	r := &cellReader{kind: m.kind, texts: map[string]*cellText{}}
	r.numbers = newNumberReader(m.kind.numbers, m.d.scale(), m.d.incomplete[competency.Levels])
	r.numbers.extent = extent{
		fault.T("the matrix", "矩阵中"), fault.T("in every cell", "全部"),
		func(n int) fault.Text { row, column := m.cellAt(n); return m.cellName(row, column) },
	}
	return r
}

// cellAt returns row and column of a cell by its number, from 1.
func (m *matrixReader) cellAt(n int) (row, column int) {
	c := m.cells[n-1]
	return m.lines.down[c.down].at, m.lines.across[c.across].at
}

// cellName names a cell in a message about the whole matrix.
func (m *matrixReader) cellName(row, column int) fault.Text {
	l := m.location(row, column)
	if l.Cell != "" {
		return fault.Text{EN: l.Cell, ZH: l.Cell}
	}
	return fault.T("row %d, column %s", "第 %d 行 %s 列", l.Row, l.Column)
}

// decodeCells makes a record of each cell that says something, and takes the ratings of
// competencies apart.
func (m *matrixReader) decodeCells(to *records, ratings *competencyRatings) {
	count := 0
	m.eachCell(func(matrixCell, *cellText, []fault.Text) { count++ })
	m.cells = make([]matrixCell, 0, count)
	var texts []*cellText
	m.eachCell(func(c matrixCell, text *cellText, notices []fault.Text) {
		m.cells = append(m.cells, c)
		for _, n := range notices {
			row, column := m.cellAt(len(m.cells))
			m.notice(row, column, n)
		}
		texts = append(texts, text)
		if text.level == nil && text.problem == noProblem && !text.isClear {
			m.reader.numbers.survey(text.text, len(m.cells))
		}
	})
	m.reportWhole()
	s := &m.d.sources[len(m.d.sources)-1]
	s.header, s.column, s.place = m.fieldPlaces()
	m.grow(to, count)
	for i, text := range texts {
		m.decodeCell(i+1, text, to, ratings)
	}
}

// reportWhole reports what is wrong with the matrix as a whole, or how it is read.
func (m *matrixReader) reportWhole() {
	if n, problem := m.reader.numbers.mixture(); problem != noProblem {
		row, column := m.cellAt(n)
		m.problem(row, column, problem)
	} else if n, notice := m.reader.numbers.reading(len(m.d.Changes.Put.Scale) > 0 || m.reader.hasLabel); notice != noProblem {
		row, column := m.cellAt(n)
		m.notice(row, column, notice)
	}
}

// eachCell visits the cells that say something.
func (m *matrixReader) eachCell(visit func(c matrixCell, text *cellText, notices []fault.Text)) {
	across := map[int]int32{}
	for i, l := range m.lines.across {
		across[l.at] = int32(i)
	}
	for i, l := range m.lines.down {
		for _, column := range m.grid.columns(l.at) {
			if a, isLine := across[column]; isLine {
				cell := m.grid.rating(l.at, column)
				if text := m.reader.parse(cell); !text.nothing {
					visit(matrixCell{across: a, down: int32(i)}, text, cell.notices)
				}
			}
		}
	}
}

// grow makes room for records.
func (m *matrixReader) grow(to *records, count int) {
	if m.kind.table == competency.MasteryStates {
		to.Mastery = slices.Grow(to.Mastery, count)
	} else {
		to.Requirements = slices.Grow(to.Requirements, count)
	}
	m.d.origins[m.kind.table] = slices.Grow(m.d.origins[m.kind.table], count)
}

// codesOf returns what a cell is about and whose it is.
func (m *matrixReader) codesOf(c matrixCell) (about, holder string) {
	across, down := m.lines.across[c.across].code, m.lines.down[c.down].code
	if m.across == m.about {
		return across, down
	}
	return down, across
}

// decodeCell makes a record of a cell.
func (m *matrixReader) decodeCell(n int, text *cellText, to *records, ratings *competencyRatings) {
	d, source := m.d, len(m.d.sources)-1
	about, holder := m.codesOf(m.cells[n-1])
	var level *float64
	problem := noProblem
	if text.isClear {
		if m.kind.table == competency.MasteryStates {
			problem = fault.T("a mastery cannot be emptied by a file: leave the cell blank, or give a rating", "掌握度不能由文件清空：请留空，或填写评分")
		}
	} else {
		level, problem = m.reader.read(text)
	}
	if problem != noProblem {
		d.reported[cellRef{source, n, m.kind.cellField}] = true
		row, column := m.cellAt(n)
		m.problem(row, column, problem)
	}
	if m.kind.table == competency.MasteryStates {
		if m.about.isGroup(about) {
			if level != nil {
				ratings.add(rating{m: m, source: source, cell: n, competency: about, employee: holder, mastery: *level})
			}
			return
		}
		r := assessmentRow{Employee: holder, KnowledgePoint: about}
		if level != nil {
			r.Mastery = *level
		}
		to.Mastery = append(to.Mastery, r)
	} else {
		r := requirementRow{Position: holder, Target: about, Level: level}
		switch {
		case text.isCritical:
			r.Critical = new(true)
		case text.isClear:
			r.ClearField(competency.FieldNamed("level") | competency.FieldNamed("critical"))
		case d.options.Replace:
			r.ClearField(competency.FieldNamed("critical"))
		}
		to.Requirements = append(to.Requirements, r)
	}
	d.origins[m.kind.table] = append(d.origins[m.kind.table], origin{source: source, row: n})
}

// location returns a cell of the matrix, by the index of its row; column -1 is all of it.
func (m *matrixReader) location(row, column int) Location {
	l := Location{File: m.file, Sheet: m.sheet, columnIndex: column}
	return l.moved(m.place(m.grid.number(row), column))
}

// place returns a cell by the number of its row.
func (m *matrixReader) place(number, column int) cellPlace {
	to := cellPlace{row: number, column: column, heading: m.headings[column]}
	if column >= 0 && to.heading == "" {
		to.heading = workbook.ColumnName(column)
	}
	return to
}

// fieldPlaces returns where the cells of the records stand (see Table.place): a record is a
// cell of the matrix, and the codes of its edges are labels.
func (m *matrixReader) fieldPlaces() (header []string, column map[string]int, place func(n, field int) cellPlace) {
	column = map[string]int{}
	for i, h := range m.kind.schema.headings() {
		header, column[h.en] = append(header, h.en), i
	}
	aboutField, holderField := column[m.kind.aboutField], column[m.kind.holderField]
	headerField, leadField := aboutField, holderField
	if m.across != m.about {
		headerField, leadField = holderField, aboutField
	}
	return header, column, func(n, field int) cellPlace {
		c := m.cells[n-1]
		switch field {
		case headerField:
			return m.place(m.headerNumber, m.lines.across[c.across].at)
		case leadField:
			return m.place(m.numbers[c.down], m.lead)
		}
		return m.place(m.numbers[c.down], m.lines.across[c.across].at)
	}
}
