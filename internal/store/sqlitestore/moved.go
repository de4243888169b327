package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"

	"github.com/zhitu/zhitu/internal/store"
)

// The changes of people are a log: each transaction appends the codes of those whom it
// has changed, which costs it next to nothing. As writes take turns, the numbers of the
// log are in the order of commits. From time to time it is compacted, to the last
// entry of each person.

const (
	// moveEntry is how many people one entry names.
	moveEntry = 500
	// compactMovesEvery is after how many entries the log is compacted.
	compactMovesEvery = 4096
)

// notePeople appends people to the log.
func (s *Store) notePeople(ctx context.Context, tx *sql.Tx, people []string) error {
	for some := range slices.Chunk(people, moveEntry) {
		result, err := tx.ExecContext(ctx, `INSERT INTO people_moves (employees) VALUES (?)`, toColumn(some))
		if err != nil {
			return err
		}
		number, err := result.LastInsertId()
		if err != nil {
			return err
		}
		if number%s.compactEvery == 0 {
			if err := compactMoves(ctx, tx); err != nil {
				return err
			}
		}
	}
	return nil
}

type moves struct {
	number    int64
	employees list[string]
}

func scanMoves(row *sql.Rows, m *moves) error { return row.Scan(&m.number, &m.employees) }

// compactMoves leaves each person in the last of their entries. The last entry of all
// stays as it is, so that no number is given twice.
func compactMoves(ctx context.Context, tx *sql.Tx) error {
	all, err := query(ctx, tx, scanMoves, `SELECT number, employees FROM people_moves ORDER BY number DESC`)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, m := range all {
		n := len(m.employees)
		left := slices.DeleteFunc(m.employees, func(code string) bool {
			before := seen[code]
			seen[code] = true
			return before
		})
		switch {
		case len(left) == n:
		case len(left) == 0:
			_, err = tx.ExecContext(ctx, `DELETE FROM people_moves WHERE number = ?`, m.number)
		default:
			_, err = tx.ExecContext(ctx, `UPDATE people_moves SET employees = ? WHERE number = ?`, toColumn(left), m.number)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Moved returns people who have changed since a mark, which is a number of the log.
func (s *Store) Moved(ctx context.Context, mark string) (p store.MovedPage, err error) {
	var after int64
	if mark != "" {
		if after, err = strconv.ParseInt(mark, 10, 64); err != nil || after < 0 {
			return p, failed(ctx, "moved", fmt.Errorf("%q is no mark", mark))
		}
	}
	err = s.view(ctx, func(tx *sql.Tx) (err error) {
		if mark == "" {
			after, err = lastMove(ctx, tx)
			p = store.MovedPage{Mark: strconv.FormatInt(after, 10)}
			return err
		}
		p, err = moved(ctx, tx, after)
		return err
	})
	if err != nil {
		return store.MovedPage{}, failed(ctx, "moved", err)
	}
	return p, nil
}

func lastMove(ctx context.Context, tx *sql.Tx) (number int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT coalesce(max(number), 0) FROM people_moves`).Scan(&number)
	return number, err
}

// moved reads entries until they fill a page.
func moved(ctx context.Context, tx *sql.Tx, after int64) (p store.MovedPage, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT number, employees FROM people_moves WHERE number > ? ORDER BY number`, after)
	if err != nil {
		return p, err
	}
	defer rows.Close()
	seen := map[string]bool{}
	for rows.Next() {
		var m moves
		if err := scanMoves(rows, &m); err != nil {
			return p, err
		}
		if len(p.Employees)+len(m.employees) > store.MaxMoved {
			p.More = true
			break
		}
		after = m.number
		for _, code := range m.employees {
			if !seen[code] {
				seen[code] = true
				p.Employees = append(p.Employees, code)
			}
		}
	}
	p.Mark = strconv.FormatInt(after, 10)
	return p, rows.Err()
}
