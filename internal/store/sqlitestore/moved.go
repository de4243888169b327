package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"github.com/zhitu/zhitu/internal/store"
)

// notePeople gives people the next numbers of the sequence of changes. As writes take
// turns, the numbers are in the order of commits.
func notePeople(ctx context.Context, tx *sql.Tx, lists ...[]string) error {
	last, err := lastMove(ctx, tx)
	for _, codes := range lists {
		if err != nil {
			return err
		}
		err = write(ctx, tx, `
			INSERT INTO people_changes (employee, sequence) VALUES %s
			ON CONFLICT (employee) DO UPDATE SET sequence = excluded.sequence`, 2, codes,
			func(row []any, code string) []any { last++; return append(row, code, last) })
	}
	return err
}

func lastMove(ctx context.Context, tx *sql.Tx) (last int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT coalesce(max(sequence), 0) FROM people_changes`).Scan(&last)
	return last, err
}

// Moved returns people who have changed since a mark, which is a number of the
// sequence.
func (s *Store) Moved(ctx context.Context, mark string) (p store.MovedPage, err error) {
	var after int64
	if mark != "" {
		if after, err = strconv.ParseInt(mark, 10, 64); err != nil || after < 0 {
			return p, failed(ctx, "moved", fmt.Errorf("%q is no mark", mark))
		}
	}
	err = s.view(ctx, func(tx *sql.Tx) (err error) {
		p, err = moved(ctx, tx, mark == "", after)
		return err
	})
	if err != nil {
		return store.MovedPage{}, failed(ctx, "moved", err)
	}
	return p, nil
}

func moved(ctx context.Context, tx *sql.Tx, now bool, after int64) (p store.MovedPage, err error) {
	if now {
		after, err = lastMove(ctx, tx)
		return store.MovedPage{Mark: strconv.FormatInt(after, 10)}, err
	}
	p.Employees, err = query(ctx, tx, func(row *sql.Rows, code *string) error { return row.Scan(code, &after) },
		`SELECT employee, sequence FROM people_changes WHERE sequence > ? ORDER BY sequence LIMIT ?`, after, store.MaxMoved)
	p.Mark, p.More = strconv.FormatInt(after, 10), len(p.Employees) == store.MaxMoved
	return p, err
}
