package storetest

import (
	"context"

	"github.com/zhitu/zhitu/internal/store"
)

// Held is a store that records no evidence until Release is closed, for tests of what
// happens to evidence that has to wait.
type Held struct {
	store.Store
	Release chan struct{}
}

// Hold returns a store that is held.
func Hold(s store.Store) Held { return Held{s, make(chan struct{})} }

// Record waits, and then records.
func (h Held) Record(ctx context.Context, list []store.Recording, fold store.Fold) ([]store.Recorded, error) {
	<-h.Release
	return h.Store.Record(ctx, list, fold)
}
