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

// Table holds the records of one type as rows of text, whatever the file format.
type Table struct {
	Name   string // the type of record, such as competency.Prerequisites
	File   string // as problems name it
	Header Row    // without cells if the file could not be read at all
	Rows   []Row
	// Incomplete means that some records could not be read, so that references to
	// them must not be reported as unknown.
	Incomplete bool
}

// maxFileBytes limits what is read into memory at once; catalogs are far smaller.
const maxFileBytes = 512 << 20

// Read reads folders of CSV files, and single CSV files, as one catalog. Problems
// of their content are in the Document. An error is returned only if a path cannot
// be read at all.
func Read(paths ...string) (*Document, error) { return ReadFS(osFS{}, paths...) }

// osFS is the file system of the operating system, with paths as it has them.
type osFS struct{}

func (osFS) Open(name string) (fs.File, error) { return os.Open(name) }

// ReadFS is Read for another file system, such as embedded files.
func ReadFS(fsys fs.FS, paths ...string) (*Document, error) {
	r := reader{fsys: fsys}
	asExported := len(paths) > 0
	for _, path := range paths {
		files, folder := []string{path}, false
		info, err := fs.Stat(fsys, path)
		if err == nil && info.IsDir() {
			folder = true
			files, err = r.listDataFiles(path)
		}
		if err != nil {
			return nil, readError(path, err)
		}
		asExported = asExported && folder && matchesManifest(fsys, path, files)
		before := len(r.tables) + len(r.problems)
		for _, file := range files {
			displayName := filepath.Base(file)
			if len(paths) > 1 {
				displayName = file // two folders may have files of the same name
			}
			if err := r.readFile(file, displayName); err != nil {
				return nil, readError(file, err)
			}
		}
		if folder && len(r.tables)+len(r.problems) == before {
			r.addProblem(path, 0, fault.T("the folder has no catalog files: give files such as %s.csv", "文件夹中没有目录文件：请提供如 %s.csv 的文件", knowledgePoints.en))
		}
	}
	d := Decode(r.tables, r.problems)
	d.addLines(&r)
	d.AsExported = asExported
	return d, nil
}

func readError(path string, err error) error {
	return fault.Wrap(err, fault.InvalidArgument, "%s cannot be read: check the path and its permissions", "无法读取 %s：请检查路径和权限", path)
}

// listDataFiles lists the files of a folder that look like data. It skips other
// files such as a README, hidden files, and lock files of spreadsheets (~$).
func (r *reader) listDataFiles(folder string) ([]string, error) {
	entries, err := fs.ReadDir(r.fsys, folder)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		name := e.Name()
		if (isDataFile(name) || isLineFile(name)) && !e.IsDir() && !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "~$") {
			files = append(files, filepath.Join(folder, name))
		}
	}
	return files, nil
}

func isDataFile(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".csv" || ext == ".tsv" || ext == ".ods" || strings.HasPrefix(ext, ".xls")
}

type reader struct {
	fsys     fs.FS
	tables   []Table
	problems []LocatedProblem
	unmapped []Unmapped
	states   []competency.Assessment
	// The lines that these come from.
	unmappedAt, statesAt []place
}

func (r *reader) addProblem(file string, row int, text fault.Text) {
	r.problems = append(r.problems, LocatedProblem{Location: Location{File: file, Row: row}, Code: fault.InvalidArgument, Text: text})
}

// readFile reads one file; problems call it displayName.
func (r *reader) readFile(path, displayName string) error {
	if isLineFile(filepath.Base(path)) {
		return r.readLines(path, displayName)
	}
	ext := filepath.Ext(path)
	name := competency.Trim(norm.NFC.String(strings.TrimSuffix(filepath.Base(path), ext)))
	s, known := schemaOf(name)
	if !known {
		r.addUnknownFile(name, displayName)
		return nil
	}
	t := Table{File: displayName, Incomplete: true}
	t.Name, _ = s.names()
	if !strings.EqualFold(ext, ".csv") {
		r.addProblem(displayName, 0, fault.T("files of this kind are not read: save the sheet as CSV UTF-8", "不支持此类文件：请将工作表另存为 CSV UTF-8"))
		r.tables = append(r.tables, t)
		return nil
	}
	row, problem, err := t.readCSV(r.fsys, path)
	if err != nil {
		return err
	}
	if problem != noProblem {
		r.addProblem(displayName, row, problem)
	}
	t.Incomplete = problem != noProblem
	r.tables = append(r.tables, t)
	return nil
}

// addUnknownFile reports a file with an unknown name. If the intended name is
// clear, references to its records are not reported as unknown.
func (r *reader) addUnknownFile(name, displayName string) {
	near := nearestName(name, tableNames())
	if s, ok := schemaOf(near); ok {
		r.addProblem(displayName, 0, fault.T("this is not the name of a catalog file%s", "这不是目录文件的名称%s", didYouMean(near+".csv")))
		en, _ := s.names()
		r.tables = append(r.tables, Table{Name: en, File: displayName, Incomplete: true})
		return
	}
	r.addProblem(displayName, 0, fault.T("this is not the name of a catalog file: use one of %s", "这不是目录文件的名称：请使用以下之一：%s", strings.Join(tableNames(), ", ")))
}

// readCSV fills header and rows from a CSV file.
func (t *Table) readCSV(fsys fs.FS, path string) (row int, problem fault.Text, err error) {
	info, err := fs.Stat(fsys, path)
	if err != nil {
		return 0, noProblem, err
	}
	if !info.Mode().IsRegular() {
		return 0, noProblem, fs.ErrInvalid // reading a pipe or a device might never end
	}
	if info.Size() > maxFileBytes {
		return 0, fault.T("the file is larger than %d MB: divide it into several folders", "文件超过 %d MB：请分成多个文件夹", maxFileBytes>>20), nil
	}
	data, err := fs.ReadFile(fsys, path)
	if err != nil {
		return 0, noProblem, err
	}
	row, problem = t.parseCSV(string(data))
	return row, problem, nil
}

// parseCSV fills header and rows from the bytes of a CSV file. It stops at the first
// problem that makes the rest of the file unreliable.
func (t *Table) parseCSV(data string) (row int, problem fault.Text) {
	data, declared := decodeBOM(data)
	if strings.HasPrefix(data, "PK\x03\x04") || strings.IndexByte(data, 0) >= 0 {
		return 0, fault.T("this is not a text file: save it as CSV UTF-8", "这不是文本文件：请另存为 CSV UTF-8")
	}
	rows, unpairedRow := splitRows(data)
	if row, problem = cellsToUTF8(rows, declared); problem != noProblem {
		return row, problem
	}
	for len(rows) > 0 && rows[0].isBlank() {
		rows = rows[1:]
	}
	if len(rows) > 0 {
		t.Header, t.Rows = rows[0], rows[1:]
		if firstCell := t.Header.Cells[0]; len(t.Header.Cells) == 1 && strings.ContainsAny(firstCell, "\t;；，") {
			*t = Table{Name: t.Name, File: t.File}
			return rows[0].Number, fault.T("the columns are not separated by commas: save the file as CSV with commas", "各列未以英文逗号分隔：请另存为逗号分隔的 CSV")
		}
	}
	switch {
	case unpairedRow > 0:
		return unpairedRow, fault.T(`a quotation mark has no partner: write a cell with quotation marks as "say ""hi""", doubled inside and around; the rest of the file was not read`,
			`引号不成对：含引号的单元格请写成 "say ""hi"""，内部双写、外部加引号；其后的内容未读取`)
	case len(rows) == 0:
		return 0, fault.T("the file is empty: give at least the header row", "文件为空：至少需要表头行")
	}
	return 0, noProblem
}
