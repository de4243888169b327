package people

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/store"
)

// UnmappedStatement is a statement of another system that could not be mapped to
// evidence. It is kept (a dead letter), to be retried or discarded.
type UnmappedStatement struct {
	ID         string
	ReceivedAt time.Time
	Why        fault.Text
	Statement  string // as it was sent
}

// Reason says why it could not be mapped, in the request's language.
func (u UnmappedStatement) Reason(ctx context.Context) string { return u.Why.In(catalog.Lang(ctx)) }

// UnmappedStatements returns a page of the statements that could not be mapped, the earliest
// first.
func (p *People) UnmappedStatements(ctx context.Context, first int, after *string) (none SetAsideConnection, err error) {
	r, err := page.NewRequest(first, after)
	if err != nil {
		return none, err
	}
	from, err := pageKey(r)
	if err != nil {
		return none, err
	}
	list, err := p.findUnmapped(ctx, store.DocumentQuery{First: first + 1, After: from})
	if err != nil {
		return none, err
	}
	nodes := list[:min(first, len(list))]
	return page.New(nodes, 0, r, len(list) > first, func(u UnmappedStatement) string { return page.TimeKey(u.ReceivedAt, u.ID) }), nil
}

// UnmappedByID returns those of some ids that could not be mapped.
func (p *People) UnmappedByID(ctx context.Context, ids []string) ([]UnmappedStatement, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return p.findUnmapped(ctx, store.DocumentQuery{IDs: ids})
}

// UnmappedAfter returns statements that could not be mapped, the earliest first, at most
// so many: those after one, or from the first on where that is nil.
func (p *People) UnmappedAfter(ctx context.Context, last *UnmappedStatement, first int) ([]UnmappedStatement, error) {
	q := store.DocumentQuery{First: first}
	if last != nil {
		q.After = &store.Cursor{At: last.ReceivedAt, ID: last.ID}
	}
	return p.findUnmapped(ctx, q)
}

func (p *People) findUnmapped(ctx context.Context, q store.DocumentQuery) ([]UnmappedStatement, error) {
	if err := access.Check(ctx, access.Unmapped); err != nil {
		return nil, err
	}
	list, err := readUnmapped(ctx, p.store, q)
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	return list, nil
}

// KeepUnmapped keeps statements that could not be mapped. One that is kept already
// stays as it is, but for the reason.
func (p *People) KeepUnmapped(ctx context.Context, list []UnmappedStatement) error {
	if len(list) == 0 {
		return nil
	}
	if err := access.Check(ctx, access.Record); err != nil {
		return err
	}
	if err := writeUnmapped(ctx, p.store, list); err != nil {
		return catalog.StoreFault(err)
	}
	return nil
}

// DiscardUnmapped deletes statements that could not be mapped. Ids that are not kept do
// no harm.
func (p *People) DiscardUnmapped(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if err := access.Check(ctx, access.Unmapped); err != nil {
		return err
	}
	if err := p.store.DeleteDocuments(ctx, store.UnmappedKind, ids); err != nil {
		return catalog.StoreFault(err)
	}
	return nil
}

// readUnmapped returns the statements whose documents a query selects.
func readUnmapped(ctx context.Context, from store.Documents, q store.DocumentQuery) ([]UnmappedStatement, error) {
	q.Kind = store.UnmappedKind
	docs, err := from.Documents(ctx, q)
	if err != nil {
		return nil, err
	}
	list := make([]UnmappedStatement, len(docs))
	for i, d := range docs {
		var body store.UnmappedBody
		if err := json.Unmarshal([]byte(d.Body), &body); err != nil {
			return nil, fmt.Errorf("document %s of kind %s: %w", d.ID, d.Kind, err)
		}
		list[i] = UnmappedStatement{d.ID, d.At, fault.Text(body.Reason), body.Statement}
	}
	return list, nil
}

// writeUnmapped keeps statements as documents (optimistic concurrency): as if none of
// them were kept, and where some are, once more over these.
func writeUnmapped(ctx context.Context, to store.Documents, list []UnmappedStatement) error {
	const maxAttempts = 10
	var kept []store.Document
	for attempt := 1; ; attempt++ {
		docs, ids, err := unmappedDocuments(list, kept)
		if err != nil {
			return err
		}
		if err = to.PutDocuments(ctx, docs); !errors.Is(err, store.ErrConflict) || attempt == maxAttempts {
			return err
		}
		if kept, err = to.Documents(ctx, store.DocumentQuery{Kind: store.UnmappedKind, IDs: ids}); err != nil {
			return err
		}
	}
}

// unmappedDocuments returns the documents of statements, over those that are kept, and
// without those that stay as they are; and the ids of all. Of several statements with
// one id the first counts, with the reason of the last.
func unmappedDocuments(list []UnmappedStatement, kept []store.Document) (docs []store.Document, ids []string, err error) {
	bodies, place := []store.UnmappedBody{}, map[string]int{}
	add := func(d store.Document, body store.UnmappedBody) {
		place[d.ID] = len(docs)
		docs, ids, bodies = append(docs, d), append(ids, d.ID), append(bodies, body)
	}
	for _, d := range kept {
		var body store.UnmappedBody
		if err := json.Unmarshal([]byte(d.Body), &body); err != nil {
			return nil, nil, fmt.Errorf("document %s of kind %s: %w", d.ID, d.Kind, err)
		}
		add(d, body)
	}
	for _, u := range list {
		if _, known := place[u.ID]; !known {
			add(store.Document{Kind: store.UnmappedKind, ID: u.ID, At: u.ReceivedAt}, store.UnmappedBody{Statement: u.Statement})
		}
		bodies[place[u.ID]].Reason = store.UnmappedReason(u.Why)
	}
	changed := docs[:0]
	for i, d := range docs {
		if body := bodies[i].JSON(); body != d.Body {
			d.Body = body
			changed = append(changed, d)
		}
	}
	return changed, ids, nil
}
