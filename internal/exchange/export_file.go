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

// csvWriter writes one table to a file of CSV.
type csvWriter struct {
	file exportFile
	row  bytes.Buffer
	out  *csv.Writer // to row
}

func (f *exportFolder) openTable(s schema) (rowWriter, error) {
	name, _ := s.names()
	w := &csvWriter{file: exportFile{folder: f, name: name + ".csv"}}
	w.out = csv.NewWriter(&w.row)
	var names []string
	for _, h := range s.headings() {
		names = append(names, h.en)
	}
	header, err := w.encodeRow(names)
	w.file.head = append([]byte(utf8BOM), header...)
	return w, errors.Join(err, w.file.open())
}

// encodeRow returns the cells as a line of the file, until the next call.
func (w *csvWriter) encodeRow(cells []string) ([]byte, error) {
	w.row.Reset()
	err := w.out.Write(cells)
	w.out.Flush()
	return w.row.Bytes(), errors.Join(err, w.out.Error())
}

func (w *csvWriter) write(cells []string) error {
	row, err := w.encodeRow(cells)
	if err != nil {
		return err
	}
	return w.file.write(row)
}

func (w *csvWriter) close() error { return w.file.close() }

// jsonLineWriter writes a file of JSON lines. The file is there once it has a line.
type jsonLineWriter struct {
	file exportFile
	json jsonLine
}

func (f *exportFolder) openLines(name string) lineWriter {
	return &jsonLineWriter{file: exportFile{folder: f, name: name}}
}

func (w *jsonLineWriter) write(line any) error {
	data, err := w.json.encode(line)
	if err != nil {
		return err
	}
	return w.file.write(data)
}

func (w *jsonLineWriter) close() error { return w.file.close() }

// jsonLine encodes values as lines of JSON, one at a time.
type jsonLine struct{ buffer bytes.Buffer }

// encode returns a value as a line, until the next call.
func (l *jsonLine) encode(value any) ([]byte, error) {
	l.buffer.Reset()
	out := json.NewEncoder(&l.buffer)
	out.SetEscapeHTML(false)
	err := out.Encode(value)
	return l.buffer.Bytes(), err
}
