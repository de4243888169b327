package exchange

import (
	"slices"

	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

// readMatrixSheet adds a sheet that is a matrix.
func (r *reader) readMatrixSheet(k *matrixKind, sh sheet) {
	t := Table{Name: k.en, File: sh.file, Sheet: sh.Name}
	g := newSheetGrid(sh)
	if g == nil {
		t.refuse(0, fault.T("more than %d cells are covered by merged ones: divide these again", "被合并覆盖的单元格超过 %d 个：请取消合并", maxMergedCells))
		t.grid = &sheetGrid{}
	} else {
		t.grid = g
	}
	hidden := hiddenRows{}
	for _, row := range sh.Rows {
		if row.Hidden {
			hidden.add(row.Number)
		}
	}
	if hidden.count > 0 {
		t.notice(0, hidden.text())
	}
	r.tables = append(r.tables, t)
}

// maxMergedCells bounds the cells that take the value of another, because a few ranges can
// cover a whole sheet.
const maxMergedCells = 1_000_000

// sheetGrid is a matrix in a sheet. A range that is merged downwards has its value in each
// row; one across columns has it in its first cell, which no rating may be.
type sheetGrid struct {
	sheet
	lines   []*workbook.Row
	content [][]int
	merged  map[workbook.Ref]*workbook.Cell
	wide    map[workbook.Ref]workbook.Range // by the first cell
}

// newSheetGrid returns nil where too many cells are merged.
func newSheetGrid(sh sheet) *sheetGrid {
	g := &sheetGrid{sheet: sh, merged: map[workbook.Ref]*workbook.Cell{}, wide: map[workbook.Ref]workbook.Range{}}
	var columns []int // of ranges that are merged downwards
	for _, m := range sh.Merges {
		if isWide(m) {
			g.wide[m.First] = m
		} else {
			columns = append(columns, m.First.Column)
		}
	}
	slices.Sort(columns)
	merges := newMergeSweep(slices.DeleteFunc(slices.Clone(sh.Merges), isWide), 0, slices.Compact(columns))
	for i := range sh.Rows {
		row := &sh.Rows[i]
		if n := len(g.lines); n > 0 && row.Number <= g.lines[n-1].Number {
			continue
		}
		var content []int
		for _, c := range row.Cells {
			if hasContent(c) {
				content = append(content, c.Column)
			}
		}
		merges.enter(row)
		for _, m := range merges.open {
			if m.First.Row == row.Number || m.value == nil || !hasContent(*m.value) {
				continue
			}
			if len(g.merged) == maxMergedCells {
				return nil
			}
			g.merged[workbook.Ref{Column: m.First.Column, Row: row.Number}] = m.value
			if at, found := slices.BinarySearch(content, m.First.Column); !found {
				content = slices.Insert(content, at, m.First.Column)
			}
		}
		g.lines, g.content = append(g.lines, row), append(g.content, content)
	}
	return g
}

func (g *sheetGrid) rows() int             { return len(g.lines) }
func (g *sheetGrid) number(row int) int    { return g.lines[row].Number }
func (g *sheetGrid) columns(row int) []int { return g.content[row] }

func (g *sheetGrid) label(row, column int) gridCell { return g.cell(codes, row, column) }

func (g *sheetGrid) rating(row, column int) gridCell {
	if m, wide := g.wide[workbook.Ref{Column: column, Row: g.number(row)}]; wide {
		return gridCell{problem: fault.T("the cells %s to %s are merged: divide them again, and give each its own value", "单元格 %s 至 %s 已合并：请取消合并，并在每个单元格中分别填写",
			m.First.String(), m.Last.String())}
	}
	return g.cell(values, row, column)
}

func (g *sheetGrid) cell(c content, row, column int) gridCell {
	cell := g.merged[workbook.Ref{Column: column, Row: g.number(row)}]
	if cell == nil {
		cell = cellAt(g.lines[row], column)
	}
	if cell == nil {
		return gridCell{}
	}
	got := g.read(heading{content: c}, *cell)
	// What follows is the same as in a file of text.
	text := (&Table{}).cleanCell(c, got.text)
	return gridCell{text: unescapeFormula(text), problem: got.problem, notices: got.notices}
}
