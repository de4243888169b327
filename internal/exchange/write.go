package exchange

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// Export is what WriteFolder writes. Catalog and OrgUnits are sorted, and People are
// ordered by code with their states ordered by point, as every store returns them.
type Export struct {
	Catalog  competency.Catalog
	OrgUnits []competency.OrgUnit
	People   iter.Seq2[Person, error] // read once as a stream; may be nil
}

// Person is an employee with their mastery states.
type Person struct {
	Employee competency.Employee
	States   []competency.Assessment
}

// manifest is the hidden file that marks a folder as an export. It lists the files
// with their SHA-256, in the format of sha256sum. So a later export replaces what
// an earlier one wrote, but no file that was edited since.
const manifest = ".zhitu-export"

// WriteFolder writes all eleven files into a folder that does not exist, is empty, or
// holds an earlier export without edits. The same content gives the same bytes.
// It writes to a staging folder first, and renames the files once all are complete.
func WriteFolder(dir string, export Export) (err error) {
	_, statErr := os.Stat(dir)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fault.Wrap(err, fault.InvalidArgument, "%s cannot be made a folder: choose another", "无法创建文件夹 %s：请另选一个", dir)
	}
	if err := checkTarget(dir); err != nil {
		return err
	}
	// Inside the target, and so on the same file system, which renaming needs.
	staging, err := os.MkdirTemp(dir, manifest+"-*")
	if err != nil {
		return fault.Wrap(err, fault.InvalidArgument, "%s cannot be written to: check its permissions", "无法写入 %s：请检查权限", dir)
	}
	defer func() {
		err = errors.Join(err, os.RemoveAll(staging))
		if err != nil && statErr != nil {
			_ = os.Remove(dir) // leave nothing behind; fails, as it should, if something is in it
		}
	}()
	f := &exportFolder{dir: staging}
	err = errors.Join(
		writeTable(f, competencies, export.Catalog.Competencies),
		writeTable(f, knowledgePoints, export.Catalog.KnowledgePoints),
		writeTable(f, prerequisites, nameEdges(export.Catalog.Prerequisites)),
		writeTable(f, relatedPairs, export.Catalog.Related),
		writeTable(f, positions, export.Catalog.Positions),
		writeTable(f, requirements, export.Catalog.Requirements),
		writeTable(f, resources, export.Catalog.Resources),
		writeTable(f, levels, export.Catalog.Scale),
		writeTable(f, orgUnits, export.OrgUnits),
		writePeople(f, export.People),
	)
	if err == nil {
		err = os.WriteFile(filepath.Join(staging, manifest), f.checksums.Bytes(), 0o666)
	}
	if err != nil {
		return fmt.Errorf("export to %s: %w", dir, err)
	}
	for _, name := range append(f.files, manifest) {
		if err := os.Rename(filepath.Join(staging, name), filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("export to %s: %w", dir, err)
		}
	}
	return nil
}

// checkTarget refuses a folder in which writing might overwrite somebody's work.
func checkTarget(dir string) error {
	occupied := func(what string) error {
		return fault.New(fault.InvalidArgument, "%s already has %s: choose an empty folder", "%s 中已有 %s：请选择空文件夹", dir, what)
	}
	sums, err := os.ReadFile(filepath.Join(dir, manifest))
	if errors.Is(err, fs.ErrNotExist) {
		entries, err := os.ReadDir(dir)
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), ".") { // an export has no hidden files but the manifest
				return occupied(e.Name())
			}
		}
		return err
	}
	if err != nil {
		return err
	}
	for _, s := range schemas {
		name, _ := s.names()
		name += ".csv"
		file, err := os.Open(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		sum := sha256.New()
		_, err = io.Copy(sum, file)
		if err = errors.Join(err, file.Close()); err != nil {
			return err
		}
		if !bytes.Contains(sums, checksumLine(sum, name)) {
			return fault.New(fault.InvalidArgument, "%s in %s was edited after it was exported: choose an empty folder", "%s（位于 %s）导出后被修改过：请选择空文件夹", name, dir)
		}
	}
	return nil
}

func checksumLine(sum hash.Hash, name string) []byte {
	return fmt.Appendf(nil, "%s  %s\n", hex.EncodeToString(sum.Sum(nil)), name)
}

// exportFolder is the staging folder of an export.
type exportFolder struct {
	dir       string
	files     []string
	checksums bytes.Buffer
}

// fileWriter writes one file of an export.
type fileWriter[R any] struct {
	table    table[R]
	folder   *exportFolder
	file     *os.File
	checksum hash.Hash
	out      *csv.Writer
	cells    []string
}

func newFileWriter[R any](f *exportFolder, t table[R]) (*fileWriter[R], error) {
	file, err := os.Create(filepath.Join(f.dir, t.en+".csv"))
	if err != nil {
		return nil, err
	}
	s := &fileWriter[R]{table: t, folder: f, file: file, checksum: sha256.New(), cells: make([]string, len(t.columns))}
	both := io.MultiWriter(file, s.checksum)
	s.out = csv.NewWriter(both)
	_, err = io.WriteString(both, utf8BOM)
	for i, c := range t.columns {
		s.cells[i] = c.en
	}
	return s, errors.Join(err, s.out.Write(s.cells))
}

func (s *fileWriter[R]) writeRecord(r *R) error {
	for i, c := range s.table.columns {
		s.cells[i] = c.format(r)
	}
	return s.out.Write(s.cells)
}

func (s *fileWriter[R]) close() error {
	s.out.Flush()
	name := s.table.en + ".csv"
	s.folder.files = append(s.folder.files, name)
	s.folder.checksums.Write(checksumLine(s.checksum, name))
	return errors.Join(s.out.Error(), s.file.Sync(), s.file.Close())
}

func writeTable[R any](f *exportFolder, t table[R], all []R) error {
	s, err := newFileWriter(f, t)
	if err != nil {
		return err
	}
	for i := range all {
		if err = s.writeRecord(&all[i]); err != nil {
			break
		}
	}
	return errors.Join(err, s.close())
}

// writePeople writes the files of employees and of their states in one pass.
func writePeople(f *exportFolder, people iter.Seq2[Person, error]) (err error) {
	employeesFile, err := newFileWriter(f, employees)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, employeesFile.close()) }()
	masteryFile, err := newFileWriter(f, masteryStates)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, masteryFile.close()) }()
	if people == nil {
		return nil
	}
	for p, err := range people {
		if err != nil {
			return err
		}
		if err := employeesFile.writeRecord(&p.Employee); err != nil {
			return err
		}
		for i := range p.States {
			if err := masteryFile.writeRecord(&p.States[i]); err != nil {
				return err
			}
		}
	}
	return nil
}
