package exchange

import (
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// matrixKind is a matrix that people fill in instead of a table: records of one kind stand
// across, those of another down, and each cell is a record of the table.
type matrixKind struct {
	schema // of the records that the cells become
	en, zh string
	table  string // the name of that schema
	holder string // the type of the records beside points and competencies
	// The fields of a record: its holder, what the cell is about, and what the cell says.
	holderField, aboutField, cellField string

	numbers numberKind
}

// The names of the matrices, as files have them.
const (
	masteryMatrix     = "mastery_matrix"
	requirementMatrix = "requirement_matrix"
)

var matrices = []*matrixKind{
	{masteryStates, masteryMatrix, "技能矩阵", competency.MasteryStates, competency.Employees, "employee", "knowledge_point", "mastery", asRating},
	{requirements, requirementMatrix, "岗位能力矩阵", competency.Requirements, competency.Positions, "position", "target", "level", asLevel},
}

func (k *matrixKind) names() (en, zh string) { return k.en, k.zh }

// headings are none: a header of a matrix names records.
func (*matrixKind) headings() []heading { return nil }

// matrixNamed returns the kind of a matrix, nil for what is none.
func matrixNamed(table string) *matrixKind {
	for _, k := range matrices {
		if k.en == table {
			return k
		}
	}
	return nil
}

// matrixInstead returns the matrix that a table of pairs may be, by its header: nil where it
// names what the pairs are about, or what is said of them.
func matrixInstead(table string, headings []heading, columns []int, unknown int) *matrixKind {
	for _, k := range matrices {
		if k.table != table || unknown < 2 {
			continue
		}
		for i, h := range headings {
			if (h.en == k.aboutField || h.en == k.cellField) && columns[i] >= 0 {
				return nil
			}
		}
		return k
	}
	return nil
}

// matrixReader reads one matrix.
type matrixReader struct {
	d           *Document
	kind        *matrixKind
	file, sheet string
	grid        grid

	about, holders *edge // points or competencies, and people or positions
	layout
	lines struct{ across, down []line }
	// numbers are those of the rows of lines.down.
	numbers  []int
	headings map[int]string // the header as messages show it, by column
	reader   *cellReader
	cells    []matrixCell
}

// line is a row or a column of a matrix that stands for a record.
type line struct {
	at   int    // the index of the row, or the column
	code string // where it is not known who is meant, the text as it stands
}

// matrixCell is a cell that says something, by its lines.
type matrixCell struct{ across, down int32 }

// decodeMatrices appends the records of matrices, after all tables have been decoded whose
// records they may name.
func (d *Document) decodeMatrices(tables []Table, to *records) {
	if len(tables) == 0 {
		return
	}
	edges, err := d.matrixEdges(tables)
	if err != nil {
		d.failure = err
		return
	}
	var spread competencyRatings
	for i := range tables {
		t := &tables[i]
		m := &matrixReader{d: d, kind: matrixNamed(t.Name), file: t.File, sheet: t.Sheet, grid: t.matrixGrid(), headings: map[int]string{}}
		m.about, m.holders = edges[""], edges[m.kind.holder]
		d.sources = append(d.sources, source{file: t.File, sheet: t.Sheet, isMatrix: true})
		d.Problems, d.Notices = append(d.Problems, t.Problems...), append(d.Notices, t.Notices...)
		if m.findLayout(t.Incomplete || m.grid.rows() == 0) {
			m.reader = m.newCellReader()
			m.findLines()
			m.decodeCells(to, &spread)
		}
		m.grid, m.reader = nil, nil // what stays is for the places of problems
	}
	spread.decode(d, edges, to)
}

// matrixGrid returns the cells of a matrix.
func (t *Table) matrixGrid() grid {
	if t.grid == nil {
		t.grid = newTextGrid(t)
	}
	return t.grid
}

// problem reports a problem at a cell.
func (m *matrixReader) problem(row, column int, text fault.Text) {
	m.d.Problems = append(m.d.Problems, LocatedProblem{Location: m.location(row, column), Code: fault.InvalidArgument, Text: text})
}

// unknown reports that a cell names no record, and the nearest.
func (m *matrixReader) unknown(row, column int, e *edge, label string) {
	m.d.Problems = append(m.d.Problems, LocatedProblem{Location: m.location(row, column), Code: fault.NotFound, Text: e.unknown(label, m.kind.en)})
}

func (m *matrixReader) notice(row, column int, text fault.Text) {
	m.d.Notices = append(m.d.Notices, LocatedProblem{Location: m.location(row, column), Text: text})
}
