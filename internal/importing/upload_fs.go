package importing

import (
	"context"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// uploadFS is the file system of an upload: one folder with the files.
type uploadFS struct {
	ctx   context.Context
	files []*Upload
	read  func(n int) // is told how much has been read
}

// uploadFolder is the name of the folder, as notices about it say.
const uploadFolder = "upload"

// Open opens a file, or the folder. Its content can be read until the context ends.
func (u *uploadFS) Open(name string) (fs.File, error) {
	if name == uploadFolder {
		return &uploadDir{fs: u}, nil
	}
	base, _ := strings.CutPrefix(name, uploadFolder+"/")
	at := slices.IndexFunc(u.files, func(f *Upload) bool { return f.Name == base })
	if at < 0 {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	f := u.files[at]
	return &uploadFile{fs: u, upload: f, SectionReader: io.NewSectionReader(f.file, 0, int64(f.Size))}, nil
}

// uploadFile is an open file. Several may be open at once: each has a place of its own.
type uploadFile struct {
	*io.SectionReader
	fs     *uploadFS
	upload *Upload
	told   atomic.Int64 // how much is told of as read
}

func (f *uploadFile) Stat() (fs.FileInfo, error) {
	return uploadInfo{f.upload.Name, int64(f.upload.Size), 0o400}, nil
}
func (f *uploadFile) Close() error { return nil }

func (f *uploadFile) Read(p []byte) (int, error) {
	if f.fs.ctx.Err() != nil {
		return 0, context.Cause(f.fs.ctx)
	}
	n, err := f.SectionReader.Read(p)
	f.tell(n)
	return n, err
}

func (f *uploadFile) ReadAt(p []byte, at int64) (int, error) {
	if f.fs.ctx.Err() != nil {
		return 0, context.Cause(f.fs.ctx)
	}
	n, err := f.SectionReader.ReadAt(p, at)
	f.tell(n)
	return n, err
}

// tell says how much has been read, of a file no more than it has: some parts are read twice.
func (f *uploadFile) tell(n int) {
	size := int64(f.upload.Size)
	before := f.told.Add(int64(n)) - int64(n)
	if more := min(before+int64(n), size) - min(before, size); more > 0 {
		f.fs.read(int(more))
	}
}

// uploadDir is the open folder.
type uploadDir struct{ fs *uploadFS }

func (d *uploadDir) Stat() (fs.FileInfo, error) {
	return uploadInfo{uploadFolder, 0, fs.ModeDir | 0o500}, nil
}
func (d *uploadDir) Close() error { return nil }

func (d *uploadDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: uploadFolder, Err: fs.ErrInvalid}
}

// ReadDir returns all files: fs.ReadDir asks for them so.
func (d *uploadDir) ReadDir(int) (entries []fs.DirEntry, err error) {
	for _, f := range d.fs.files {
		entries = append(entries, fs.FileInfoToDirEntry(uploadInfo{f.Name, int64(f.Size), 0o400}))
	}
	return entries, nil
}

// uploadInfo says what a file or the folder is.
type uploadInfo struct {
	name string
	size int64
	mode fs.FileMode
}

func (i uploadInfo) Name() string      { return i.name }
func (i uploadInfo) Size() int64       { return i.size }
func (i uploadInfo) Mode() fs.FileMode { return i.mode }
func (uploadInfo) ModTime() time.Time  { return time.Time{} }
func (i uploadInfo) IsDir() bool       { return i.mode.IsDir() }
func (uploadInfo) Sys() any            { return nil }
