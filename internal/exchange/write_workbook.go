package exchange

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/xuri/excelize/v2"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
)

// WriteWorkbook writes everything into one workbook: a sheet for each table, named in the
// language given, with a header in both, and a sheet for each file of JSON lines that
// WriteFolder would write. Import reads it back as the same records, to the last bit of
// every number. Sheets that would be too large are continued: 证据, 证据 2.
//
// The file must not exist, unless it is an earlier export or template that nobody has
// saved since. It is there once it is complete. Rows are not held in memory. The same
// content gives the same bytes.
func WriteWorkbook(path string, lang fault.Lang, export Export) error {
	return replaceWorkbook(path, func(to io.Writer, scratch string) error {
		b, err := newWorkbookFile(lang, scratch)
		if err != nil {
			return err
		}
		b.maxRows, b.maxBytes = cmp.Or(export.maxRows, b.maxRows), cmp.Or(export.maxBytes, b.maxBytes)
		b.lists.addCatalog(export.Catalog)
		for _, u := range export.OrgUnits {
			b.lists.add(competency.OrgUnits, u.Code, u.Name)
		}
		export.People = b.listPeople(export.People)
		return b.pack(to, exportedWorkbook, errors.Join(b.writeGuide(exportIntroduction, schemas), export.writeTo(b)))
	})
}

// listPeople adds people to those that one can choose from, as they pass.
func (b *workbookFile) listPeople(all iter.Seq2[Person, error]) iter.Seq2[Person, error] {
	if all == nil {
		return nil
	}
	return func(yield func(Person, error) bool) {
		n := 0
		for p, err := range all {
			if n++; n <= maxChoices+1 && err == nil {
				b.lists.add(competency.Employees, p.Employee.Code, p.Employee.Name)
			}
			if !yield(p, err) {
				return
			}
		}
	}
}

// pack writes the workbook as a package, once all its sheets are written. It takes the
// error of writing them, and ends the workbook either way.
func (b *workbookFile) pack(to io.Writer, kind string, written error) (err error) {
	defer func() { err = errors.Join(err, b.file.Close()) }()
	if written != nil {
		return written
	}
	if err := b.writeLists(); err != nil {
		return err
	}
	if err := b.file.SetCustomProps(excelize.CustomProperty{Name: markProperty, Value: kind + " " + noSum}); err != nil {
		return err
	}
	unsorted, err := os.CreateTemp(b.scratch, "package-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unsorted.Close(), os.Remove(unsorted.Name())) }()
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return newPackageWriter(unsorted) })
	if _, err := b.file.WriteTo(io.Discard); err != nil {
		return err
	}
	size, err := unsorted.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	return sortPackage(unsorted, size, to)
}

// replaceWorkbook writes a file in a scratch folder beside its place, and puts it there
// once it is complete.
func replaceWorkbook(path string, write func(to io.Writer, scratch string) error) (err error) {
	if err := checkWorkbookTarget(path); err != nil {
		return err
	}
	scratch, err := os.MkdirTemp(filepath.Dir(path), ".zhitu-*")
	if err != nil {
		return fault.Wrap(err, fault.InvalidArgument, "%s cannot be written: check the folder and its permissions", "无法写入 %s：请检查文件夹和权限", path)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	staging, err := os.Create(filepath.Join(scratch, filepath.Base(path)))
	if err != nil {
		return err
	}
	if err := errors.Join(write(staging, scratch), staging.Sync(), staging.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(staging.Name(), path)
}

// checkWorkbookTarget refuses a file that may be somebody's work.
func checkWorkbookTarget(path string) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fault.Wrap(err, fault.InvalidArgument, "%s cannot be read: check its permissions", "无法读取 %s：请检查权限", path)
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() && workbookKind(file, info.Size()) != "" {
		return nil
	}
	return fault.New(fault.InvalidArgument, "%s is there already, and is not as zhitu wrote it: choose another name", "%s 已存在，且不是（或不再是）本程序写出的原文件：请另选文件名", path)
}
