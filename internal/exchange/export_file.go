package exchange

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// exportFolder is the staging folder of an export.
type exportFolder struct {
	dir       string
	maxBytes  int // of one file
	files     []string
	checksums bytes.Buffer // as the manifest has them
}

// exportFile writes records to one file of an export, and to further ones where it would
// become larger than what is read back: evidence.csv, evidence-2.csv and so on.
type exportFile struct {
	folder *exportFolder
	name   string
	head   []byte // begins every part

	parts, size int
	part        string // the name of the part that is open
	file        *os.File
	out         *bufio.Writer
	checksum    hash.Hash
}

var partNumber = regexp.MustCompile(`-\d{1,2}$`)

// partName returns the name of the n-th part of a file.
func partName(name string, n int) string {
	if n == 1 {
		return name
	}
	ending := filepath.Ext(name)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ending), n, ending)
}

// wholeName returns the name of the file that a part belongs to.
func wholeName(part string) string {
	ending := filepath.Ext(part)
	return partNumber.ReplaceAllString(strings.TrimSuffix(part, ending), "") + ending
}

// open begins the next part.
func (e *exportFile) open() (err error) {
	e.parts++
	e.part = partName(e.name, e.parts)
	if e.file, err = os.Create(filepath.Join(e.folder.dir, e.part)); err != nil {
		return err
	}
	e.checksum = sha256.New()
	e.out = bufio.NewWriterSize(io.MultiWriter(e.file, e.checksum), 1<<16)
	e.size = len(e.head)
	_, err = e.out.Write(e.head)
	return err
}

// write appends a record, in a new part where the open one is full.
func (e *exportFile) write(record []byte) error {
	if e.file != nil && e.size > len(e.head) && e.size+len(record) > e.folder.maxBytes {
		if err := e.close(); err != nil {
			return err
		}
	}
	if e.file == nil {
		if err := e.open(); err != nil {
			return err
		}
	}
	e.size += len(record)
	_, err := e.out.Write(record)
	return err
}

// close ends the part that is open, if any.
func (e *exportFile) close() error {
	if e.file == nil {
		return nil
	}
	err := errors.Join(e.out.Flush(), e.file.Sync(), e.file.Close())
	e.file = nil
	e.folder.files = append(e.folder.files, e.part)
	e.folder.checksums.WriteString(checksumLine(e.checksum, e.part))
	return err
}

// tableWriter writes the records of one table.
type tableWriter[R any] struct {
	table table[R]
	file  exportFile
	row   bytes.Buffer
	out   *csv.Writer // to row
	cells []string
}

func newTableWriter[R any](f *exportFolder, t table[R]) (*tableWriter[R], error) {
	w := &tableWriter[R]{table: t, file: exportFile{folder: f, name: t.en + ".csv"}, cells: make([]string, len(t.columns))}
	w.out = csv.NewWriter(&w.row)
	for i, c := range t.columns {
		w.cells[i] = c.en
	}
	header, err := w.encodeRow()
	w.file.head = append([]byte(utf8BOM), header...)
	return w, errors.Join(err, w.file.open())
}

// encodeRow returns the cells as a line of the file, until the next call.
func (w *tableWriter[R]) encodeRow() ([]byte, error) {
	w.row.Reset()
	err := w.out.Write(w.cells)
	w.out.Flush()
	return w.row.Bytes(), errors.Join(err, w.out.Error())
}

func (w *tableWriter[R]) write(r *R) error {
	for i, c := range w.table.columns {
		w.cells[i] = c.format(r)
	}
	row, err := w.encodeRow()
	if err != nil {
		return err
	}
	return w.file.write(row)
}

func (w *tableWriter[R]) close() error { return w.file.close() }

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
	file exportFile
	line bytes.Buffer
	out  *json.Encoder // to line
}

func newLineWriter(f *exportFolder, name string) *lineWriter {
	w := &lineWriter{file: exportFile{folder: f, name: name}}
	w.out = json.NewEncoder(&w.line)
	w.out.SetEscapeHTML(false)
	return w
}

func (w *lineWriter) write(line any) error {
	w.line.Reset()
	if err := w.out.Encode(line); err != nil {
		return err
	}
	return w.file.write(w.line.Bytes())
}

func (w *lineWriter) close() error { return w.file.close() }
