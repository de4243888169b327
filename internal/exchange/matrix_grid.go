package exchange

import (
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// grid is the cells of a matrix, whatever the file format. Rows have an index from 0, columns
// too.
type grid interface {
	rows() int
	number(row int) int // what a spreadsheet shows
	// columns returns those of a row that have content, from the left.
	columns(row int) []int
	// label is a cell as it names a record, rating one as it is read as a number. Neither
	// needs content.
	label(row, column int) gridCell
	rating(row, column int) gridCell
}

// gridCell is what a cell says, or what is wrong with it.
type gridCell struct {
	text    string
	problem fault.Text
	notices []fault.Text
}

// textGrid is a matrix in a file of text.
type textGrid struct {
	*Table
	content [][]int             // by row
	ratings map[string]gridCell // by what is written
}

func newTextGrid(t *Table) *textGrid {
	g := &textGrid{Table: t, ratings: map[string]gridCell{}}
	for _, r := range t.Rows {
		columns := make([]int, 0, len(r.Cells))
		for i, cell := range r.Cells {
			if competency.Trim(cell) != "" {
				columns = append(columns, i)
			}
		}
		g.content = append(g.content, columns)
	}
	return g
}

func (g *textGrid) rows() int             { return len(g.Rows) }
func (g *textGrid) number(row int) int    { return g.Rows[row].Number }
func (g *textGrid) columns(row int) []int { return g.content[row] }

func (g *textGrid) label(row, column int) gridCell { return g.read(codes, row, column) }

func (g *textGrid) rating(row, column int) gridCell {
	cells := g.Rows[row].Cells
	if column >= len(cells) || cells[column] == "" {
		return gridCell{}
	}
	if known, ok := g.ratings[cells[column]]; ok {
		return known
	}
	cell := g.read(values, row, column)
	if len(g.ratings) < maxRatingTexts {
		g.ratings[cells[column]] = cell
	}
	return cell
}

// maxRatingTexts is more than there are ways to rate.
const maxRatingTexts = 1000

func (g *textGrid) read(c content, row, column int) gridCell {
	if cells := g.Rows[row].Cells; column < len(cells) && cells[column] != "" {
		return gridCell{text: unescapeFormula(g.cleanCell(c, cells[column]))}
	}
	return gridCell{}
}
