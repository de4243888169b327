package store

import (
	"context"
	"time"
)

// Documents keeps small JSON documents, each under a kind and an id: drafts,
// accounts, tokens, statements that could not be mapped. Several packages hold this
// role, each with kinds of its own. A document is no part of the catalog and raises
// no revision.
type Documents interface {
	// Documents returns the documents that a query selects, by time and id.
	Documents(ctx context.Context, q DocumentQuery) ([]Document, error)

	// PutDocuments writes documents in one transaction (optimistic concurrency): each
	// takes the place of exactly the version that it names. ErrConflict where one of
	// them names another version than the stored one, or stands in the list twice;
	// then nothing is written. An empty list changes nothing.
	PutDocuments(ctx context.Context, list []Document) error

	// DeleteDocuments deletes documents of one kind, whatever their version, in one
	// transaction. Ids that are not there do no harm.
	DeleteDocuments(ctx context.Context, kind string, ids []string) error
}

// Document is a small JSON document. Kind and ID are ASCII texts; together they are
// the key.
type Document struct {
	Kind, ID string
	// Version is 1 for a document that has been put once, and one more for each time
	// since. In a document that is to be put, it is the version that this one
	// replaces: 0 says that there must be none.
	Version int
	At      time.Time // orders documents of a kind; kept in UTC, whole microseconds
	Body    string    // JSON; it comes back byte for byte
}

// DocumentQuery selects documents of one kind; all that is given must hold.
type DocumentQuery struct {
	Kind  string
	IDs   []string // one of these
	After *Cursor  // only what comes after it
	First int      // at most so many; 0 for all
}

// DocumentKey names a document.
type DocumentKey struct{ Kind, ID string }

// Key returns what the document is called.
func (d Document) Key() DocumentKey { return DocumentKey{d.Kind, d.ID} }

// CheckDocuments returns ErrConflict where a list names a document twice: the second
// could not replace the version that the first replaces too.
func CheckDocuments(list []Document) error {
	seen := make(map[DocumentKey]bool, len(list))
	for _, d := range list {
		if seen[d.Key()] {
			return ErrConflict
		}
		seen[d.Key()] = true
	}
	return nil
}
