// Package sqlitestore keeps a store in one SQLite file, or in memory.
//
// What it promises: an Apply that has returned survives kill -9 and the loss of
// power (write-ahead log, synchronous FULL); one that has not returned is there
// whole or not at all. Reads of a file have connections of their own: they see
// the last commit before they began and never wait for a write.
//
// Its limits: local disks only, because network file systems break the locks
// that SQLite rests on. Writes take turns, one at a time; that of another
// process is waited for up to five seconds, then the answer is ErrUnavailable.
// Beside FILE there are FILE-wal and FILE-shm while it is open, and they are
// part of it. A store in memory has one connection, so there a read does wait
// for a write, and Profiles reads all employees before it yields the first.
//
// What it costs, on a machine of two cores: to Apply 100k points with 400k edges 2.5
// seconds, to Load them one second, a Profile with a hundred states 0.4 ms.
package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/store"
)

// busyTimeout is how long another process's lock is waited for.
const busyTimeout = 5 * time.Second

// Store is a store.Store in SQLite.
type Store struct {
	// The writer has one connection, so that writes of this process queue in
	// Go, where waiting ends with the context. In memory both are the same.
	writer, reader *sql.DB
	compactEvery   int64 // entries of the log of people
	indexEvery     int64 // entries of a chain of the journal
}

var _ store.Store = (*Store)(nil)

// Options are the optional parts of opening a file; the zero value is useful.
type Options struct {
	OnMigrate store.OnMigrate
}

// Open opens a file, and creates it where there is none. The schema is brought
// up to date; ErrSchema where it is newer than this program. A file that is
// something else is refused and left as it is.
func Open(ctx context.Context, path string) (*Store, error) {
	return OpenWith(ctx, path, Options{})
}

// OpenWith is Open with options.
func OpenWith(ctx context.Context, path string, o Options) (*Store, error) {
	s, err := open(ctx, path, o)
	if err != nil {
		return nil, wrapError(ctx, "open "+path, err)
	}
	return s, nil
}

func open(ctx context.Context, path string, o Options) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := checkPath(path); err != nil {
		return nil, err
	}
	// Whoever writes thousands of pieces of evidence would else copy the log back after
	// each commit: with 4,000 pages (16 MB) a tenth more is taken in.
	s := &Store{
		compactEvery: compactMovesEvery, indexEvery: indexJournalEvery,
		writer: openPool(path, 1, "_txlock=immediate", "_pragma=foreign_keys(1)", "_pragma=synchronous(FULL)",
			"_pragma=secure_delete(FAST)", // who is erased shall not be left in the pages
			"_pragma=cache_size(-65536)", "_pragma=wal_autocheckpoint(4000)", "_pragma=journal_size_limit(67108864)"),
		reader: openPool(path, max(8, 2*runtime.NumCPU()), "mode=rw", "_query_only=1", "_pragma=cache_size(-8192)"),
	}
	if err := retryBusy(func() error { return ensureSchema(ctx, s.writer, true, o.OnMigrate) }); err != nil {
		return nil, errors.Join(explainUnopenable(path, err), s.reader.Close(), s.writer.Close())
	}
	return s, nil
}

// OpenMemory opens a new empty store that is gone when it is closed.
func OpenMemory(ctx context.Context) (*Store, error) {
	db := openPool(":memory:", 1, "_txlock=immediate", "_pragma=foreign_keys(1)")
	if err := ensureSchema(ctx, db, false, nil); err != nil {
		return nil, wrapError(ctx, "open memory", errors.Join(err, db.Close()))
	}
	return &Store{writer: db, reader: db, compactEvery: compactMovesEvery, indexEvery: indexJournalEvery}, nil
}

// checkPath says in plain words what SQLite would only call "unable to open".
func checkPath(path string) error {
	switch at, err := os.Stat(path); {
	case err == nil && at.IsDir():
		return fmt.Errorf("%w: it is a directory", store.ErrUnavailable)
	case err == nil || !errors.Is(err, fs.ErrNotExist):
		return nil // what else is wrong, SQLite finds out
	}
	if _, err := os.Stat(filepath.Dir(path)); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: the directory %s does not exist", store.ErrUnavailable, filepath.Dir(path))
	}
	return nil
}

// openPool makes a pool; its connections open when they are first needed.
func openPool(path string, size int, options ...string) *sql.DB {
	dsn := url.URL{Scheme: "file", Opaque: path}
	if path != ":memory:" {
		path = "/" + strings.TrimPrefix(filepath.ToSlash(path), "/") // file:/C:/… on Windows
		dsn = url.URL{Scheme: "file", OmitHost: true, Path: path}
	}
	// SQLite's own waiting does not heed a context: it gets a moment of it, and
	// retryBusy has the rest.
	options = append(options, "_pragma=busy_timeout(100)", "_dqs=0", "_error_rc=1")
	dsn.RawQuery = strings.Join(options, "&")
	db := sql.OpenDB(connector{dsn.String()})
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db
}

// retryBusy runs f again while another process's lock stops it. It is for f to
// heed a context, as everything does that asks the database.
func retryBusy(f func() error) error {
	for end := time.Now().Add(busyTimeout); ; time.Sleep(5 * time.Millisecond) {
		if err := f(); !isBusy(err) || time.Now().After(end) {
			return err
		}
	}
}

// readTx runs f at one committed moment.
func (s *Store) readTx(ctx context.Context, f func(*sql.Tx) error) error {
	return inTransaction(ctx, s.reader, &sql.TxOptions{ReadOnly: true}, f)
}

// writeTx runs f in the one write transaction that there may be.
func (s *Store) writeTx(ctx context.Context, f func(*sql.Tx) error) error {
	return inTransaction(ctx, s.writer, nil, f)
}

func inTransaction(ctx context.Context, db *sql.DB, options *sql.TxOptions, f func(*sql.Tx) error) error {
	return retryBusy(func() error {
		tx, err := db.BeginTx(ctx, options)
		if err != nil {
			return err
		}
		defer tx.Rollback() // of no effect after Commit
		if err := f(tx); err != nil {
			return err
		}
		return tx.Commit()
	})
}

func (s *Store) inMemory() bool { return s.reader == s.writer }

// Ping reports whether the store answers.
func (s *Store) Ping(ctx context.Context) error {
	_, err := s.revision(ctx)
	return wrapError(ctx, "ping", err)
}

// Close moves the write-ahead log into the file, as far as no other process
// reads from it, and closes all connections.
func (s *Store) Close() error {
	if s.inMemory() {
		return s.writer.Close()
	}
	err := s.reader.Close()
	// The last connection of all to close does this by itself. Where it is not
	// the last, a log that stays behind is no loss.
	_, _ = s.writer.Exec("PRAGMA wal_checkpoint(PASSIVE)")
	return errors.Join(err, s.writer.Close())
}
