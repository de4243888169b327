// Package spreadsheet writes CSV as spreadsheets read it: in UTF-8 with a byte order mark, and
// with no text that they would take for a formula (CSV injection).
package spreadsheet

import (
	"encoding/csv"
	"io"
	"strings"
)

// Writer writes rows of CSV (RFC 4180). It buffers: call Flush at the end.
type Writer struct {
	out   io.Writer
	csv   *csv.Writer
	begun bool
}

// NewWriter returns a writer that begins with a byte order mark.
func NewWriter(out io.Writer) *Writer {
	w := &Writer{out: out, csv: csv.NewWriter(out)}
	w.csv.UseCRLF = true
	return w
}

// Write writes one row. Its cells are written as they are: see Text.
func (w *Writer) Write(row []string) error {
	if !w.begun {
		w.begun = true
		if _, err := io.WriteString(w.out, "\ufeff"); err != nil {
			return err
		}
	}
	return w.csv.Write(row)
}

// Flush writes what is buffered.
func (w *Writer) Flush() error {
	w.csv.Flush()
	return w.csv.Error()
}

// Text returns the cell of a text. One that a spreadsheet would take for a formula gets an
// apostrophe in front.
func Text(text string) string {
	if strings.IndexAny(text, "=+-@\t\r\n＝＋－＠") == 0 {
		return "'" + text
	}
	return text
}
