package exchange

import (
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
