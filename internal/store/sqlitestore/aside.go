package sqlitestore

import (
	"context"

	"github.com/zhitu/zhitu/internal/store"
)

// SetAside keeps statements that could not be mapped.
func (s *Store) SetAside(ctx context.Context, list []store.Aside) error {
	return store.SetAside(ctx, s, list)
}

// Asides returns statements that are set aside, by time and id.
func (s *Store) Asides(ctx context.Context, q store.AsideQuery) ([]store.Aside, error) {
	return store.Asides(ctx, s, q)
}

// Discard deletes statements that are set aside.
func (s *Store) Discard(ctx context.Context, ids []string) error {
	return s.DeleteDocuments(ctx, store.UnmappedKind, ids)
}
