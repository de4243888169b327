package catalog

import (
	"context"

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
