package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
)

// Publication is one edit of the catalog in the history.
type Publication struct {
	Revision Revision
	ID       string
	At       time.Time
	// Author, Reason and Draft are those of the change set; each may be empty.
	Author, Reason, Draft string
	// Changes is the resolved change set, without people, and Inverse the resolved set
	// that takes it back. Either is nil where it was not kept, or not asked for.
	Changes, Inverse *competency.ChangeSet
	// Complete reports whether both were kept. Stores of earlier schemas kept no
	// inverse, and of more than 10,000 records no changes.
	Complete bool
}

// HistoryQuery selects publications.
type HistoryQuery struct {
	After Revision // only those that made a later revision
	First int      // at most so many; 0 for all
	// HeadingsOnly leaves out the changes and the inverse of all publications.
	HeadingsOnly bool
	// MaxRecords leaves out the changes and the inverse of publications with more
	// records of the catalog; 0 for no limit.
	MaxRecords int
}

const (
	// maxHistoryText is how long the JSON of a publication may be, in bytes, to be
	// kept as it is.
	maxHistoryText = 256 << 10
	// historyPart is how long each part of a longer one is.
	historyPart = 1 << 20
	// historyPage is how many publications a stream holds at a time.
	historyPage = 32
)

// HistoryBody is what a store keeps of the records of a publication: their JSON, or
// where that is long parts of it in gzip. Both are empty where there is nothing.
type HistoryBody struct {
	Text  string
	Parts [][]byte
}

// edits is what a history keeps of a change set: its catalog, without people.
type edits struct {
	Put     competency.Catalog `json:"put,omitzero"`
	Delete  competency.Catalog `json:"delete,omitzero"`
	Inverse *edits             `json:"inverse,omitempty"`
}

func editsOf(cs *competency.ChangeSet) *edits {
	if cs == nil {
		return nil
	}
	return &edits{Put: cs.Put.Catalog, Delete: cs.Delete.Catalog}
}

func (e *edits) changeSet() *competency.ChangeSet {
	if e == nil {
		return nil
	}
	return &competency.ChangeSet{Put: competency.Records{Catalog: e.Put}, Delete: competency.Records{Catalog: e.Delete}}
}

// Body returns what a store keeps of the publication's records.
func (p Publication) Body() (b HistoryBody, err error) {
	if p.Changes == nil {
		return b, nil
	}
	kept := editsOf(p.Changes)
	kept.Inverse = editsOf(p.Inverse)
	text, err := json.Marshal(kept)
	if err != nil || len(text) <= maxHistoryText {
		return HistoryBody{Text: string(text)}, err
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		return b, err
	}
	_, err = z.Write(text)
	if err = errors.Join(err, z.Close()); err != nil {
		return b, err
	}
	for rest := packed.Bytes(); len(rest) > 0; {
		n := min(len(rest), historyPart)
		b.Parts, rest = append(b.Parts, rest[:n:n]), rest[n:]
	}
	return b, nil
}

// WithBody returns the publication with the records that a body holds.
func (p Publication) WithBody(b HistoryBody) (Publication, error) {
	var kept edits
	switch {
	case len(b.Parts) > 0:
		readers := make([]io.Reader, len(b.Parts))
		for i, part := range b.Parts {
			readers[i] = bytes.NewReader(part)
		}
		text, err := gzip.NewReader(io.MultiReader(readers...))
		if err != nil {
			return p, err
		}
		if err := json.NewDecoder(text).Decode(&kept); err != nil {
			return p, err
		}
	case b.Text != "":
		if err := json.Unmarshal([]byte(b.Text), &kept); err != nil {
			return p, err
		}
	default:
		return p, nil
	}
	p.Inverse = kept.Inverse.changeSet()
	p.Changes = kept.changeSet()
	p.Changes.ID, p.Changes.At = p.ID, p.At
	p.Changes.Author, p.Changes.Reason, p.Changes.Draft = p.Author, p.Reason, p.Draft
	return p, nil
}

// Publication returns what the history keeps of the change, once it has made a
// revision. Its lists are those of the change.
func (c Change) Publication(made Revision) Publication {
	changes := competency.ChangeSet{
		ID: c.ID, At: c.At, Author: c.Author, Reason: c.Reason, Draft: c.Draft,
		Put: competency.Records{Catalog: c.Put.Catalog}, Delete: competency.Records{Catalog: c.Delete.Catalog},
	}
	return Publication{
		Revision: made, ID: c.ID, At: c.At, Author: c.Author, Reason: c.Reason, Draft: c.Draft,
		Changes: &changes, Inverse: c.Inverse, Complete: c.Inverse != nil,
	}
}

// StartBody begins to encode what the history keeps of the change, where that is much
// beside the caller, and returns what waits for it. The change may not be altered
// before that has returned.
func (c Change) StartBody() (body func() (HistoryBody, error)) {
	const much = 2000 // records, which take some milliseconds
	if !c.EditsCatalog() {
		return func() (b HistoryBody, err error) { return b, nil }
	}
	p := c.Publication(0)
	body = sync.OnceValues(p.Body)
	if p.Records() > much {
		go body()
	}
	return body
}

// Records returns how many records of the catalog the publication's changes have, 0
// where it has none.
func (p Publication) Records() int {
	if p.Changes == nil {
		return 0
	}
	return p.Changes.Put.Catalog.Len() + p.Changes.Delete.Catalog.Len()
}

// StoredPublication is a publication as a store finds it: with the text of its body,
// or with the number of the parts that hold it.
type StoredPublication struct {
	Publication
	Text  string
	Parts int
}

// StreamHistory makes a stream of publications: read returns some of them, in order,
// and parts the parts of one. Both return errors in the terms of the contract; fail
// puts other errors into these. No publication is held when the next is read.
func StreamHistory(ctx context.Context, q HistoryQuery, fail func(error) error,
	read func(q HistoryQuery) ([]StoredPublication, error), parts func(Revision) ([][]byte, error),
) iter.Seq2[Publication, error] {
	return func(yield func(Publication, error) bool) {
		page, left := q, q.First
		for {
			page.First = historyPage
			if q.First > 0 {
				page.First = min(left, historyPage)
			}
			list, err := read(page)
			if err != nil {
				yield(Publication{}, err)
				return
			}
			for i := range list {
				p, err := complete(ctx, list[i], fail, parts)
				if list[i] = (StoredPublication{}); err != nil {
					yield(Publication{}, err)
					return
				}
				if page.After = p.Revision; !yield(p, nil) {
					return
				}
			}
			left -= len(list)
			if len(list) < page.First || q.First > 0 && left <= 0 {
				return
			}
		}
	}
}

// complete reads what a stored publication lacks.
func complete(ctx context.Context, s StoredPublication, fail func(error) error, parts func(Revision) ([][]byte, error)) (p Publication, err error) {
	if err := ctx.Err(); err != nil {
		return p, fail(err)
	}
	body := HistoryBody{Text: s.Text}
	if s.Parts > 0 {
		if body.Parts, err = parts(s.Revision); err != nil {
			return p, err
		}
	}
	if p, err = s.WithBody(body); err != nil {
		return Publication{}, fail(err)
	}
	return p, nil
}

// InOrder passes publications on, and ends with an error where they are not in the
// order of their revisions or have one above the last.
func InOrder(history iter.Seq2[Publication, error], last Revision) iter.Seq2[Publication, error] {
	return func(yield func(Publication, error) bool) {
		var before Revision
		for p, err := range history {
			if err == nil && (p.Revision <= before || p.Revision > last) {
				err = errors.New("store: the history to restore is not in the order of its revisions")
			}
			if before = p.Revision; !yield(p, err) || err != nil {
				return
			}
		}
	}
}
