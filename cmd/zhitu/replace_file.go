package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// replaceFile writes a file in place of what was there, all or nothing and durably: not where
// write fails or returns false. cannot says why the file cannot be written.
func replaceFile(path string, mode fs.FileMode, cannot func(err error, path string) error, write func(io.Writer) (bool, error)) (written bool, err error) {
	out, err := os.CreateTemp(filepath.Dir(path), ".zhitu-*")
	if err != nil {
		return false, cannot(err, path)
	}
	defer os.Remove(out.Name()) // nothing is there once it was renamed
	if written, err = write(out); err != nil || !written {
		_ = out.Close() // it is not kept
		return false, err
	}
	if err = errors.Join(out.Chmod(mode), out.Sync(), out.Close()); err == nil {
		err = os.Rename(out.Name(), path)
	}
	if err != nil {
		return false, cannot(err, path)
	}
	return true, nil
}
