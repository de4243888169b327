package exchange

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zhitu/zhitu/internal/fault"
)

// WriteFolder writes everything into a folder that does not exist, is empty, or
// holds an earlier export without edits. The same content gives the same bytes.
// A file that could not be read back, because it is too large, is divided: evidence.csv,
// evidence-2.csv. It writes to a staging folder first, and renames the files once all are complete.
// Streams are not held in memory.
func WriteFolder(dir string, export Export) (err error) {
	_, statErr := os.Stat(dir)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fault.Wrap(err, fault.InvalidArgument, "%s cannot be made a folder: choose another", "无法创建文件夹 %s：请另选一个", dir)
	}
	earlier, err := checkTarget(dir)
	if err != nil {
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
	f := &exportFolder{dir: staging, maxBytes: cmp.Or(export.maxBytes, maxFileBytes)}
	err = export.writeTo(f)
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
	for name := range earlier {
		if !slices.Contains(f.files, name) { // it had something to hold then
			if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("export to %s: %w", dir, err)
			}
		}
	}
	return nil
}

// checkTarget refuses a folder in which writing might overwrite somebody's work. It
// returns the checksums of an earlier export.
func checkTarget(dir string) (earlier checksums, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	earlier, err = readManifest(os.DirFS(dir), ".")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		name := e.Name()
		if earlier == nil && !strings.HasPrefix(name, ".") { // an export has no hidden files but the manifest
			return nil, fault.New(fault.InvalidArgument, "%s already has %s: choose an empty folder", "%s 中已有 %s：请选择空文件夹", dir, name)
		}
		if _, exported := earlier[name]; !exported && !isExportFile(name) {
			continue
		}
		same, err := earlier.match(os.DirFS(dir), name)
		if err != nil {
			return nil, err
		}
		if !same {
			return nil, fault.New(fault.InvalidArgument, "%s in %s was edited after it was exported: choose an empty folder", "%s（位于 %s）导出后被修改过：请选择空文件夹", name, dir)
		}
	}
	return earlier, nil
}

// isExportFile reports whether an export may write a file of this name.
func isExportFile(name string) bool {
	name = wholeName(name)
	return isLineFile(name) || slices.ContainsFunc(schemas, func(s schema) bool { en, _ := s.names(); return name == en+".csv" })
}
