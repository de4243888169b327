package exchange

import (
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

// readTableSheet adds a sheet with records of one table.
func (r *reader) readTableSheet(s schema, sh sheet) {
	t := Table{File: sh.file, Sheet: sh.Name, asExported: r.asExported}
	t.Name, _ = s.names()
	t.readSheet(sh, newHeadingIndex(s.headings()))
	r.tables = append(r.tables, t)
}

// sheetTable is a sheet on its way to a table.
type sheetTable struct {
	t      *Table
	src    sheet
	names  headingIndex
	header sheetHeader
	// columns are those of the table's header, as columns of the sheet: first those that
	// the table knows, with the heading of each, then others, so that no row carries more
	// than it needs.
	columns  []int
	headings []heading
	rows     []*workbook.Row // those of the records, as Table.Rows
}

// readSheet fills header and rows from a sheet.
func (t *Table) readSheet(sh sheet, names headingIndex) {
	s := &sheetTable{t: t, src: sh, names: names}
	var named int
	if s.header, named = sh.newHeaderSearch(names).find(); named < 2 && !names.namesRequired(s.header.row()) {
		t.refuse(0, fault.T("none of the first %d rows is a header: give one with the columns %s", "前 %d 行中没有表头：请补上含有列 %s 的一行",
			maxHeaderRow, names.listRequired()))
		return
	}
	s.takeColumns()
	s.noticeTitle()
	s.takeRows()
	s.t.passOverHeaders(names)
	s.convert()
}

// listRequired lists the columns that a table needs.
func (x headingIndex) listRequired() fault.Text {
	var list fault.Text
	for _, h := range x.headings {
		if !h.isRequired {
			continue
		}
		if list == noProblem {
			list = fault.T("%s", "%s", h)
		} else {
			list = fault.T("%s, %s", "%s、%s", list, h)
		}
	}
	return list
}

// takeColumns makes the header.
func (s *sheetTable) takeColumns() {
	var others []int
	seen := map[int]bool{}
	for column, text := range s.header.texts {
		i := s.names.find(text)
		switch {
		case competency.Trim(text) == "":
		case i < 0 || seen[i]:
			others = append(others, column)
		default:
			seen[i] = true
			s.columns, s.headings = append(s.columns, column), append(s.headings, s.names.headings[i])
		}
	}
	s.columns = append(s.columns, others[:min(len(others), maxHeaderCells)]...)
	s.t.Header = Row{Number: s.header.last}
	for _, column := range s.columns {
		s.t.Header.Cells = append(s.t.Header.Cells, s.header.texts[column])
	}
	columns, header := s.columns, s.header
	s.t.place = func(row, i int) cellPlace {
		switch {
		case i < 0 || i >= len(columns):
			return cellPlace{row: row, column: -1}
		case row == header.last:
			return cellPlace{row: header.rows[columns[i]], column: columns[i]}
		}
		return cellPlace{row: row, column: columns[i]}
	}
}

// carried is how many columns each row carries: those that the table knows, and some that
// may have been meant.
func (s *sheetTable) carried() int { return min(len(s.columns), 2*len(s.names.headings)) }

// at is the place of a cell of the sheet, whose column may be none of the table's.
func (s *sheetTable) at(row, column int) Location {
	l := Location{File: s.t.File, Sheet: s.t.Sheet, Row: row}.moved(cellPlace{row: row, column: column})
	if column >= 0 && column < len(s.header.texts) {
		l.Column = displayHeading(s.header.texts[column])
	}
	return l
}

func (s *sheetTable) tellAt(at Location, text fault.Text) {
	s.t.Notices = append(s.t.Notices, LocatedProblem{Location: at, Text: text})
}

func (s *sheetTable) refuseAt(at Location, text fault.Text) {
	s.t.Problems = append(s.t.Problems, LocatedProblem{Location: at, Code: fault.InvalidArgument, Text: text})
}

// noticeTitle tells what stands above the header.
func (s *sheetTable) noticeTitle() {
	for _, r := range s.src.Rows {
		if r.Number >= s.header.first {
			return
		}
		if brief := s.brief(&r); !brief.isBlank() {
			s.tellAt(s.at(r.Number, -1), fault.T("the header is row %d: what stands above it was passed over, such as %s", "表头是第 %d 行：其上内容已略过，如 %s",
				s.header.first, competency.Quote(competency.Trim(brief.Cells[brief.firstContent()]))))
			return
		}
	}
}

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
	isNote := func(r *workbook.Row, brief Row) bool {
		if brief.isNote() {
			return true
		}
		at := brief.firstContent()
		return at == 0 && len(brief.Cells) == 1 && wideAt[workbook.Ref{Column: firstColumn(r), Row: r.Number}]
	}
	var rows []*workbook.Row
	var briefs []Row
	for i := range s.src.Rows {
		if r := &s.src.Rows[i]; r.Number > s.header.last && (len(rows) == 0 || r.Number > rows[len(rows)-1].Number) {
			rows, briefs = append(rows, r), append(briefs, s.brief(r))
		}
	}
	last := len(rows)
	for last > 0 && isNote(rows[last-1], briefs[last-1]) {
		last--
	}
	s.noticeNotes(rows[last:], briefs[last:])
	unnamed := map[int]bool{}
	for i, r := range rows[:last] {
		switch {
		case briefs[i].isBlank():
			continue
		case briefs[i].isTotal():
			s.refuseAt(s.at(r.Number, firstColumn(r)), fault.T("the row looks like a total, %s: remove it", "该行像是合计行（%s）：请删除",
				competency.Quote(competency.Trim(briefs[i].Cells[briefs[i].firstContent()]))))
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
func (s *sheetTable) noticeNotes(rows []*workbook.Row, briefs []Row) {
	first, last := -1, 0
	for i, r := range rows {
		if !briefs[i].isBlank() {
			if last = r.Number; first < 0 {
				first = i
			}
		}
	}
	if first < 0 {
		return
	}
	at := s.at(rows[first].Number, firstColumn(rows[first]))
	text := competency.Quote(competency.Trim(briefs[first].Cells[briefs[first].firstContent()]))
	if last == rows[first].Number {
		s.tellAt(at, fault.T("the row stands below the records and was passed over: %s", "该行位于记录之后，已略过：%s", text))
		return
	}
	s.tellAt(at, fault.T("the rows %d to %d stand below the records and were passed over, such as %s", "第 %d 至 %d 行位于记录之后，已略过，如 %s", rows[first].Number, last, text))
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
