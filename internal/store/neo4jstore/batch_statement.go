package neo4jstore

import (
	"context"
	"slices"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/zhitu/zhitu/internal/store"
)

// batchSize is how many rows one execution of a statement writes.
const batchSize = 5000

// batchStatement is a statement that is executed over rows, in batches.
type batchStatement struct {
	statement   string
	rows        []row
	requireAll  bool // every row must find its nodes, else the error is store.ErrReference
	checkResult func(rows []row, found []*neo4j.Record) error
}

type row = map[string]any

func (s batchStatement) execBatches(ctx context.Context, tx transaction) error {
	for rows := range slices.Chunk(s.rows, batchSize) {
		found, err := tx.run(ctx, s.statement, map[string]any{"rows": rows})
		switch {
		case err != nil:
			return err
		case s.requireAll && (len(found) != 1 || found[0].Values[0] != int64(len(rows))):
			return store.ErrReference
		case s.checkResult != nil:
			if err := s.checkResult(rows, found); err != nil {
				return err
			}
		}
	}
	return nil
}

// rowsOf makes a row of each record, unless the function returns nil for it.
func rowsOf[T any](list []T, of func(T) row) (rows []row) {
	for _, v := range list {
		if r := of(v); r != nil {
			rows = append(rows, r)
		}
	}
	return rows
}

// nullIfEmpty leaves an empty text out, so that nodes have no empty properties.
func nullIfEmpty(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// nullIfNil writes the value of a pointer that may be nil.
func nullIfNil[T int | float64 | bool](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

// textListOrNull leaves an empty list out.
func textListOrNull[T ~string](items []T) any {
	if len(items) == 0 {
		return nil
	}
	texts := make([]string, len(items))
	for i, v := range items {
		texts[i] = string(v)
	}
	return texts
}

func truncateMicros(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
