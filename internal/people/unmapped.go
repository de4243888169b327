package people

import (
	"context"
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

// UnmappedPage returns a page of the statements that could not be mapped, the earliest
// first.
func (p *People) UnmappedPage(ctx context.Context, first int, after *string) (none SetAsideConnection, err error) {
	r, err := page.NewRequest(first, after)
	if err != nil {
		return none, err
	}
	from, err := pageKey(r)
	if err != nil {
		return none, err
	}
	list, err := p.findUnmapped(ctx, store.AsideQuery{First: first + 1, After: from})
	if err != nil {
		return none, err
	}
	nodes := list[:min(first, len(list))]
	return page.New(nodes, 0, r, len(list) > first, func(u UnmappedStatement) string { return page.TimeKey(u.ReceivedAt, u.ID) }), nil
}

// Unmapped returns those of some ids that could not be mapped.
func (p *People) Unmapped(ctx context.Context, ids []string) ([]UnmappedStatement, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return p.findUnmapped(ctx, store.AsideQuery{IDs: ids})
}

// UnmappedAfter returns statements that could not be mapped, the earliest first, at most
// so many: those after one, or from the first on where that is nil.
func (p *People) UnmappedAfter(ctx context.Context, last *UnmappedStatement, first int) ([]UnmappedStatement, error) {
	q := store.AsideQuery{First: first}
	if last != nil {
		q.After = &store.Cursor{At: last.ReceivedAt, ID: last.ID}
	}
	return p.findUnmapped(ctx, q)
}

func (p *People) findUnmapped(ctx context.Context, q store.AsideQuery) ([]UnmappedStatement, error) {
	if err := access.Check(ctx, access.Unmapped, access.Subject{}); err != nil {
		return nil, err
	}
	list, err := p.store.Asides(ctx, q)
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	statements := make([]UnmappedStatement, len(list))
	for i, a := range list {
		statements[i] = UnmappedStatement{a.ID, a.At, a.Reason, a.Body}
	}
	return statements, nil
}

// KeepUnmapped keeps statements that could not be mapped. One that is kept already
// stays as it is, but for the reason.
func (p *People) KeepUnmapped(ctx context.Context, list []UnmappedStatement) error {
	if len(list) == 0 {
		return nil
	}
	if err := access.Check(ctx, access.Record, access.Subject{}); err != nil {
		return err
	}
	asides := make([]store.Aside, len(list))
	for i, u := range list {
		asides[i] = store.Aside{ID: u.ID, At: u.ReceivedAt, Reason: u.Why, Body: u.Statement}
	}
	if err := p.store.SetAside(ctx, asides); err != nil {
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
	if err := access.Check(ctx, access.Unmapped, access.Subject{}); err != nil {
		return err
	}
	if err := p.store.Discard(ctx, ids); err != nil {
		return catalog.StoreFault(err)
	}
	return nil
}
