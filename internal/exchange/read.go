package exchange

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Table holds the records of one type as rows of text, whatever the file format.
type Table struct {
	Name   string // the type of record, such as competency.Prerequisites
	File   string // as problems name it
	Sheet  string // of a workbook, "" for a file of text
	Header Row    // without cells if the file could not be read at all
	Rows   []Row
	// Incomplete means that some records could not be read, so that references to
	// them must not be reported as unknown.
	Incomplete bool
	// Problems and Notices are what the reader of the file format has found.
	Problems, Notices []LocatedProblem

	// place says where a cell really stands, in a sheet and in a table that was made of a
	// matrix: the cell of a row, by its number, below the heading with this index. For -1
	// it is the place of the row as a whole. The header is the row Header.Number. nil is for
	// a text file, where every cell stands where it is.
	place func(row, heading int) cellPlace

	// refused are cells that the reader could not read, with what is wrong; nothing where
	// that is told at another place.
	refused map[cellKey]fault.Text

	grid       grid // of a matrix
	separator  byte // between the cells of a text file
	asExported bool // cells are as a store held them
}

// cellKey is a cell of a table, by the number of its row and its place in the header.
type cellKey struct{ row, heading int }

// maxFileBytes limits what is read into memory at once; catalogs are far smaller.
const maxFileBytes = 512 << 20

// Read is Options.Read with the zero value.
func Read(paths ...string) (*Document, error) { return Options{}.Read(paths...) }

// osFS is the file system of the operating system, with paths as it has them.
type osFS struct{}

func (osFS) Open(name string) (fs.File, error) { return os.Open(name) }

// ReadFS is Read for another file system, such as embedded files.
func ReadFS(fsys fs.FS, paths ...string) (*Document, error) { return Options{}.ReadFS(fsys, paths...) }

// ReadFS is Options.Read for another file system.
func (o Options) ReadFS(fsys fs.FS, paths ...string) (*Document, error) {
	return o.readContext(context.Background(), fsys, paths...)
}

// ReadContext is Options.Read until the context ends, whose error it returns then.
func (o Options) ReadContext(ctx context.Context, paths ...string) (*Document, error) {
	return o.readContext(ctx, osFS{}, paths...)
}

func (o Options) readContext(ctx context.Context, fsys fs.FS, paths ...string) (*Document, error) {
	r := reader{Options: o, ctx: ctx, fsys: fsys}
	asExported := len(paths) > 0
	for _, path := range paths {
		files, folder := []string{path}, false
		info, err := fs.Stat(fsys, path)
		if err == nil && info.IsDir() {
			folder = true
			files, err = r.listFiles(path)
		}
		if err != nil {
			return nil, readError(path, err)
		}
		r.asExported = folder && matchesManifest(fsys, path, files) || !folder && isExportedWorkbook(fsys, path)
		asExported = asExported && r.asExported
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
		r.noticeIgnored(path)
		if folder && len(r.tables)+len(r.problems) == before {
			r.addProblem(path, 0, fault.T("the folder has no catalog files: give files such as %s.csv", "文件夹中没有目录文件：请提供如 %s.csv 的文件", knowledgePoints.en))
		}
	}
	d := r.document()
	if d.failure != nil {
		return nil, d.failure
	}
	d.AsExported = asExported
	return d, nil
}

// document is what was read.
func (r *reader) document() *Document {
	d := Decode(r.Options, r.tables, r.problems)
	d.addLines(r)
	d.Notices = sortProblems(append(d.Notices, r.notices...))
	return d
}

func readError(path string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fault.Wrap(err, fault.InvalidArgument, "%s cannot be read: check the path and its permissions", "无法读取 %s：请检查路径和权限", path)
}

// listFiles lists what is in a folder, but for hidden files and the lock files of
// spreadsheets (~$).
func (r *reader) listFiles(folder string) ([]string, error) {
	entries, err := fs.ReadDir(r.fsys, folder)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		name := e.Name()
		switch {
		case strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$"):
		case e.IsDir() || r.isIgnored(name):
			r.ignored = append(r.ignored, name)
		default:
			files = append(files, filepath.Join(folder, name))
		}
	}
	return files, nil
}

// isIgnored reports whether a file of a folder has nothing to do with a catalog.
func (r *reader) isIgnored(name string) bool {
	f := parseFileName(name)
	return f.table == nil && !f.isSheet && !isLineFile(name)
}

type reader struct {
	Options
	ctx      context.Context // of this one reading
	fsys     fs.FS
	tables   []Table
	problems []LocatedProblem
	notices  []LocatedProblem
	ignored  []string // names of files that were passed over

	asExported bool // the folder that is being read is as an export has written it
	unmapped   []Unmapped
	states     []competency.Assessment
	events     []competency.Event
	dropped    []competency.DroppedEvidence
	// The lines that these come from.
	unmappedAt, statesAt, droppedAt []place
}

func (r *reader) addProblem(file string, row int, text fault.Text) {
	r.problems = append(r.problems, LocatedProblem{Location: Location{File: file, Row: row}, Code: fault.InvalidArgument, Text: text})
}

func (r *reader) notice(file string, text fault.Text) {
	r.notices = append(r.notices, LocatedProblem{Location: Location{File: file}, Text: text})
}

// noticeIgnored names what was passed over in a folder, in one line.
func (r *reader) noticeIgnored(folder string) {
	if len(r.ignored) > 0 {
		for i, name := range r.ignored {
			r.ignored[i] = competency.Truncate(name, competency.MaxQuoted)
		}
		r.notice(filepath.Base(folder), fault.T("not read, because no table is named so: %s", "未读取（不是任何数据表的名称）：%s", competency.ListReferences(r.ignored)))
	}
	r.ignored = nil
}

// readFile reads one file; problems call it displayName.
func (r *reader) readFile(path, displayName string) error {
	if isLineFile(filepath.Base(path)) {
		return r.readLines(path, displayName)
	}
	f := parseFileName(filepath.Base(path))
	if isBook, err := r.isWorkbook(path, f); err != nil {
		return err
	} else if isBook {
		return r.readWorkbook(path, displayName)
	}
	if f.table == nil {
		r.addUnknownFile(f, displayName)
		return nil
	}
	t := Table{File: displayName, asExported: r.asExported}
	t.Name, _ = f.table.names()
	switch {
	case !f.isText:
		t.refuse(0, f.refusal())
	default:
		if f.decorated && !r.asExported { // else it is a part of a large file
			en, zh := f.table.names()
			t.notice(0, fault.T("the file was taken for %s", "该文件按 %s 读取", fault.Text{EN: en + " " + zh, ZH: zh + " " + en}))
		}
		if err := t.readText(r.fsys, path, f.table.headings(), r.Encoding); err != nil {
			return err
		}
	}
	r.tables = append(r.tables, t)
	return nil
}

// addUnknownFile reports a file with an unknown name. If the intended name is
// clear, references to its records are not reported as unknown.
func (r *reader) addUnknownFile(f fileName, displayName string) {
	near := f.nearest()
	if s, ok := schemaOf(near); ok {
		r.addProblem(displayName, 0, fault.T("this is not the name of a catalog file%s", "这不是目录文件的名称%s", didYouMean(near+".csv")))
		en, _ := s.names()
		r.tables = append(r.tables, Table{Name: en, File: displayName, Incomplete: true})
		return
	}
	r.addProblem(displayName, 0, fault.T("this is not the name of a catalog file: use one of %s", "这不是目录文件的名称：请使用以下之一：%s", strings.Join(tableNames(), ", ")))
}
