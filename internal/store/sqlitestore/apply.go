package sqlitestore

import (
	"context"
	"database/sql"
	"slices"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// Apply writes a change in one transaction.
func (s *Store) Apply(ctx context.Context, base store.Revision, c store.Change) (store.Revision, error) {
	body := c.StartBody() // beside the transaction, so that it holds others up no longer
	defer body()
	var made store.Revision
	err := s.writeTx(ctx, func(tx *sql.Tx) (err error) {
		made, err = s.apply(ctx, tx, base, c, body)
		return err
	})
	if err != nil {
		return 0, wrapError(ctx, "apply", err)
	}
	return made, nil
}

func (s *Store) apply(ctx context.Context, tx *sql.Tx, base store.Revision, c store.Change, body func() (store.HistoryBody, error)) (store.Revision, error) {
	if made, ok, err := findChangeSet(ctx, tx, c.ID); ok || err != nil {
		return made, err
	}
	now, err := readRevision(ctx, tx)
	switch {
	case err != nil:
		return 0, err
	case now != base:
		return 0, store.ErrConflict
	}
	present, deleted := store.ChangedPeople(c.ChangeSet)
	err = runInOrder(
		func() error { return checkExpected(ctx, tx, c.Expected) },
		func() error { return deletePeople(ctx, tx, c.Delete.People) },
		func() error { return deleteCatalog(ctx, tx, c.Delete.Catalog) },
		func() error { return putCatalog(ctx, tx, c.Put.Catalog) },
		func() error { return putPeople(ctx, tx, c.Put.People, c.At) },
		func() error { return s.logMoves(ctx, tx, slices.Concat(present, deleted), nil) },
		func() error { return putDocuments(ctx, tx, c.Documents) },
	)
	if err != nil || !c.EditsCatalog() {
		return base, err
	}
	kept, err := body()
	if err != nil {
		return 0, err
	}
	return base + 1, runInOrder(
		func() error { return putPublication(ctx, tx, c.Publication(base+1), kept) },
		func() error { return setRevision(ctx, tx, base+1) },
	)
}

// deleteCatalog deletes what refers before what is referred to, and putCatalog
// goes the other way. Either order is allowed; this one leaves SQLite no
// violation to count and to look for again.
func deleteCatalog(ctx context.Context, tx *sql.Tx, del competency.Catalog) error {
	return runInOrder(
		func() error { return requirements.delete(ctx, tx, del.Requirements) },
		func() error { return related.delete(ctx, tx, del.Related) },
		func() error { return prerequisites.delete(ctx, tx, del.Prerequisites) },
		func() error { return resourcePoints.delete(ctx, tx, del.Resources) },
		func() error { return resources.delete(ctx, tx, del.Resources) },
		func() error { return positions.delete(ctx, tx, del.Positions) },
		func() error { return knowledgePoints.delete(ctx, tx, del.KnowledgePoints) },
		func() error { return pointCodes.delete(ctx, tx, del.KnowledgePoints) },
		func() error { return competencies.delete(ctx, tx, del.Competencies) },
		func() error { return competencyCodes.delete(ctx, tx, del.Competencies) },
		func() error { return levels.delete(ctx, tx, del.Scale) },
	)
}

func putCatalog(ctx context.Context, tx *sql.Tx, put competency.Catalog) error {
	return runInOrder(
		func() error { return competencyCodes.put(ctx, tx, put.Competencies) },
		func() error { return competencies.put(ctx, tx, put.Competencies) },
		func() error { return pointCodes.put(ctx, tx, put.KnowledgePoints) },
		func() error { return knowledgePoints.put(ctx, tx, put.KnowledgePoints) },
		func() error { return positions.put(ctx, tx, put.Positions) },
		func() error { return resources.put(ctx, tx, put.Resources) },
		func() error { return resourcePoints.replace(ctx, tx, put.Resources) },
		func() error { return prerequisites.put(ctx, tx, put.Prerequisites) },
		func() error { return related.put(ctx, tx, put.Related) },
		func() error { return requirements.put(ctx, tx, put.Requirements) },
		func() error { return levels.put(ctx, tx, put.Scale) },
	)
}

// runInOrder runs steps up to the first that fails.
func runInOrder(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
