package sqlitestore

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/store"
)

// Documents returns the documents that a query selects, by time and id.
func (s *Store) Documents(ctx context.Context, q store.DocumentQuery) (list []store.Document, err error) {
	conditions, args := []string{"kind = ?"}, []any{q.Kind}
	if len(q.IDs) > 0 {
		conditions, args = append(conditions, `id IN (SELECT value FROM json_each(?))`), append(args, toColumn(q.IDs))
	}
	if q.After != nil {
		conditions, args = append(conditions, `(at, id) > (?, ?)`), append(args, q.After.At.UnixMicro(), q.After.ID)
	}
	most := -1 // all
	if q.First > 0 {
		most = q.First
	}
	err = s.view(ctx, func(tx *sql.Tx) (err error) {
		list, err = query(ctx, tx, scanDocument, `
			SELECT kind, id, version, at, body FROM documents
			WHERE `+strings.Join(conditions, " AND ")+` ORDER BY at, id LIMIT ?`, append(args, most)...)
		return err
	})
	return list, failed(ctx, "documents", err)
}

func scanDocument(row *sql.Rows, d *store.Document) error {
	var at int64
	err := row.Scan(&d.Kind, &d.ID, &d.Version, &at, &d.Body)
	d.At = time.UnixMicro(at).UTC()
	return err
}

// PutDocuments writes documents, each in place of the version that it names.
func (s *Store) PutDocuments(ctx context.Context, list []store.Document) error {
	return failed(ctx, "put documents", s.update(ctx, func(tx *sql.Tx) error { return putDocuments(ctx, tx, list) }))
}

func putDocuments(ctx context.Context, tx *sql.Tx, list []store.Document) error {
	if err := store.CheckDocuments(list); err != nil || len(list) == 0 {
		return err
	}
	insert, err := tx.PrepareContext(ctx, `
		INSERT INTO documents (version, at, body, kind, id) VALUES (1, ?, ?, ?, ?) ON CONFLICT DO NOTHING`)
	if err != nil {
		return err
	}
	update, err := tx.PrepareContext(ctx, `
		UPDATE documents SET version = version + 1, at = ?, body = ? WHERE kind = ? AND id = ? AND version = ?`)
	if err != nil {
		return err
	}
	for _, d := range list {
		statement, args := insert, []any{d.At.UnixMicro(), d.Body, d.Kind, d.ID}
		if d.Version != 0 {
			statement, args = update, append(args, d.Version)
		}
		result, err := statement.ExecContext(ctx, args...)
		if err != nil {
			return err
		}
		if written, err := result.RowsAffected(); err != nil || written != 1 {
			return orConflict(err)
		}
	}
	return nil
}

func orConflict(err error) error {
	if err != nil {
		return err
	}
	return store.ErrConflict
}

// DeleteDocuments deletes documents of one kind.
func (s *Store) DeleteDocuments(ctx context.Context, kind string, ids []string) error {
	return failed(ctx, "delete documents", s.update(ctx, func(tx *sql.Tx) error {
		return erase(ctx, tx, `DELETE FROM documents WHERE kind = ? AND id = ?`, ids, func(id string) []any { return []any{kind, id} })
	}))
}
