package workbook_test

import (
	"bytes"
	"errors"
)

var errDisk = errors.New("the disk fails")

// failingReader fails after so many reads.
type failingReader struct {
	*bytes.Reader
	left int
}

func (f *failingReader) ReadAt(p []byte, off int64) (int, error) {
	if f.left--; f.left < 0 {
		return 0, errDisk
	}
	return f.Reader.ReadAt(p, off)
}
