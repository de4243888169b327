package storetest

import (
	"context"

	"github.com/zhitu/zhitu/internal/store"
)

// BlockedStore is a store that records no evidence until Release is closed, for tests
// of what happens to evidence that has to wait.
type BlockedStore struct {
	store.Store
	Release chan struct{}
}

// BlockRecord returns a store whose Record waits.
func BlockRecord(s store.Store) BlockedStore { return BlockedStore{s, make(chan struct{})} }

// Record waits, and then records.
func (h BlockedStore) Record(ctx context.Context, list []store.Recording, fold store.Fold) ([]store.RecordingResult, error) {
	<-h.Release
	return h.Store.Record(ctx, list, fold)
}
