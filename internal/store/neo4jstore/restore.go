package neo4jstore

import (
	"context"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// A history may be larger than the memory of one transaction. So it is written in
// several, under the label RestoredChangeSet, which no reader asks for; the
// transaction that writes the catalog gives its nodes their right label.
const restoredLabel = "RestoredChangeSet"

const (
	// restoredTogether is how many publications one transaction restores,
	restoredTogether = 100
	// restoredBytes is how long their bodies may be together.
	restoredBytes = 4 << 20
)

// restoration is a history that has been written and is not shown yet.
type restoration struct {
	revision     store.Revision
	token        int64 // of its publications
	publications int
}

// Restore fills a store without a catalog with another's catalog, revision and
// history.
func (s *Store) Restore(ctx context.Context, revision store.Revision, c competency.Catalog, history iter.Seq2[store.Publication, error]) error {
	now, err := s.Revision(ctx)
	if err == nil && now != 0 {
		err = s.wrapError(ctx, "restore", store.ErrConflict)
	}
	if err == nil {
		err = s.clearRestored(ctx)
	}
	if err != nil {
		return err
	}
	r := &restoration{revision: revision, token: rand.Int64()}
	if err = s.putRestored(ctx, r, history); err == nil {
		w := write{cs: competency.ChangeSet{Put: competency.Records{Catalog: c}}, token: r.token, restore: r}
		_, err = s.write(ctx, "restore", longTimeout+time.Duration(c.Len())*time.Millisecond, w)
	}
	if err != nil {
		// The error counts. What stays nevertheless, the next one clears.
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), longTimeout)
		defer cancel()
		_ = s.clearRestored(within)
	}
	return err
}

// putRestored writes the history, some publications to a transaction.
func (s *Store) putRestored(ctx context.Context, r *restoration, history iter.Seq2[store.Publication, error]) error {
	var batch restoredBatch
	for p, err := range store.InOrder(history, r.revision) {
		if err != nil {
			return err
		}
		body, err := p.Body()
		if err != nil {
			return s.wrapError(ctx, "restore", err)
		}
		r.publications++
		if batch.add(p, body, r.token); batch.full() {
			if err := s.putBatch(ctx, batch); err != nil {
				return err
			}
			batch = restoredBatch{}
		}
	}
	return s.putBatch(ctx, batch)
}

// restoredBatch is what one transaction restores: publications, of which the last
// may have a body in parts.
type restoredBatch struct {
	rows  []row
	bytes int
	last  store.Revision
	parts [][]byte
}

func (b *restoredBatch) add(p store.Publication, body store.HistoryBody, token int64) {
	one := publicationRow(p, body)
	one["token"] = token
	b.rows, b.bytes, b.last, b.parts = append(b.rows, one), b.bytes+len(body.Text), p.Revision, body.Parts
}

func (b *restoredBatch) full() bool {
	return len(b.rows) == restoredTogether || b.bytes > restoredBytes || len(b.parts) > 0
}

func (s *Store) putBatch(ctx context.Context, b restoredBatch) error {
	if len(b.rows) == 0 {
		return nil
	}
	return s.callServer(ctx, "restore", longTimeout, func(ctx context.Context) error {
		return s.inTransaction(ctx, func(tx transaction) error {
			_, err := tx.run(ctx, cypher("put publications", "Label", restoredLabel), map[string]any{"rows": b.rows})
			if err == nil {
				err = putParts(ctx, tx, restoredLabel, b.last, b.parts)
			}
			if err == nil {
				err = tx.commit(ctx)
			}
			return err
		})
	})
}

// publish shows the history, and with it the revision. Where another Restore has
// cleared it meanwhile, that is a conflict.
func (r *restoration) publish(ctx context.Context, tx transaction) error {
	one, err := singleRecord(tx.run(ctx, cypher("counts")+"\n"+cypher("restore"), map[string]any{"revision": int64(r.revision), "token": r.token}))
	if err == nil && one.Values[0] != int64(r.publications) {
		err = store.ErrConflict
	}
	return err
}

// clearRestored removes what a Restore left that was broken off.
func (s *Store) clearRestored(ctx context.Context) error {
	for {
		var removed any
		err := s.callServer(ctx, "restore", longTimeout, func(ctx context.Context) error {
			one, err := singleRecord(s.writeRunner().run(ctx, cypher("clear restored"), map[string]any{"most": int64(restoredTogether)}))
			if err == nil {
				removed = one.Values[0]
			}
			return err
		})
		if err != nil || removed == int64(0) {
			return err
		}
	}
}
