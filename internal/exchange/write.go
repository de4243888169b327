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

// Export is what WriteFolder writes. Catalog and units are sorted, and people
// come by code with their states by point, as every store gives them.
type Export struct {
	Catalog  competency.Catalog
	OrgUnits []competency.OrgUnit
	People   iter.Seq2[Person, error] // read once, never held whole; may be nil
}

// Person is an employee with what they master.
type Person struct {
	Employee competency.Employee
	States   []competency.Assessment
}

// manifest is the hidden file that marks a folder as our export. It lists the
// files with their SHA-256 as sha256sum does, so that a later export replaces
// what an earlier one wrote and nothing that anybody has edited since.
const manifest = ".zhitu-export"

// WriteFolder writes all ten files into a folder: one that is not there yet, an
// empty one, or one that holds an earlier export and no edits. The same content
// gives the same bytes. The files take their names only once all are complete.
func WriteFolder(dir string, x Export) (err error) {
	_, absent := os.Stat(dir)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fault.Because(err, fault.InvalidArgument, "%s cannot be made a folder: choose another", "无法创建文件夹 %s：请另选一个", dir)
	}
	if err := vacant(dir); err != nil {
		return err
	}
	// Inside the target, for that is surely on the same file system.
	work, err := os.MkdirTemp(dir, manifest+"-*")
	if err != nil {
		return fault.Because(err, fault.InvalidArgument, "%s cannot be written to: check its permissions", "无法写入 %s：请检查权限", dir)
	}
	defer func() {
		err = errors.Join(err, os.RemoveAll(work))
		if err != nil && absent != nil {
			_ = os.Remove(dir) // leave nothing behind, unless something is in it
		}
	}()
	f := &folder{dir: work}
	err = errors.Join(
		save(f, competencies, x.Catalog.Competencies),
		save(f, knowledgePoints, x.Catalog.KnowledgePoints),
		save(f, prerequisites, x.Catalog.Prerequisites),
		save(f, relatedPairs, x.Catalog.Related),
		save(f, positions, x.Catalog.Positions),
		save(f, requirements, x.Catalog.Requirements),
		save(f, resources, x.Catalog.Resources),
		save(f, orgUnits, x.OrgUnits),
		savePeople(f, x.People),
	)
	if err == nil {
		err = os.WriteFile(filepath.Join(work, manifest), f.sums.Bytes(), 0o666)
	}
	if err != nil {
		return fmt.Errorf("export to %s: %w", dir, err)
	}
	for _, name := range append(f.files, manifest) {
		if err := os.Rename(filepath.Join(work, name), filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("export to %s: %w", dir, err)
		}
	}
	return nil
}

// vacant refuses a folder in which writing might destroy somebody's work.
func vacant(dir string) error {
	taken := func(what string) error {
		return fault.New(fault.InvalidArgument, "%s already has %s: choose an empty folder", "%s 中已有 %s：请选择空文件夹", dir, what)
	}
	sums, err := os.ReadFile(filepath.Join(dir, manifest))
	if errors.Is(err, fs.ErrNotExist) {
		entries, err := os.ReadDir(dir)
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), ".") { // none of our files is hidden
				return taken(e.Name())
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
		if !bytes.Contains(sums, sumLine(sum, name)) {
			return fault.New(fault.InvalidArgument, "%s in %s was edited after it was exported: choose an empty folder", "%s（位于 %s）导出后被修改过：请选择空文件夹", name, dir)
		}
	}
	return nil
}

func sumLine(sum hash.Hash, name string) []byte {
	return fmt.Appendf(nil, "%s  %s\n", hex.EncodeToString(sum.Sum(nil)), name)
}

// folder is an export in the making.
type folder struct {
	dir   string
	files []string
	sums  bytes.Buffer
}

// sheet is one file of it.
type sheet[R any] struct {
	table  table[R]
	folder *folder
	file   *os.File
	sum    hash.Hash
	out    *csv.Writer
	cells  []string
}

func create[R any](f *folder, t table[R]) (*sheet[R], error) {
	file, err := os.Create(filepath.Join(f.dir, t.en+".csv"))
	if err != nil {
		return nil, err
	}
	s := &sheet[R]{table: t, folder: f, file: file, sum: sha256.New(), cells: make([]string, len(t.columns))}
	both := io.MultiWriter(file, s.sum)
	s.out = csv.NewWriter(both)
	_, err = io.WriteString(both, utf8BOM)
	for i, c := range t.columns {
		s.cells[i] = c.en
	}
	return s, errors.Join(err, s.out.Write(s.cells))
}

func (s *sheet[R]) add(r *R) error {
	for i, c := range s.table.columns {
		s.cells[i] = c.show(r)
	}
	return s.out.Write(s.cells)
}

func (s *sheet[R]) close() error {
	s.out.Flush()
	name := s.table.en + ".csv"
	s.folder.files = append(s.folder.files, name)
	s.folder.sums.Write(sumLine(s.sum, name))
	return errors.Join(s.out.Error(), s.file.Sync(), s.file.Close())
}

func save[R any](f *folder, t table[R], all []R) error {
	s, err := create(f, t)
	if err != nil {
		return err
	}
	for i := range all {
		if err = s.add(&all[i]); err != nil {
			break
		}
	}
	return errors.Join(err, s.close())
}

// savePeople writes employees and their states side by side as they come.
func savePeople(f *folder, people iter.Seq2[Person, error]) (err error) {
	who, err := create(f, employees)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, who.close()) }()
	what, err := create(f, masteryStates)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, what.close()) }()
	if people == nil {
		return nil
	}
	for p, err := range people {
		if err != nil {
			return err
		}
		if err := who.add(&p.Employee); err != nil {
			return err
		}
		for i := range p.States {
			if err := what.add(&p.States[i]); err != nil {
				return err
			}
		}
	}
	return nil
}
