package exchange

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Table is the records of one type as rows of text, whatever file they came
// from.
type Table struct {
	Name   string // the type of record, such as competency.Prerequisites
	File   string // as its user knows it
	Header Row    // without cells where the file could not be read at all
	Rows   []Row
	// Partial: some of its records could not be read, so that references to
	// them are not to be called unknown.
	Partial bool
}

// maxFile bounds what is taken into memory at once; no catalog comes near it.
const maxFile = 512 << 20

// Read reads folders of CSV files, and single CSV files, as one catalog. What
// is wrong with their content stands in the Document; an error is returned
// only where a path cannot be read at all.
func Read(paths ...string) (*Document, error) { return ReadFS(disk{}, paths...) }

// disk opens what the operating system does, by its paths.
type disk struct{}

func (disk) Open(name string) (fs.File, error) { return os.Open(name) }

// ReadFS is Read in another file system, such as files embedded in a program.
func ReadFS(fsys fs.FS, paths ...string) (*Document, error) {
	r := reader{fsys: fsys}
	for _, path := range paths {
		files, folder := []string{path}, false
		info, err := fs.Stat(fsys, path)
		if err == nil && info.IsDir() {
			folder = true
			files, err = r.dataFiles(path)
		}
		if err != nil {
			return nil, unreadable(path, err)
		}
		before := len(r.tables) + len(r.problems)
		for _, file := range files {
			shown := filepath.Base(file)
			if len(paths) > 1 {
				shown = file // two folders have files of the same names
			}
			if err := r.file(file, shown); err != nil {
				return nil, unreadable(file, err)
			}
		}
		if folder && len(r.tables)+len(r.problems) == before {
			r.problem(path, 0, fault.T("the folder has no catalog files: give files such as %s.csv", "文件夹中没有目录文件：请提供如 %s.csv 的文件", knowledgePoints.en))
		}
	}
	return Decode(r.tables, r.problems), nil
}

func unreadable(path string, err error) error {
	return fault.Because(err, fault.InvalidArgument, "%s cannot be read: check the path and its permissions", "无法读取 %s：请检查路径和权限", path)
}

// dataFiles lists the files of a folder that look like data. A README, notes,
// hidden files and what a spreadsheet keeps open (~$) are nobody's tables.
func (r *reader) dataFiles(folder string) ([]string, error) {
	entries, err := fs.ReadDir(r.fsys, folder)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		name := e.Name()
		if isData(name) && !e.IsDir() && !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "~$") {
			files = append(files, filepath.Join(folder, name))
		}
	}
	return files, nil
}

func isData(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".csv" || ext == ".tsv" || ext == ".ods" || strings.HasPrefix(ext, ".xls")
}

type reader struct {
	fsys     fs.FS
	tables   []Table
	problems []Located
}

func (r *reader) problem(file string, row int, text fault.Text) {
	r.problems = append(r.problems, Located{Spot: Spot{File: file, Row: row}, Code: fault.InvalidArgument, Text: text})
}

// file reads one file, known to its user as shown.
func (r *reader) file(path, shown string) error {
	ext := filepath.Ext(path)
	name := competency.Trim(norm.NFC.String(strings.TrimSuffix(filepath.Base(path), ext)))
	s, known := schemaOf(name)
	if !known {
		r.unknown(name, shown)
		return nil
	}
	t := Table{File: shown, Partial: true}
	t.Name, _ = s.names()
	if !strings.EqualFold(ext, ".csv") {
		r.problem(shown, 0, fault.T("files of this kind are not read: save the sheet as CSV UTF-8", "不支持此类文件：请将工作表另存为 CSV UTF-8"))
		r.tables = append(r.tables, t)
		return nil
	}
	row, wrong, err := t.read(r.fsys, path)
	if err != nil {
		return err
	}
	if wrong != fine {
		r.problem(shown, row, wrong)
	}
	t.Partial = wrong != fine
	r.tables = append(r.tables, t)
	return nil
}

// unknown refuses a file of an unknown name. Where it is clear what was meant,
// its records are taken to exist.
func (r *reader) unknown(name, shown string) {
	near := nearest(name, tableNames())
	if s, ok := schemaOf(near); ok {
		r.problem(shown, 0, fault.T("this is not the name of a catalog file%s", "这不是目录文件的名称%s", didYouMean(near+".csv")))
		en, _ := s.names()
		r.tables = append(r.tables, Table{Name: en, File: shown, Partial: true})
		return
	}
	r.problem(shown, 0, fault.T("this is not the name of a catalog file: use one of %s", "这不是目录文件的名称：请使用以下之一：%s", strings.Join(tableNames(), ", ")))
}

// read fills header and rows from a CSV file.
func (t *Table) read(fsys fs.FS, path string) (row int, wrong fault.Text, err error) {
	info, err := fs.Stat(fsys, path)
	if err != nil {
		return 0, fine, err
	}
	if !info.Mode().IsRegular() {
		return 0, fine, fs.ErrInvalid // a pipe or a device might never end
	}
	if info.Size() > maxFile {
		return 0, fault.T("the file is larger than %d MB: divide it into several folders", "文件超过 %d MB：请分成多个文件夹", maxFile>>20), nil
	}
	data, err := fs.ReadFile(fsys, path)
	if err != nil {
		return 0, fine, err
	}
	row, wrong = t.parse(string(data))
	return row, wrong, nil
}

// parse fills header and rows from the bytes of a CSV file. It stops at the
// first thing that leaves the rest of the file in doubt.
func (t *Table) parse(data string) (row int, wrong fault.Text) {
	data, declared := unwrap(data)
	if strings.HasPrefix(data, "PK\x03\x04") || strings.IndexByte(data, 0) >= 0 {
		return 0, fault.T("this is not a text file: save it as CSV UTF-8", "这不是文本文件：请另存为 CSV UTF-8")
	}
	rows, unpaired := split(data)
	if row, wrong = toUTF8(rows, declared); wrong != fine {
		return row, wrong
	}
	for len(rows) > 0 && rows[0].blank() {
		rows = rows[1:]
	}
	if len(rows) > 0 {
		t.Header, t.Rows = rows[0], rows[1:]
		if only := t.Header.Cells[0]; len(t.Header.Cells) == 1 && strings.ContainsAny(only, "\t;；，") {
			*t = Table{Name: t.Name, File: t.File}
			return rows[0].Number, fault.T("the columns are not separated by commas: save the file as CSV with commas", "各列未以英文逗号分隔：请另存为逗号分隔的 CSV")
		}
	}
	switch {
	case unpaired > 0:
		return unpaired, fault.T(`a quotation mark has no partner: write a cell with quotation marks as "say ""hi""", doubled inside and around; the rest of the file was not read`,
			`引号不成对：含引号的单元格请写成 "say ""hi"""，内部双写、外部加引号；其后的内容未读取`)
	case len(rows) == 0:
		return 0, fault.T("the file is empty: give at least the header row", "文件为空：至少需要表头行")
	}
	return 0, fine
}
