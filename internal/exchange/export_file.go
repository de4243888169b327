package exchange

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// exportFolder is the staging folder of an export.
type exportFolder struct {
	dir       string
	files     []string
	checksums bytes.Buffer // as the manifest has them
}

// exportFile is one file of an export, with the checksum of what was written to it.
type exportFile struct {
	io.Writer
	folder   *exportFolder
	name     string
	file     *os.File
	checksum hash.Hash
}

func (f *exportFolder) create(name string) (*exportFile, error) {
	file, err := os.Create(filepath.Join(f.dir, name))
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	return &exportFile{io.MultiWriter(file, sum), f, name, file, sum}, nil
}

func (e *exportFile) close() error {
	e.folder.files = append(e.folder.files, e.name)
	e.folder.checksums.WriteString(checksumLine(e.checksum, e.name))
	return errors.Join(e.file.Sync(), e.file.Close())
}

// tableWriter writes the records of one table.
type tableWriter[R any] struct {
	table table[R]
	file  *exportFile
	out   *csv.Writer
	cells []string
}

func newTableWriter[R any](f *exportFolder, t table[R]) (*tableWriter[R], error) {
	file, err := f.create(t.en + ".csv")
	if err != nil {
		return nil, err
	}
	w := &tableWriter[R]{table: t, file: file, out: csv.NewWriter(file), cells: make([]string, len(t.columns))}
	_, err = io.WriteString(file, utf8BOM)
	for i, c := range t.columns {
		w.cells[i] = c.en
	}
	return w, errors.Join(err, w.out.Write(w.cells))
}

func (w *tableWriter[R]) write(r *R) error {
	for i, c := range w.table.columns {
		w.cells[i] = c.format(r)
	}
	return w.out.Write(w.cells)
}

func (w *tableWriter[R]) close() error {
	w.out.Flush()
	return errors.Join(w.out.Error(), w.file.close())
}

func writeTable[R any](f *exportFolder, t table[R], all []R) error {
	w, err := newTableWriter(f, t)
	if err != nil {
		return err
	}
	for i := range all {
		if err = w.write(&all[i]); err != nil {
			break
		}
	}
	return errors.Join(err, w.close())
}

// lineWriter writes a file of JSON lines. The file is there once it has a line.
type lineWriter struct {
	folder *exportFolder
	name   string
	file   *exportFile
	out    *json.Encoder
}

func (w *lineWriter) write(line any) (err error) {
	if w.file == nil {
		if w.file, err = w.folder.create(w.name); err != nil {
			return err
		}
		w.out = json.NewEncoder(w.file)
		w.out.SetEscapeHTML(false)
	}
	return w.out.Encode(line)
}

func (w *lineWriter) close() error {
	if w.file == nil {
		return nil
	}
	return w.file.close()
}
