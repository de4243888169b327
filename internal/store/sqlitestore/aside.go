package sqlitestore

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/zhitu/zhitu/internal/store"
)

// SetAside keeps statements that could not be mapped.
func (s *Store) SetAside(ctx context.Context, list []store.Aside) error {
	return failed(ctx, "set aside", s.update(ctx, func(tx *sql.Tx) error {
		return erase(ctx, tx, `
			INSERT INTO set_aside (id, at, reason_en, reason_zh, body) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET reason_en = excluded.reason_en, reason_zh = excluded.reason_zh`, list,
			func(a store.Aside) []any { return []any{a.ID, a.At.UnixMicro(), a.Reason.EN, a.Reason.ZH, a.Body} })
	}))
}

// Asides returns statements that are set aside, by time and id.
func (s *Store) Asides(ctx context.Context, q store.AsideQuery) (list []store.Aside, err error) {
	conditions, args := []string{"true"}, []any{}
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
		list, err = query(ctx, tx, func(row *sql.Rows, a *store.Aside) error {
			var at int64
			err := row.Scan(&a.ID, &at, &a.Reason.EN, &a.Reason.ZH, &a.Body)
			a.At = time.UnixMicro(at).UTC()
			return err
		}, `SELECT id, at, reason_en, reason_zh, body FROM set_aside WHERE `+strings.Join(conditions, " AND ")+` ORDER BY at, id LIMIT ?`, append(args, most)...)
		return err
	})
	return list, failed(ctx, "asides", err)
}

// Discard deletes statements that are set aside.
func (s *Store) Discard(ctx context.Context, ids []string) error {
	return failed(ctx, "discard", s.update(ctx, func(tx *sql.Tx) error {
		return erase(ctx, tx, `DELETE FROM set_aside WHERE id = ?`, ids, func(id string) []any { return []any{id} })
	}))
}
