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

// logMoves appends people to the log. It notes the entry of each, where there is a map for it.
func (s *Store) logMoves(ctx context.Context, tx *sql.Tx, people []string, entries map[string]int64) error {
	for some := range slices.Chunk(people, moveEntry) {
		result, err := tx.ExecContext(ctx, `INSERT INTO people_moves (employees) VALUES (?)`, encodeList(some))
		if err != nil {
			return err
		}
		number, err := result.LastInsertId()
		if err != nil {
			return err
		}
		if entries != nil {
			for _, code := range some {
				entries[code] = number
			}
		}
		if number%s.compactEvery == 0 {
			if err := compactMoveLog(ctx, tx); err != nil {
				return err
			}
		}
	}
	return nil
}

type moveLogEntry struct {
	number    int64
	employees jsonList[string]
}

func scanMoveLogEntry(row *sql.Rows, m *moveLogEntry) error { return row.Scan(&m.number, &m.employees) }

// compactMoveLog leaves each person in the last of their entries. The last entry of all
// stays as it is, so that no number is given twice.
func compactMoveLog(ctx context.Context, tx *sql.Tx) error {
	all, err := queryAll(ctx, tx, scanMoveLogEntry, `SELECT number, employees FROM people_moves ORDER BY number DESC`)
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
			_, err = tx.ExecContext(ctx, `UPDATE people_moves SET employees = ? WHERE number = ?`, encodeList(left), m.number)
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
			return p, wrapError(ctx, "moved", fmt.Errorf("%q is no mark", mark))
		}
	}
	err = s.readTx(ctx, func(tx *sql.Tx) (err error) {
		if mark == "" {
			after, err = lastMoveNumber(ctx, tx)
			p = store.MovedPage{Mark: strconv.FormatInt(after, 10)}
			return err
		}
		last, err := lastMoveNumber(ctx, tx)
		if err != nil {
			return err
		}
		p, err = readMoves(ctx, tx, after)
		if last/s.compactEvery > after/s.compactEvery {
			p.Writes = nil // the log was compacted since the mark: entries may be missing
		}
		return err
	})
	if err != nil {
		return store.MovedPage{}, wrapError(ctx, "moved", err)
	}
	return p, nil
}

func lastMoveNumber(ctx context.Context, tx *sql.Tx) (number int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT coalesce(max(number), 0) FROM people_moves`).Scan(&number)
	return number, err
}

// readMoves reads entries until they fill a page.
func readMoves(ctx context.Context, tx *sql.Tx, after int64) (p store.MovedPage, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT number, employees FROM people_moves WHERE number > ? ORDER BY number`, after)
	if err != nil {
		return p, err
	}
	defer rows.Close()
	p.Writes = map[string][]int64{}
	for rows.Next() {
		var m moveLogEntry
		if err := scanMoveLogEntry(rows, &m); err != nil {
			return p, err
		}
		if len(p.Employees)+len(m.employees) > store.MaxMoved {
			p.More = true
			break
		}
		after = m.number
		p.Forgotten = p.Forgotten || len(m.employees) == 0
		for _, code := range m.employees {
			if p.Writes[code] == nil {
				p.Employees = append(p.Employees, code)
			}
			p.Writes[code] = append(p.Writes[code], m.number)
		}
	}
	p.Mark = strconv.FormatInt(after, 10)
	return p, rows.Err()
}

// ForgetMoved takes a person who is not there out of the log. Entries stay, so that no
// number is given twice, and one without people is added: it tells that somebody is missing.
func (s *Store) ForgetMoved(ctx context.Context, employee string) error {
	return wrapError(ctx, "forget moved", s.writeTx(ctx, func(tx *sql.Tx) error {
		var present bool
		if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM employees WHERE code = ?)`, employee).Scan(&present); err != nil || present {
			return err
		}
		entries, err := queryAll(ctx, tx, scanMoveLogEntry, `
			SELECT number, employees FROM people_moves
			WHERE EXISTS (SELECT 1 FROM json_each(employees) WHERE value = ?)`, employee)
		if err != nil || len(entries) == 0 {
			return err
		}
		for _, m := range entries {
			left := slices.DeleteFunc(m.employees, func(code string) bool { return code == employee })
			if _, err := tx.ExecContext(ctx, `UPDATE people_moves SET employees = coalesce(?, '[]') WHERE number = ?`, encodeList(left), m.number); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO people_moves (employees) VALUES ('[]')`)
		return err
	}))
}
