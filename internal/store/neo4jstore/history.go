package neo4jstore

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/zhitu/zhitu/internal/store"
)

// Revision returns the number of the published catalog. Where another program has
// edited the catalog, so that there is more or less of it than was published, that
// becomes a revision of its own, without a change set.
func (s *Store) Revision(ctx context.Context) (revision store.Revision, err error) {
	err = s.callServer(ctx, "revision", s.timeout, func(ctx context.Context) (err error) {
		revision, err = s.currentRevision(ctx)
		return err
	})
	return revision, err
}

// externalEditInterval is how often, at most, a read of people looks for edits of the catalog
// by other means.
const externalEditInterval = time.Second

// checkExternalEdits notices edits by other means where nobody asks but about people.
func (s *Store) checkExternalEdits(ctx context.Context) error {
	if last := s.lastEditCheck.Load(); last != nil && time.Since(*last) < externalEditInterval {
		return nil
	}
	within, cancel := context.WithTimeout(ctx, lockFreePeriod)
	defer cancel()
	if _, err := s.currentRevision(within); err != nil && (ctx.Err() != nil || within.Err() == nil) {
		return err
	}
	return nil // or else a commit is being applied, and who asks next looks again
}

func (s *Store) currentRevision(ctx context.Context) (store.Revision, error) {
	s.lastEditCheck.Store(new(time.Now()))
	revision, untouched, err := readRevision(ctx, s.readRunner())
	if err != nil || untouched {
		return revision, err
	}
	// Or else a commit is just being made.
	err = retryTransient(ctx, func() error {
		return s.withWriteLock(ctx, func(tx transaction, _ lockState) (err error) {
			revision, err = adoptExternalEdits(ctx, tx)
			return err
		})
	})
	return revision, err
}

func readRevision(ctx context.Context, r statementRunner) (_ store.Revision, untouched bool, err error) {
	one, err := singleRecord(r.run(ctx, cypher("counts")+"\n"+cypher("revision"), nil))
	if err != nil {
		return 0, false, err
	}
	revision, ok := one.Values[0].(int64)
	untouched, _ = one.Values[1].(bool)
	if !ok {
		err = errDatabaseReplaced
	}
	return store.Revision(revision), untouched, err
}

// adoptExternalEdits makes a revision of edits by other means, where there are any. The caller
// holds the lock.
func adoptExternalEdits(ctx context.Context, tx transaction) (store.Revision, error) {
	revision, untouched, err := readRevision(ctx, tx)
	if err != nil || untouched {
		return revision, err
	}
	if err := assignMissingOrdinals(ctx, tx); err != nil {
		return 0, err
	}
	_, err = tx.run(ctx, cypher("counts")+"\n"+cypher("adopt external edits"), nil)
	return revision + 1, err
}

// History streams publications, oldest first.
func (s *Store) History(ctx context.Context, q store.HistoryQuery) iter.Seq2[store.Publication, error] {
	fail := func(err error) error { return s.wrapError(ctx, "history", err) }
	return store.StreamHistory(ctx, q, fail, func(q store.HistoryQuery) (list []store.StoredPublication, err error) {
		found, err := s.readHistoryRecords(ctx, "history", map[string]any{
			"after": int64(q.After), "first": int64(q.First), "headingsOnly": q.HeadingsOnly, "maxRecords": int64(q.MaxRecords),
		})
		for _, record := range found {
			p, err := decodePublication(record.Values)
			if err != nil {
				return nil, fail(err)
			}
			list = append(list, p)
		}
		return list, err
	}, func(revision store.Revision) (parts [][]byte, err error) {
		found, err := s.readHistoryRecords(ctx, "history parts", map[string]any{"revision": int64(revision)})
		for _, record := range found {
			part, _ := record.Values[0].([]byte)
			parts = append(parts, part)
		}
		return parts, err
	})
}

// readHistoryRecords reads the history at one moment.
func (s *Store) readHistoryRecords(ctx context.Context, statement string, params map[string]any) (found []*neo4j.Record, err error) {
	err = s.callServer(ctx, "history", longTimeout, func(ctx context.Context) error {
		return s.consistentRead(ctx, withGateCheck(catalogGate, func(ctx context.Context, r statementRunner) (err error) {
			found, err = r.run(ctx, cypher(statement), params)
			return err
		}))
	})
	return found, err
}

func decodePublication(values []any) (p store.StoredPublication, err error) {
	revision, numbered := values[0].(int64)
	at, timed := values[2].(time.Time)
	if !numbered || !timed {
		return p, errors.New("a :ChangeSet has no revision or time: remove it")
	}
	p.Revision, p.At = store.Revision(revision), at.UTC()
	p.ID, _ = values[1].(string)
	p.Author, _ = values[3].(string)
	p.Reason, _ = values[4].(string)
	p.Draft, _ = values[5].(string)
	p.Complete, _ = values[6].(bool)
	p.Text, _ = values[7].(string)
	parts, _ := values[8].(int64)
	p.Parts = int(parts)
	return p, nil
}

// publicationRow is a publication as it is written, without the parts of its body.
func publicationRow(p store.Publication, body store.HistoryBody) row {
	return row{
		"revision": int64(p.Revision), "id": nullIfEmpty(p.ID), "at": truncateMicros(p.At), "author": nullIfEmpty(p.Author), "reason": nullIfEmpty(p.Reason),
		"draft": nullIfEmpty(p.Draft), "records": nullIfZero(p.Records()), "complete": nullIfFalse(p.Complete), "body": nullIfEmpty(body.Text), "token": nil,
	}
}

// putParts writes the parts of a long body, a few at a time.
func putParts(ctx context.Context, r statementRunner, label string, revision store.Revision, parts [][]byte) error {
	const together = 4
	var rows []row
	for place, data := range parts {
		rows = append(rows, row{"place": int64(place), "data": data})
	}
	for some := range slices.Chunk(rows, together) {
		_, err := r.run(ctx, cypher("put parts", "Label", label), map[string]any{"revision": int64(revision), "rows": some})
		if err != nil {
			return err
		}
	}
	return nil
}
