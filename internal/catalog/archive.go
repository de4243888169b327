package catalog

import (
	"context"
	"iter"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/store"
)

// Archive reads the catalog of a store as it stands there, even where it breaks the
// rules: to verify it, or to copy it into another store.
type Archive struct{ store store.Catalog }

// NewArchive returns the archive of a store. It asks no permission: whoever holds the
// store may do everything.
func NewArchive(st store.Catalog) *Archive { return &Archive{st} }

// Load returns the stored catalog and its revision. Records that cannot be read as what
// they must be are left out, and reported in a *fault.Error that has a problem for each.
func (a *Archive) Load(ctx context.Context) (competency.Catalog, Revision, error) {
	return a.store.Load(ctx)
}

// Publication is one edit of the catalog in the history.
type Publication = store.Publication

// History streams all publications, oldest first, each with all its records.
func (a *Archive) History(ctx context.Context) iter.Seq2[Publication, error] {
	return a.store.History(ctx, store.HistoryQuery{})
}

// IsEmpty reports whether nothing has been published yet.
func (a *Archive) IsEmpty(ctx context.Context) (bool, error) {
	revision, err := a.store.Revision(ctx)
	if err != nil {
		return false, StoreFault(err)
	}
	return revision == 0, nil
}

// Restore makes an empty store a copy of another's catalog, with its revision and its
// history. One that was broken off may be repeated.
func (a *Archive) Restore(ctx context.Context, revision Revision, c competency.Catalog, history iter.Seq2[Publication, error]) error {
	if err := a.store.Restore(ctx, revision, c, history); err != nil {
		return StoreFault(err)
	}
	return nil
}
