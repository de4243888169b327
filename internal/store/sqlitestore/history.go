package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

func record(ctx context.Context, tx *sql.Tx, made store.Revision, cs competency.ChangeSet, body string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO change_sets (revision, id, at, body) VALUES (?, ?, ?, ?)`,
		int64(made), null(cs.ID), cs.At.UnixMicro(), null(body))
	return err
}

// alreadyMade returns the revision that the set of this ID made, if any did.
func alreadyMade(ctx context.Context, tx *sql.Tx, id string) (made store.Revision, ok bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT revision FROM change_sets WHERE id = ?`, null(id)).Scan(&made)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return made, err == nil, err
}

// Revision returns the number of the published catalog.
func (s *Store) Revision(ctx context.Context) (store.Revision, error) {
	revision, err := s.revision(ctx)
	return revision, failed(ctx, "revision", err)
}

func (s *Store) revision(ctx context.Context) (revision store.Revision, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		revision, err = revisionIn(ctx, tx)
		return err
	})
	return revision, err
}

func revisionIn(ctx context.Context, tx *sql.Tx) (revision store.Revision, err error) {
	err = tx.QueryRowContext(ctx, `SELECT coalesce(max(revision), 0) FROM change_sets`).Scan(&revision)
	return revision, err
}

// History returns the edits of the catalog after a revision, oldest first.
func (s *Store) History(ctx context.Context, after store.Revision, max int) ([]store.Publication, error) {
	var list []store.Publication
	err := s.view(ctx, func(tx *sql.Tx) (err error) {
		list, err = query(ctx, tx, scanPublication, `
			SELECT revision, coalesce(id, ''), at, body
			FROM change_sets WHERE revision > ? ORDER BY revision LIMIT ?`, int64(after), limit(max))
		return err
	})
	return list, failed(ctx, "history", err)
}

// limit keeps a negative number from meaning "all", as it does in SQL.
func limit(n int) int { return max(n, 0) }

func scanPublication(row *sql.Rows, p *store.Publication) error {
	var at int64
	var body sql.NullString
	if err := row.Scan(&p.Revision, &p.ID, &at, &body); err != nil {
		return err
	}
	p.At = time.UnixMicro(at).UTC()
	replayed, err := p.Replayed(body.String)
	*p = replayed
	return err
}
