package exchange

import (
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

// brief is a row as far as its own cells have content, with an empty cell in front where it
// begins beyond the first column of the header.
func (s *sheetTable) brief(r *workbook.Row) Row {
	b := Row{Number: r.Number}
	first := slices.IndexFunc(s.header.texts, func(text string) bool { return competency.Trim(text) != "" })
	for _, c := range r.Cells {
		if competency.Trim(c.Text) == "" && c.Kind != workbook.NoResult {
			continue
		}
		if len(b.Cells) == 0 && c.Column > first {
			b.Cells = append(b.Cells, "")
		}
		b.Cells = append(b.Cells, c.Text)
	}
	return b
}

// takeRows keeps the rows below the header that are records, with their texts.
func (s *sheetTable) takeRows() {
	wideAt := map[workbook.Ref]bool{}
	for _, m := range s.src.Merges {
		if isWide(m) && m.First.Row > s.header.last {
			wideAt[m.First] = true
		}
	}
	// A note is one by its words, or one text that is merged from the first column on.
	isNote := func(r *workbook.Row) bool {
		brief := s.brief(r)
		return brief.isNote() || len(brief.Cells) == 1 && brief.firstContent() == 0 && wideAt[workbook.Ref{Column: firstColumn(r), Row: r.Number}]
	}
	var rows []*workbook.Row
	for i := range s.src.Rows {
		if r := &s.src.Rows[i]; r.Number > s.header.last && (len(rows) == 0 || r.Number > rows[len(rows)-1].Number) {
			rows = append(rows, r)
		}
	}
	last := len(rows)
	for last > 0 && isNote(rows[last-1]) {
		last--
	}
	s.noticeNotes(rows[last:])
	unnamed := map[int]bool{}
	for _, r := range rows[:last] {
		brief := s.brief(r)
		switch {
		case brief.isBlank():
			continue
		case brief.isTotal():
			s.refuseAt(s.at(r.Number, firstColumn(r)), fault.T("the row looks like a total, %s: remove it", "该行像是合计行（%s）：请删除",
				competency.Quote(competency.Trim(brief.Cells[brief.firstContent()]))))
			continue
		}
		s.findUnnamed(r, unnamed)
		if s.hasRecord(r) {
			s.rows = append(s.rows, r)
			s.t.Rows = append(s.t.Rows, s.textsOf(r))
		}
	}
}

// firstColumn is the column of the first cell with content.
func firstColumn(r *workbook.Row) int {
	for _, c := range r.Cells {
		if competency.Trim(c.Text) != "" {
			return c.Column
		}
	}
	return -1
}

// noticeNotes tells of the rows below the last record.
func (s *sheetTable) noticeNotes(rows []*workbook.Row) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(r *workbook.Row) bool { return s.brief(r).isBlank() })
	if len(rows) == 0 {
		return
	}
	first, last := rows[0], rows[len(rows)-1].Number
	brief := s.brief(first)
	at, text := s.at(first.Number, firstColumn(first)), competency.Quote(competency.Trim(brief.Cells[brief.firstContent()]))
	if last == first.Number {
		s.tellAt(at, fault.T("the row stands below the records and was passed over: %s", "该行位于记录之后，已略过：%s", text))
		return
	}
	s.tellAt(at, fault.T("the rows %d to %d stand below the records and were passed over, such as %s", "第 %d 至 %d 行位于记录之后，已略过，如 %s", first.Number, last, text))
}

// findUnnamed reports the first content in each column that has no name. After so many
// columns it is enough.
func (s *sheetTable) findUnnamed(r *workbook.Row, unnamed map[int]bool) {
	for _, c := range r.Cells {
		isNamed := c.Column < len(s.header.texts) && competency.Trim(s.header.texts[c.Column]) != ""
		if isNamed || unnamed[c.Column] || len(unnamed) >= maxShown || competency.Trim(c.Text) == "" {
			continue
		}
		unnamed[c.Column] = true
		s.refuseAt(s.at(r.Number, c.Column), fault.T("the column %s has content but no name in the header: name it or empty it", "%s 列有内容却没有列名：请在表头补上列名，或清空该列",
			workbook.ColumnName(c.Column)))
	}
}

// hasRecord reports whether a row has content of its own in a column of the table. Others
// are numbered ahead, or have a remark alone.
func (s *sheetTable) hasRecord(r *workbook.Row) bool {
	for _, column := range s.columns[:len(s.headings)] {
		if c := cellAt(r, column); c != nil && (competency.Trim(c.Text) != "" || c.Kind == workbook.NoResult) {
			return true
		}
	}
	return false
}

// textsOf is a row with the texts that its cells have in the file.
func (s *sheetTable) textsOf(r *workbook.Row) Row {
	row := Row{Number: r.Number, Cells: make([]string, s.carried())}
	for i, column := range s.columns[:s.carried()] {
		if c := cellAt(r, column); c != nil {
			row.Cells[i] = c.Text
		}
	}
	return row
}
