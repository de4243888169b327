package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// wrapError names the operation that wrapError and puts the error into the terms of
// the contract; nil stays nil.
func wrapError(ctx context.Context, op string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("sqlitestore: %s: %w", op, contractError(ctx, err))
}

func contractError(ctx context.Context, err error) error {
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	for _, known := range []error{store.ErrConflict, store.ErrReference, store.ErrNotFound, store.ErrSchema, store.ErrUnavailable} {
		if errors.Is(err, known) {
			return err
		}
	}
	// What an ended context broke off has many faces (interrupted, transaction
	// done, connection closed); they all mean this.
	if ended := ctx.Err(); errors.Is(ended, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, ended)
	} else if ended != nil {
		return ended
	}
	switch code := resultCode(err); code & 0xff {
	case sqlite3.SQLITE_CONSTRAINT:
		if code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY {
			return store.ErrReference
		}
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("%w: another process is writing", store.ErrUnavailable)
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CORRUPT:
		return explainDiskError(code, fmt.Errorf("%w: %w", store.ErrUnavailable, err))
	case sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL:
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	return err
}

// explainDiskError says what is wrong with the file or its disk, for whoever operates
// the program. It names no path, because clients see it too.
func explainDiskError(code int, err error) error {
	switch {
	case code&0xff == sqlite3.SQLITE_FULL, code == sqlite3.SQLITE_IOERR_SHMSIZE: // only a full disk stops the latter
		return fault.Wrap(err, fault.Unavailable,
			"the disk of the store is full: free some space, then try again",
			"存储所在的磁盘已满：请腾出空间后重试")
	case code&0xff == sqlite3.SQLITE_READONLY, code&0xff == sqlite3.SQLITE_PERM:
		return readOnly(err)
	case code&0xff == sqlite3.SQLITE_CANTOPEN:
		return fault.Wrap(err, fault.Unavailable,
			"the file of the store cannot be opened: this program has to be allowed to read and write it and its folder",
			"无法打开存储文件：须允许本程序读写该文件及其所在文件夹")
	case code&0xff == sqlite3.SQLITE_CORRUPT:
		return fault.Wrap(err, fault.Unavailable,
			"the file of the store is damaged: restore a backup of it", "存储文件已损坏：请用备份恢复")
	}
	return fault.Wrap(err, fault.Unavailable,
		"the disk of the store failed: look whether it is full, disconnected or damaged",
		"存储所在的磁盘读写失败：请检查磁盘是否已满、断开或损坏")
}

func readOnly(err error) error {
	return fault.Wrap(err, fault.Unavailable,
		"the store is read-only: this program has to be allowed to write its file and the folder of it, even for reading",
		"存储为只读：即使只读取数据，也须允许本程序写入该文件及其所在文件夹")
}

// explainUnopenable looks why SQLite cannot open a file. It says the same of a folder
// that it may not write and of one that is not there.
func explainUnopenable(path string, err error) error {
	if resultCode(err)&0xff != sqlite3.SQLITE_CANTOPEN {
		return err
	}
	file, fileErr := os.OpenFile(path, os.O_RDWR, 0)
	if fileErr == nil {
		fileErr = file.Close()
	} else if errors.Is(fileErr, fs.ErrNotExist) {
		fileErr = nil
	}
	probe, folderErr := os.CreateTemp(filepath.Dir(path), ".zhitu-*")
	if folderErr == nil {
		folderErr = errors.Join(probe.Close(), os.Remove(probe.Name()))
	}
	if found := errors.Join(fileErr, folderErr); found != nil {
		return readOnly(fmt.Errorf("%w: %w", store.ErrUnavailable, found))
	}
	return err
}

func isBusy(err error) bool { return resultCode(err)&0xff == sqlite3.SQLITE_BUSY }

// resultCode returns SQLite's extended result code, 0 for any other error.
func resultCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return sqlite3.SQLITE_OK
}
