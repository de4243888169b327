package exchange

import (
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

// convert puts the cells into the form in which Decode reads them.
func (s *sheetTable) convert() {
	kept := map[int]bool{}
	for _, r := range s.t.Rows {
		kept[r.Number] = true
	}
	s.rows = slices.DeleteFunc(s.rows, func(r *workbook.Row) bool { return !kept[r.Number] })
	merged := newMergeSweep(s.src.Merges, s.header.last, s.columns[:len(s.headings)])
	hidden := hiddenRows{}
	next := 0
	for i := range s.src.Rows {
		r := &s.src.Rows[i]
		merged.enter(r)
		if next >= len(s.rows) || s.rows[next] != r {
			continue
		}
		s.convertRow(r, &s.t.Rows[next], merged)
		if next++; r.Hidden {
			hidden.add(r.Number)
		}
	}
	if hidden.count > 0 {
		s.tellAt(s.at(0, -1), hidden.text())
	}
	s.noticeLostZeros()
}

func (s *sheetTable) convertRow(r *workbook.Row, row *Row, merged *mergeSweep) {
	for i, h := range s.headings {
		cell, at := cellAt(r, s.columns[i]), workbook.Ref{Column: s.columns[i], Row: r.Number}
		m := merged.at(s.columns[i])
		if m != nil {
			cell, at = m.value, m.First
		}
		if row.Cells[i] = ""; m != nil && isWide(m.Range) {
			s.refuseMerge(m)
			s.refuseCell(row, i, cellReading{})
			continue
		}
		if cell == nil {
			continue
		}
		got := s.src.read(h, *cell)
		if row.Cells[i] = got.text; h.isLink && !isAddress(got.text) && s.src.Links[at] != "" {
			row.Cells[i] = s.src.Links[at] // where a click leads
		}
		first := m == nil || !m.told // in all rows of a range it is the same cell
		if m != nil {
			m.told = true
		}
		switch {
		case got.problem == noProblem:
		case m == nil:
			s.refuseCell(row, i, got)
		default:
			s.refuseCell(row, i, cellReading{text: got.text})
			if first {
				s.refuseAt(s.at(at.Row, at.Column), got.problem)
			}
		}
		for _, n := range got.notices {
			if first {
				s.tellAt(s.at(at.Row, at.Column), n)
			}
		}
	}
	row.Cells = row.Cells[:lastContent(row.Cells)]
}

// refuseCell notes what is wrong with a cell; nothing where that is said elsewhere. The
// cell keeps what it may have been, so that references to it are none to nothing.
func (s *sheetTable) refuseCell(row *Row, i int, got cellReading) {
	if s.t.refused == nil {
		s.t.refused = map[cellKey]fault.Text{}
	}
	s.t.refused[cellKey{row.Number, i}] = got.problem
	if row.Cells[i] = unknownCell; s.headings[i].content == codes && got.text != "" {
		row.Cells[i] = got.text
	}
}

// unknownCell is a cell of which nothing tells what it may have been.
const unknownCell = "?"

// lastContent is how many cells a row has without the empty ones at its end.
func lastContent(cells []string) int {
	n := len(cells)
	for n > 0 && competency.Trim(cells[n-1]) == "" {
		n--
	}
	return n
}

// refuseMerge reports a range that is merged across columns of a record, once.
func (s *sheetTable) refuseMerge(m *openMerge) {
	if m.told {
		return
	}
	m.told = true
	s.refuseAt(s.at(m.First.Row, m.First.Column), fault.T("the cells %s to %s are merged: divide them again, and give each its own value", "单元格 %s 至 %s 已合并：请取消合并，并在每个单元格中分别填写",
		m.First.String(), m.Last.String()))
}

// hiddenRows counts the rows that nobody sees and that were read.
type hiddenRows struct {
	count int
	first []int
}

func (h *hiddenRows) add(row int) {
	if h.count++; len(h.first) < maxRowsShown {
		h.first = append(h.first, row)
	}
}

func (h *hiddenRows) text() fault.Text {
	list := joinRows(h.first)
	if h.count > len(h.first) {
		list += " …"
	}
	return fault.T("%s read like all others: row %s", "%s 个隐藏行已照常读取：第 %s 行", fault.Count(h.count, "hidden row", "hidden rows"), list)
}

// noticeLostZeros tells of codes that are numbers where others begin with zeros.
func (s *sheetTable) noticeLostZeros() {
	for i, h := range s.headings {
		if !h.isKey || h.content != codes || len(h.references) > 0 {
			continue
		}
		width := 0 // of codes with zeros in front
		for _, row := range s.t.Rows {
			if i < len(row.Cells) && len(row.Cells[i]) > 1 && row.Cells[i][0] == '0' && isDigits(row.Cells[i]) {
				width = max(width, len(row.Cells[i]))
			}
		}
		for n, row := range s.t.Rows {
			if i >= len(row.Cells) || len(row.Cells[i]) >= width || !isDigits(row.Cells[i]) || row.Cells[i][0] == '0' {
				continue
			}
			if c := cellAt(s.rows[n], s.columns[i]); c == nil || c.Kind != workbook.Number {
				continue
			}
			s.tellAt(s.at(row.Number, s.columns[i]), fault.T("the code %s is a number, and others of the column begin with zeros: is it %s? Then format the column as text, and type it again",
				"编码 %s 是数，而此列其他编码以 0 开头：是否应为 %s？若是，请将该列设为文本格式后重新填写", row.Cells[i], strings.Repeat("0", width-len(row.Cells[i]))+row.Cells[i]))
		}
	}
}

// isAddress reports whether the text of a link is its address.
func isAddress(text string) bool { return strings.Contains(text, "://") }
