package exchange

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/exchange/marking"
	"github.com/zhitu/zhitu/internal/exchange/workbook"
	"github.com/zhitu/zhitu/internal/fault"
)

// isWorkbook reports whether a file is for the reader of workbooks: by its content, or
// because a file of this ending is one or is refused by what it is.
func (r *reader) isWorkbook(path string, name fileName) (bool, error) {
	if name.isSheet && !name.isText {
		return true, nil
	}
	info, err := fs.Stat(r.fsys, path)
	if err != nil || !info.Mode().IsRegular() {
		return false, err
	}
	file, err := r.fsys.Open(path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(file, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return false, err
	}
	return looksLikeWorkbook(head[:n]), nil
}

// looksLikeWorkbook reports whether a file begins like a package, a compound file of Office
// or a web page, which no file of text does that somebody has written.
func looksLikeWorkbook(head []byte) bool {
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) || bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		return true
	}
	text := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(string(head), utf8BOM)))
	return slices.ContainsFunc([]string{"<html", "<!doctype html", "<table", "<?xml"}, func(tag string) bool { return strings.HasPrefix(text, tag) })
}

// readWorkbook reads a file by its sheets; problems call it displayName.
func (r *reader) readWorkbook(path, displayName string) error {
	info, err := fs.Stat(r.fsys, path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fs.ErrInvalid
	}
	file, err := r.fsys.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	in, size := io.ReaderAt(nil), info.Size()
	if at, ok := file.(io.ReaderAt); ok {
		in = at
	} else { // such as a compressed file system
		data, err := io.ReadAll(io.LimitReader(file, maxFileBytes))
		if err != nil {
			return err
		}
		in, size = bytes.NewReader(data), int64(len(data))
	}
	return r.readBook(in, size, displayName)
}

func (r *reader) readBook(in io.ReaderAt, size int64, displayName string) error {
	book, err := workbook.Open(in, size)
	if err != nil {
		// Any record may be in it.
		return r.refuseBook(err, Location{File: displayName}, schemas)
	}
	if book.Macros {
		r.notice(displayName, fault.T("the workbook has macros, which were not run", "工作簿含有宏，未运行"))
	}
	kinds, known := sheetKinds(), 0
	for i, info := range book.Sheets() {
		kind, isKnown := sheetNamed(kinds, info.Name)
		if isKnown && kind.read == nil {
			continue
		}
		read, err := book.ReadSheet(r.ctx, i)
		if err != nil {
			if err := r.refuseBook(err, Location{File: displayName, Sheet: info.Name}, kind.tables()); err != nil {
				return err
			}
			known++
			continue
		}
		if r.addSheet(kinds, sheet{Sheet: read, file: displayName, dates: book.Dates, asExported: r.asExported}) {
			known++
		}
	}
	if known == 0 {
		r.addProblem(displayName, 0, fault.T("no sheet of the workbook has the name of a table: name sheets such as %s %s", "工作簿中没有以数据表命名的工作表：请将工作表命名为如 %[2]s（%[1]s）", knowledgePoints.en, knowledgePoints.zh))
	}
	return nil
}

// addSheet adds what a sheet holds, and reports whether it is of a known kind or probably
// meant to be.
func (r *reader) addSheet(kinds []sheetKind, s sheet) (known bool) {
	kind, known := sheetNamed(kinds, s.Name)
	switch {
	case s.isEmpty():
		return known
	case marking.IsProblemSheet(s.Name, s.first()):
		return false
	case !known:
		return r.addUnknownSheet(kinds, s)
	case s.Hidden:
		r.notices = append(r.notices, LocatedProblem{Location: s.location(), Text: fault.T("the sheet is hidden, and was read", "该工作表已隐藏，仍已读取")})
	}
	kind.read(r, s)
	return true
}

// refuseBook reports why a workbook or a sheet cannot be read, and that records of some
// tables are missing. It returns err where that is the fault of the machine.
func (r *reader) refuseBook(err error, at Location, tables []schema) error {
	var refusal *fault.Error
	if !errors.As(err, &refusal) {
		return err
	}
	r.problems = append(r.problems, LocatedProblem{Location: at, Code: fault.InvalidArgument, Text: refusal.Text})
	for _, s := range tables {
		en, _ := s.names()
		r.tables = append(r.tables, Table{Name: en, File: at.File, Sheet: at.Sheet, Incomplete: true})
	}
	return nil
}

// tables are those whose records a sheet of this kind holds.
func (k sheetKind) tables() []schema {
	if s, ok := schemaOf(k.en); ok {
		return []schema{s}
	}
	if k.read == nil {
		return nil
	}
	return schemas
}

// addUnknownSheet tells that a sheet was passed over, or that its name is probably that of a
// kind which is misspelled.
func (r *reader) addUnknownSheet(kinds []sheetKind, s sheet) (misspelled bool) {
	near, name := s.nearest(kinds)
	if name == "" {
		r.notices = append(r.notices, LocatedProblem{Location: s.location(), Text: fault.T("the name of the sheet is none of a table, and it was not read", "该工作表的名称不是数据表的名称，未读取")})
		return false
	}
	r.problems = append(r.problems, LocatedProblem{
		Location: s.location(), Code: fault.InvalidArgument,
		Text: fault.T("this is not the name of a table%s Rename the sheet", "这不是数据表的名称%s请重命名该工作表", didYouMean(name)),
	})
	for _, t := range near.tables() {
		en, _ := t.names()
		r.tables = append(r.tables, Table{Name: en, File: s.file, Sheet: s.Name, Incomplete: true})
	}
	return true
}

// nearest finds the kind whose name is one edit away from that of a sheet. Where that is
// half of the name, as in 数据 beside 证据, the sheet has to look like the table too.
func (s sheet) nearest(kinds []sheetKind) (sheetKind, string) {
	name := competency.Fold(plainSheetName(s.Name))
	for _, k := range kinds {
		for _, n := range []string{k.en, k.zh} {
			if k.read == nil || !isOneEdit([]rune(name), []rune(competency.Fold(n))) {
				continue
			}
			if len([]rune(name)) > 2 || s.hasHeaderOf(k) {
				return k, n
			}
		}
	}
	return sheetKind{}, ""
}

// isOneEdit reports whether one character was added, left out or replaced.
func isOneEdit(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	start := 0
	for start < len(a) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	return len(b)-start-end == 1
}

func (s sheet) hasHeaderOf(k sheetKind) bool {
	table, ok := schemaOf(k.en)
	if !ok {
		return false
	}
	names := newHeadingIndex(table.headings())
	header, _ := s.newHeaderSearch(names).find()
	return names.namesRequired(header.row())
}

// isEmpty reports whether a sheet has formats alone.
func (s sheet) isEmpty() bool {
	return !slices.ContainsFunc(s.Rows, func(r workbook.Row) bool {
		return slices.ContainsFunc(r.Cells, func(c workbook.Cell) bool { return hasContent(c) })
	})
}

// first is the text of cell A1.
func (s sheet) first() string {
	if len(s.Rows) == 0 || s.Rows[0].Number != 1 || len(s.Rows[0].Cells) == 0 || s.Rows[0].Cells[0].Column != 0 {
		return ""
	}
	return s.Rows[0].Cells[0].Text
}

// hasContent reports whether a cell holds anything but white space.
func hasContent(c workbook.Cell) bool {
	return competency.Trim(c.Text) != "" || c.Kind == workbook.NoResult
}

// location is the sheet as a whole.
func (s sheet) location() Location { return Location{File: s.file, Sheet: s.Name} }
