package sqlitestore

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

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
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("%w: the disk is full", store.ErrUnavailable)
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR,
		sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PERM, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_READONLY:
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
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
