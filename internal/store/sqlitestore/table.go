package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
)

// rowsPerStatement is how many rows one statement writes: enough that the cost of
// a call is shared, few enough that a context is heeded soon.
const rowsPerStatement = 128

// recordTable writes records of one type. The first columns are the key.
type recordTable[T any] struct {
	name    string
	key     []string
	columns []string
	// row appends the values of a record, in the order of key and columns.
	row func(row []any, v T) []any
}

// put inserts records, over what has their key.
func (t recordTable[T]) put(ctx context.Context, tx *sql.Tx, list []T) error {
	set := make([]string, len(t.columns))
	for i, c := range t.columns {
		set[i] = c + " = excluded." + c
	}
	conflict := "NOTHING"
	if len(set) > 0 {
		conflict = "UPDATE SET " + strings.Join(set, ", ")
	}
	names := append(t.key[:len(t.key):len(t.key)], t.columns...)
	return execBatches(ctx, tx, fmt.Sprintf("INSERT INTO %s (%s) VALUES %%s ON CONFLICT DO %s", t.name, strings.Join(names, ", "), conflict),
		len(names), list, t.row)
}

// delete deletes the records that have the keys of these.
func (t recordTable[T]) delete(ctx context.Context, tx *sql.Tx, list []T) error {
	return execEach(ctx, tx, fmt.Sprintf("DELETE FROM %s WHERE %s = ?", t.name, strings.Join(t.key, " = ? AND ")), list,
		func(v T) []any { return t.row(nil, v)[:len(t.key)] })
}

// listTable keeps an ordered list of codes that each record of a type has.
type listTable[T any] struct {
	name, owner, item string
	of                func(T) (owner string, codes []string)
}

// delete deletes the lists of these records.
func (it listTable[T]) delete(ctx context.Context, tx *sql.Tx, list []T) error {
	return execEach(ctx, tx, fmt.Sprintf("DELETE FROM %s WHERE %s = ?", it.name, it.owner), list,
		func(v T) []any { owner, _ := it.of(v); return []any{owner} })
}

// replace writes the lists of these records in place of what they had.
func (it listTable[T]) replace(ctx context.Context, tx *sql.Tx, list []T) error {
	if err := it.delete(ctx, tx, list); err != nil {
		return err
	}
	return it.put(ctx, tx, list)
}

// put writes the lists of records that had none.
func (it listTable[T]) put(ctx context.Context, tx *sql.Tx, list []T) error {
	type place struct {
		owner string
		at    int
		code  string
	}
	var places []place
	for _, v := range list {
		owner, codes := it.of(v)
		for at, code := range codes {
			places = append(places, place{owner, at, code})
		}
	}
	return execBatches(ctx, tx, fmt.Sprintf("INSERT INTO %s (%s, place, %s) VALUES %%s", it.name, it.owner, it.item), 3, places,
		func(row []any, p place) []any { return append(row, p.owner, p.at, p.code) })
}

// execBatches runs a statement over the rows of a list, many at a time. The %s in it
// stands for the rows; width is how many values each has; more are the values
// of what comes after the rows.
func execBatches[T any](ctx context.Context, tx *sql.Tx, statement string, width int, list []T,
	row func(row []any, v T) []any, more ...any,
) error {
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", width), ",") + ")"
	prepare := func(rows int) (*sql.Stmt, error) {
		return tx.PrepareContext(ctx, fmt.Sprintf(statement, strings.TrimSuffix(strings.Repeat(one+",", rows), ",")))
	}
	var prepared *sql.Stmt
	var values []any
	for len(list) > 0 {
		n := min(len(list), rowsPerStatement)
		if prepared == nil || n < rowsPerStatement {
			var err error
			if prepared, err = prepare(n); err != nil {
				return err
			}
		}
		values = values[:0]
		for _, v := range list[:n] {
			values = row(values, v)
		}
		if _, err := prepared.ExecContext(ctx, append(values, more...)...); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// execEach runs a statement for each of a list: of many keys in one statement
// SQLite would scan the table.
func execEach[T any](ctx context.Context, tx *sql.Tx, statement string, list []T, key func(T) []any) error {
	if len(list) == 0 {
		return nil
	}
	prepared, err := tx.PrepareContext(ctx, statement)
	if err != nil {
		return err
	}
	for _, v := range list {
		if _, err := prepared.ExecContext(ctx, key(v)...); err != nil {
			return err
		}
	}
	return nil
}

// queryAll returns the rows of a queryAll, each as scan reads it.
func queryAll[T any](ctx context.Context, tx *sql.Tx, scan func(row *sql.Rows, v *T) error, text string, args ...any) ([]T, error) {
	rows, err := tx.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		var v T
		if err := scan(rows, &v); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// nullIfEmpty is how an absent reference is written, so that it refers to nothing.
func nullIfEmpty(code string) any {
	if code == "" {
		return nil
	}
	return code
}

// nullIfNil writes a pointer that may be nil; the driver would do so by reflection.
func nullIfNil[T int | float64 | bool](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// jsonList is a list in one column: a JSON array, or NULL for none.
type jsonList[T ~string] []T

// encodeList returns the list as it is stored.
func encodeList[T any](items []T) any {
	if len(items) == 0 {
		return nil
	}
	text, err := json.Marshal(items)
	if err != nil {
		panic(err) // a list of texts always has a JSON form
	}
	return string(text)
}

// Scan reads what toColumn wrote.
func (l *jsonList[T]) Scan(stored any) error {
	*l = nil
	text, ok := stored.(string)
	if !ok || text == "[]" {
		return nil
	}
	return json.Unmarshal([]byte(text), (*[]T)(l))
}
