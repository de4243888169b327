package people

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
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
	Why        fault.Text // names no person
	Statement  string     // as it was sent
	SentBy     string     // the id of the account that sent it, empty where none was noted
}

// SetAsideStatement is an unmapped statement as it is listed.
type SetAsideStatement struct{ kept UnmappedStatement }

// ReceivedAt returns when it came.
func (s SetAsideStatement) ReceivedAt() time.Time { return s.kept.ReceivedAt }

// Reason says why it could not be mapped, in the request's language. It names no person.
func (s SetAsideStatement) Reason(ctx context.Context) string {
	return s.kept.Why.In(catalog.Lang(ctx))
}

// ID returns its id, for whoever may read its content.
func (s SetAsideStatement) ID(ctx context.Context) (*string, error) {
	return s.content(ctx, s.kept.ID)
}

// Statement returns it as it was sent, for whoever may read its content.
func (s SetAsideStatement) Statement(ctx context.Context) (*string, error) {
	return s.content(ctx, s.kept.Statement)
}

func (s SetAsideStatement) content(ctx context.Context, text string) (*string, error) {
	if err := access.Check(ctx, access.UnmappedContent); err != nil {
		return nil, err
	}
	noteUnmapped(ctx)
	return &text, nil
}

// UnmappedStatements returns a page of the statements that could not be mapped, the earliest
// first; for a token those that its account has sent. Their number is counted where the
// caller is going to read it, which reads all of them.
func (p *People) UnmappedStatements(ctx context.Context, first int, after *string, count bool) (none SetAsideConnection, err error) {
	r, err := page.NewRequest(first, after)
	if err != nil {
		return none, err
	}
	from, err := pageKey(r)
	if err != nil {
		return none, err
	}
	if err := access.Check(ctx, access.Unmapped); err != nil {
		return none, err
	}
	list, err := p.visibleUnmapped(ctx, from, first+1)
	if err != nil {
		return none, err
	}
	total := 0
	if count && r.After == "" && len(list) <= first {
		total = len(list)
	} else if count {
		all, err := p.visibleUnmapped(ctx, nil, 0)
		if err != nil {
			return none, err
		}
		total = len(all)
	}
	nodes := make([]SetAsideStatement, min(first, len(list)))
	for i := range nodes {
		nodes[i] = SetAsideStatement{list[i]}
	}
	return page.New(nodes, total, r, len(list) > first, func(s SetAsideStatement) string {
		return page.TimeKey(s.kept.ReceivedAt, cursorID(s.kept.ID))
	}), nil
}

// cursorID stands for the id of a statement in cursors, which are for some who may not read
// the id.
func cursorID(id string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(id)))[:32] }

// visibleUnmapped returns the statements after a cursor that the viewer may see: so many at
// least where there are, all for 0.
func (p *People) visibleUnmapped(ctx context.Context, after *store.Cursor, first int) (list []UnmappedStatement, err error) {
	v, err := access.FromContext(ctx)
	if err != nil {
		return nil, err
	}
	q := store.DocumentQuery{First: first}
	if first > 0 && (v.OnlyOwnStatements() || after != nil) { // perhaps few among many
		q.First = max(first, scanPageSize)
	}
	same := 0 // statements of the time of the cursor, which come first
	if after != nil {
		q.After = &store.Cursor{At: after.At}
	}
	for {
		read, err := p.readUnmapped(ctx, q)
		if err != nil {
			return nil, err
		}
		more := len(read) == q.First && first > 0
		last := store.Cursor{}
		if len(read) > 0 {
			last = store.Cursor{At: read[len(read)-1].ReceivedAt, ID: read[len(read)-1].ID}
		}
		list = append(list, ownStatements(v, read)...)
		for after != nil && same < len(list) && list[same].ReceivedAt.Equal(after.At) {
			same++
		}
		if !more || len(list)-same >= first {
			// Where the statement of the cursor is gone, those of its time come again.
			at := slices.IndexFunc(list[:same], func(u UnmappedStatement) bool { return cursorID(u.ID) == after.ID })
			return list[at+1:], nil
		}
		q.After = &last
	}
}

// ownStatements returns those of some statements that the viewer may see.
func ownStatements(v *access.Viewer, list []UnmappedStatement) []UnmappedStatement {
	if !v.OnlyOwnStatements() {
		return list
	}
	return slices.DeleteFunc(list, func(u UnmappedStatement) bool { return u.SentBy == "" || u.SentBy != v.Account })
}

// UnmappedByID returns those of some ids that could not be mapped, for the viewer to retry or
// discard.
func (p *People) UnmappedByID(ctx context.Context, ids []string) ([]UnmappedStatement, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return p.unmappedContent(ctx, store.DocumentQuery{IDs: ids})
}

// UnmappedAfter returns statements that could not be mapped, the earliest first, after one,
// or from the first on where that is nil, for the viewer to retry. It has read at most so
// many, and returns the last of these, nil where there are no more.
func (p *People) UnmappedAfter(ctx context.Context, last *UnmappedStatement, first int) (list []UnmappedStatement, next *UnmappedStatement, err error) {
	q := store.DocumentQuery{First: first}
	if last != nil {
		q.After = &store.Cursor{At: last.ReceivedAt, ID: last.ID}
	}
	if err := access.Check(ctx, access.UnmappedContent); err != nil {
		return nil, nil, err
	}
	v, err := access.FromContext(ctx)
	if err != nil {
		return nil, nil, err
	}
	read, err := p.readUnmapped(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	if len(read) == first {
		next = new(read[first-1])
	}
	return ownStatements(v, read), next, nil
}

func (p *People) unmappedContent(ctx context.Context, q store.DocumentQuery) ([]UnmappedStatement, error) {
	if err := access.Check(ctx, access.UnmappedContent); err != nil {
		return nil, err
	}
	v, err := access.FromContext(ctx)
	if err != nil {
		return nil, err
	}
	list, err := p.readUnmapped(ctx, q)
	if err != nil {
		return nil, err
	}
	noteUnmapped(ctx)
	return ownStatements(v, list), nil
}

// noteUnmapped notes in the audit that statements were read, once a request.
func noteUnmapped(ctx context.Context) {
	audit.Note(ctx, audit.Event{Action: access.UnmappedContent, Verb: readVerb})
}

// KeptStatements returns what is kept under some ids, whoever sent it: for whoever may
// record, to compare what comes with what is there. None of it is shown.
func (p *People) KeptStatements(ctx context.Context, ids []string) ([]UnmappedStatement, error) {
	if err := access.CheckScope(ctx, access.Record); err != nil || len(ids) == 0 {
		return nil, err
	}
	return p.readUnmapped(ctx, store.DocumentQuery{IDs: ids})
}

func (p *People) readUnmapped(ctx context.Context, q store.DocumentQuery) ([]UnmappedStatement, error) {
	list, err := readUnmapped(ctx, p.store, q)
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	return list, nil
}

// KeepUnmapped keeps statements that could not be mapped, as sent by the account of the
// viewer. One that is kept already stays as it is, but for the reason.
func (p *People) KeepUnmapped(ctx context.Context, list []UnmappedStatement) error {
	if len(list) == 0 {
		return nil
	}
	v, err := access.ScopedViewer(ctx, access.Record)
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].SentBy == "" || !v.IsSystem() {
			list[i].SentBy = v.Account
		}
	}
	if err := writeUnmapped(ctx, p.store, list); err != nil {
		return catalog.StoreFault(err)
	}
	return nil
}

// DropMapped deletes statements that could be mapped since. Ids that are not kept do no harm.
func (p *People) DropMapped(ctx context.Context, ids []string) error {
	if err := access.CheckScope(ctx, access.Record); err != nil || len(ids) == 0 {
		return err
	}
	return p.deleteUnmapped(ctx, ids)
}

// DiscardUnmapped deletes statements that could not be mapped, which UnmappedByID has
// returned to the viewer.
func (p *People) DiscardUnmapped(ctx context.Context, ids []string) error {
	if err := access.Check(ctx, access.UnmappedContent); err != nil || len(ids) == 0 {
		return err
	}
	audit.Note(ctx, audit.Event{Action: access.UnmappedContent, Verb: "delete", Count: len(ids)})
	return p.deleteUnmapped(ctx, ids)
}

func (p *People) deleteUnmapped(ctx context.Context, ids []string) error {
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
		list[i] = UnmappedStatement{d.ID, d.At, fault.Text(body.Reason), body.Statement, body.SentBy}
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
			add(store.Document{Kind: store.UnmappedKind, ID: u.ID, At: u.ReceivedAt}, store.UnmappedBody{Statement: u.Statement, SentBy: u.SentBy})
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
