package exchange

import (
	"io/fs"
	"strings"

	"golang.org/x/text/encoding"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// readText fills header and rows from a file of text: CSV with commas, semicolons or
// tabs. What makes it unreliable is a problem, and Incomplete.
func (t *Table) readText(fsys fs.FS, path string, headings []heading, named encoding.Encoding) error {
	info, err := fs.Stat(fsys, path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fs.ErrInvalid // reading a pipe or a device might never end
	}
	if info.Size() > maxFileBytes {
		t.refuse(0, fault.T("the file is larger than %d MB: divide it into several folders", "文件超过 %d MB：请分成多个文件夹", maxFileBytes>>20))
		return nil
	}
	data, err := fs.ReadFile(fsys, path)
	if err != nil {
		return err
	}
	t.parseText(string(data), newHeadingIndex(headings), named)
	return nil
}

// refuse reports what makes the rest of a file unreliable.
func (t *Table) refuse(row int, text fault.Text) {
	t.Incomplete = true
	t.Problems = append(t.Problems, LocatedProblem{Location: Location{File: t.File, Sheet: t.Sheet, Row: row}, Code: fault.InvalidArgument, Text: text})
}

func (t *Table) notice(row int, text fault.Text) {
	t.Notices = append(t.Notices, LocatedProblem{Location: Location{File: t.File, Sheet: t.Sheet, Row: row}, Text: text})
}

// parseText fills header and rows from the bytes of a file. It stops at the first
// problem that makes the rest of the file unreliable.
func (t *Table) parseText(data string, names headingIndex, named encoding.Encoding) {
	data, declared := decodeBOM(data)
	if !declared && named != nil {
		text, row, wrong := decodeAs(data, named)
		if wrong != noProblem {
			t.refuse(row, wrong)
			return
		}
		data, declared = strings.TrimPrefix(text, utf8BOM), true
	}
	if strings.HasPrefix(data, "PK\x03\x04") || strings.IndexByte(data, 0) >= 0 {
		t.refuse(0, fault.T("this is not a text file: save it as CSV UTF-8", "这不是文本文件：请另存为 CSV UTF-8"))
		return
	}
	data, separator, problem := cutSeparatorLine(data)
	if problem != noProblem {
		t.refuse(1, problem)
		return
	}
	if separator == 0 {
		separator = findSeparator(data, names)
	}
	t.separator = separator
	rows, unpairedRow := splitRows(data, separator, 0)
	assumed, row, problem := cellsToUTF8(rows, declared)
	if problem != noProblem {
		t.refuse(row, problem)
		return
	}
	for len(rows) > 0 && rows[0].isBlank() {
		rows = rows[1:]
	}
	switch {
	case len(rows) == 0:
	case matrixNamed(t.Name) != nil:
		if assumed.firstRow > 0 && !assumed.isPlausible && !hasChineseHeading(rows) {
			t.refuse(assumed.firstRow, assumed.refusal())
			return
		}
		t.Rows = rows
	default:
		t.takeHeader(rows, names)
		if assumed.firstRow > 0 && !assumed.isPlausible && !names.hasChineseName(t.Header) {
			t.Header, t.Rows = Row{}, nil
			t.refuse(assumed.firstRow, assumed.refusal())
			return
		}
		if first := t.Header.Cells[0]; len(t.Header.Cells) == 1 && strings.ContainsAny(first, "；，|") {
			t.Header, t.Rows = Row{}, nil
			t.refuse(rows[0].Number, fault.T("the columns are not separated by commas, semicolons or tabs: save the file as CSV", "各列未以英文逗号、分号或制表符分隔：请另存为 CSV"))
			return
		}
	}
	if assumed.firstRow > 0 {
		t.notice(assumed.firstRow, assumed.notice())
	}
	switch {
	case unpairedRow > 0:
		t.refuse(unpairedRow, fault.T(`a quotation mark has no partner: write a cell with quotation marks as "say ""hi""", doubled inside and around; the rest of the file was not read`,
			`引号不成对：含引号的单元格请写成 "say ""hi"""，内部双写、外部加引号；其后的内容未读取`))
	case len(rows) == 0:
		t.refuse(0, fault.T("the file is empty: give at least the header row", "文件为空：至少需要表头行"))
	}
}

// takeHeader divides rows, of which the first is not blank, into what stands above the
// header, the header, the records, and notes below them.
func (t *Table) takeHeader(rows []Row, names headingIndex) {
	at := names.findHeader(rows)
	if at > 0 {
		t.notice(rows[0].Number, fault.T("the header is row %d: what stands above it was passed over, such as %s", "表头是第 %d 行：其上内容已略过，如 %s",
			rows[at].Number, competency.Quote(rows[0].Cells[rows[0].firstContent()])))
	}
	t.Header, t.Rows = rows[at], rows[at+1:]
	if names.count(t.Header) == 0 {
		return // of a file that is something else every row would be a note
	}
	t.passOverNotes()
	t.passOverHeaders(names)
}

// passOverHeaders drops rows that repeat the header, as where files were glued together.
func (t *Table) passOverHeaders(names headingIndex) {
	kept := t.Rows[:0]
	for _, r := range t.Rows {
		first := r.firstContent()
		switch {
		case first < 0:
		case isHintRow(r):
			t.notice(r.Number, fault.T("the row says which cells are wanted, and was passed over", "该行说明哪些单元格必填，已略过"))
			continue
		case names.repeats(r, t.Header, first), isSeparatorRow(r, first):
			t.notice(r.Number, fault.T("the row repeats the header and was passed over", "该行重复了表头，已略过"))
			continue
		case names.find(r.Cells[first]) >= 0 && names.namesRequired(r):
			t.refuse(r.Number, fault.T("here stands another header, with its columns in another order: move it and the rows below into a file or sheet of their own",
				"此处出现另一个列序不同的表头：请将其及以下各行移到单独的文件或工作表中"))
			t.Rows = kept
			return
		}
		kept = append(kept, r)
	}
	t.Rows = kept
}

// hintWords are what stands below a header for those who fill in the table.
var hintWords = wordSet("必填 必填项 选填 选填项 可空 可选 非必填 必须\nrequired|mandatory|optional")

// isHintRow reports whether a row says of its cells alone whether they are wanted.
func isHintRow(r Row) bool {
	found := 0
	for _, cell := range r.Cells {
		if len(cell) > maxNoteWord {
			return false
		}
		if cell = strings.ToLower(strings.TrimFunc(competency.Trim(cell), func(c rune) bool {
			return isDecoration(c) || strings.ContainsRune(openBrackets+closeBrackets, c)
		})); cell == "" {
			continue
		}
		if !hintWords[cell] {
			return false
		}
		found++
	}
	return found >= 2
}

// repeats reports whether a row says again what the header says.
func (x headingIndex) repeats(r, header Row, first int) bool {
	if first >= len(header.Cells) || x.find(r.Cells[first]) < 0 || x.find(r.Cells[first]) != x.find(header.Cells[first]) {
		return false
	}
	named := 0
	for i, cell := range r.Cells {
		if i >= len(header.Cells) {
			if competency.Trim(cell) != "" {
				return false
			}
			continue
		}
		column := x.find(cell)
		if column != x.find(header.Cells[i]) || column < 0 && competency.Trim(cell) != competency.Trim(header.Cells[i]) {
			return false
		}
		if column >= 0 {
			named++
		}
	}
	return named >= 2
}

// isSeparatorRow reports whether a row is a line such as sep=; of a file that was glued on.
func isSeparatorRow(r Row, first int) bool {
	cell := competency.Trim(r.Cells[first])
	return len(cell) >= 4 && len(cell) <= 5 && strings.EqualFold(cell[:4], "sep=") && Row{Cells: r.Cells[first+1:]}.isBlank()
}

// hasChineseName reports whether a header has the Chinese name of a column.
func (x headingIndex) hasChineseName(header Row) bool {
	for _, cell := range header.Cells[:min(len(header.Cells), maxHeaderCells)] {
		if !isASCII(cell) && x.find(cell) >= 0 {
			return true
		}
	}
	return false
}
