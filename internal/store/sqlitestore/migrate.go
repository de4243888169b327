package sqlitestore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/search"
	"github.com/zhitu/zhitu/internal/store"
)

// applicationID marks a file as ours in its header: "ZHTU".
const applicationID = 0x5A485455

// The n-th migration, in the order of their names, leads from schema n-1 to n.
// One that has been released is never edited; a change is a new one.
//
//go:embed migrations/*.sql
var migrationFiles embed.FS

var migrations = func() (scripts []string) {
	names, _ := fs.Glob(migrationFiles, "migrations/*.sql")
	for _, name := range names {
		script, err := migrationFiles.ReadFile(name)
		if err != nil {
			panic(err) // embedded, so it is there
		}
		scripts = append(scripts, string(script))
	}
	return scripts
}()

// The migrations that need more than SQL, after their statements.
var goMigrations = map[int]func(ctx context.Context, tx *sql.Tx) error{5: rewriteSearchKeys, 8: indexJournal}

// rewriteSearchKeys writes the search keys of all people as this program has them.
func rewriteSearchKeys(ctx context.Context, tx *sql.Tx) error {
	scan := func(row *sql.Rows, e *competency.Employee) error { return row.Scan(&e.Code, &e.Name) }
	list, err := queryAll(ctx, tx, scan, `SELECT code, name FROM employees`)
	if err != nil {
		return err
	}
	return execEach(ctx, tx, `UPDATE employees SET search = ? WHERE code = ?`, list, func(e competency.Employee) []any {
		return []any{search.Key([]string{e.Code, e.Name}), e.Code}
	})
}

// ensureSchema brings a database that is ours, or new, to the current schema. One
// that has it already is opened without waiting for a write.
func ensureSchema(ctx context.Context, db *sql.DB, file bool, onMigrate store.OnMigrate) error {
	version, err := identify(ctx, db)
	if err != nil {
		return err
	}
	if err := onMigrate.Ask(version, len(migrations)); err != nil {
		return err
	}
	if file {
		var mode string
		if err := db.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
			return err
		}
		if mode != "wal" {
			return fmt.Errorf("the file system cannot hold a write-ahead log (journal mode %s)", mode)
		}
	}
	if version == len(migrations) {
		return nil
	}
	return migrate(ctx, db)
}

// identify returns the version of the schema, 0 for a new file. It refuses
// what is not ours before anything is written to it.
func identify(ctx context.Context, db *sql.DB) (version int, err error) {
	var id, objects int
	err = db.QueryRowContext(ctx, `
		SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_application_id, pragma_user_version`).Scan(&id, &version, &objects)
	switch blank := id == 0 && version == 0 && objects == 0; {
	case resultCode(err) == sqlite3.SQLITE_NOTADB:
		return 0, errors.New("the file is not a database of zhitu: it is no SQLite file at all")
	case err != nil:
		return 0, err
	case id != applicationID && !blank:
		return 0, errors.New("the file is not a database of zhitu: it belongs to another program")
	}
	return version, checkVersion(version)
}

func checkVersion(version int) error {
	if version > len(migrations) {
		return fmt.Errorf("%w: the file has schema %d, this program knows %d", store.ErrSchema, version, len(migrations))
	}
	return nil
}

// migrate looks at the version again inside its write transaction: of several
// processes that open a new file at once, one creates the schema and the others
// find it.
func migrate(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if err := checkVersion(version); err != nil {
		return err
	}
	for i, script := range migrations[version:] {
		_, err := tx.ExecContext(ctx, script)
		if complete, ok := goMigrations[version+i+1]; ok && err == nil {
			err = complete(ctx, tx)
		}
		if err != nil {
			return fmt.Errorf("migration %d: %w", version+i+1, err)
		}
	}
	mark := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, len(migrations))
	if _, err := tx.ExecContext(ctx, mark); err != nil {
		return err
	}
	return tx.Commit()
}
