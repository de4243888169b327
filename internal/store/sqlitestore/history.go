package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// putPublication adds to the history.
func putPublication(ctx context.Context, tx *sql.Tx, p store.Publication, body store.HistoryBody) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO change_sets (revision, id, at, author, reason, draft, records, complete, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		int64(p.Revision), nullIfEmpty(p.ID), p.At.UnixMicro(), p.Author, p.Reason, p.Draft, p.Records(), p.Complete, nullIfEmpty(body.Text))
	for place, part := range body.Parts {
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO change_set_parts (revision, place, data) VALUES (?, ?, ?)`, int64(p.Revision), place, part)
	}
	return err
}

func setRevision(ctx context.Context, tx *sql.Tx, revision store.Revision) error {
	_, err := tx.ExecContext(ctx, `UPDATE catalog_revision SET revision = ?`, int64(revision))
	return err
}

// findChangeSet returns the revision that the set of this ID made, if any did.
func findChangeSet(ctx context.Context, tx *sql.Tx, id string) (made store.Revision, ok bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT revision FROM change_sets WHERE id = ?`, nullIfEmpty(id)).Scan(&made)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return made, err == nil, err
}

// Revision returns the number of the published catalog.
func (s *Store) Revision(ctx context.Context) (store.Revision, error) {
	revision, err := s.revision(ctx)
	return revision, wrapError(ctx, "revision", err)
}

func (s *Store) revision(ctx context.Context) (revision store.Revision, err error) {
	err = s.readTx(ctx, func(tx *sql.Tx) error {
		revision, err = readRevision(ctx, tx)
		return err
	})
	return revision, err
}

func readRevision(ctx context.Context, tx *sql.Tx) (revision store.Revision, err error) {
	err = tx.QueryRowContext(ctx, `SELECT revision FROM catalog_revision`).Scan(&revision)
	return revision, err
}

// History streams publications, oldest first. It holds no transaction while the
// caller has one of them.
func (s *Store) History(ctx context.Context, q store.HistoryQuery) iter.Seq2[store.Publication, error] {
	fail := func(err error) error { return wrapError(ctx, "history", err) }
	return store.StreamHistory(ctx, q, fail, func(q store.HistoryQuery) (list []store.StoredPublication, err error) {
		err = s.readTx(ctx, func(tx *sql.Tx) (err error) {
			list, err = queryAll(ctx, tx, scanPublication, `
				SELECT revision, coalesce(id, ''), at, author, reason, draft, complete,
					iif(NOT ?4 AND (?1 = 0 OR records <= ?1), coalesce(body, ''), ''),
					iif(NOT ?4 AND (?1 = 0 OR records <= ?1), (SELECT count(*) FROM change_set_parts p WHERE p.revision = change_sets.revision), 0)
				FROM change_sets WHERE revision > ?2 ORDER BY revision LIMIT ?3`, q.MaxRecords, int64(q.After), q.First, q.HeadingsOnly)
			return err
		})
		return list, fail(err)
	}, func(revision store.Revision) (parts [][]byte, err error) {
		err = s.readTx(ctx, func(tx *sql.Tx) (err error) {
			parts, err = queryAll(ctx, tx, func(row *sql.Rows, part *[]byte) error { return row.Scan(part) },
				`SELECT data FROM change_set_parts WHERE revision = ? ORDER BY place`, int64(revision))
			return err
		})
		return parts, fail(err)
	})
}

func scanPublication(row *sql.Rows, p *store.StoredPublication) error {
	var at int64
	err := row.Scan(&p.Revision, &p.ID, &at, &p.Author, &p.Reason, &p.Draft, &p.Complete, &p.Text, &p.Parts)
	p.At = time.UnixMicro(at).UTC()
	return err
}

// Restore fills an empty store with another's catalog, revision and history, in one
// transaction.
func (s *Store) Restore(ctx context.Context, revision store.Revision, c competency.Catalog, history iter.Seq2[store.Publication, error]) error {
	return wrapError(ctx, "restore", s.writeTx(ctx, func(tx *sql.Tx) error {
		now, err := readRevision(ctx, tx)
		if err == nil && now != 0 {
			err = store.ErrConflict
		}
		if err == nil {
			err = putCatalog(ctx, tx, c)
		}
		if err == nil {
			err = setRevision(ctx, tx, revision)
		}
		if err != nil {
			return err
		}
		for p, err := range store.InOrder(history, revision) {
			if err != nil {
				return err
			}
			body, err := p.Body()
			if err != nil {
				return err
			}
			if err := putPublication(ctx, tx, p, body); err != nil {
				return err
			}
		}
		return nil
	}))
}
