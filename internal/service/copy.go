package service

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/people"
)

// Archives are the catalog and the people of one store, as a whole.
type Archives struct {
	Catalog *catalog.Archive
	People  *people.Archive
	// Now is when they are inspected: what lies after it is of the future. Zero leaves
	// that unchecked.
	Now time.Time
	// LinkSchemes are those of links besides http and https.
	LinkSchemes competency.LinkSchemes
}

// CopyFrom writes the contents of another store into that of the service, which is
// given as archives too. An empty store becomes a copy with history and revision. Into
// any other the contents are imported: what they leave empty stays as it was, and the
// history is that of the store. The contents must be sound.
func (s *Service) CopyFrom(ctx context.Context, contents *StoreContents, from *catalog.Archive, to Archives) (*Import, error) {
	all := competency.ChangeSet{Put: contents.Records, AsStored: true}
	done, err := s.Import(ctx, all, true) // it refuses before anything is written
	if err != nil {
		return nil, err
	}
	empty, err := to.Catalog.IsEmpty(ctx)
	if err != nil {
		return nil, err
	}
	if empty && contents.Revision > 0 {
		history := publicationsUntil(from.History(ctx), contents.Revision)
		if err := to.Catalog.Restore(ctx, contents.Revision, contents.Records.Catalog, history); err != nil {
			return nil, err
		}
	}
	imported, err := s.Import(ctx, all, false)
	if err != nil {
		return nil, err
	}
	done.Revision = imported.Revision
	return done, to.People.Restore(ctx, contents.Observations, contents.Records.Mastery)
}

// publicationsUntil ends a history with a revision: the store may have been written to
// since its contents were read.
func publicationsUntil(history iter.Seq2[catalog.Publication, error], last catalog.Revision) iter.Seq2[catalog.Publication, error] {
	return func(yield func(catalog.Publication, error) bool) {
		for p, err := range history {
			if err == nil && p.Revision > last || !yield(p, err) {
				return
			}
		}
	}
}

// DifferingPublications names the publications of one history that another has not, or
// has otherwise. Both are streamed side by side.
func DifferingPublications(ctx context.Context, a, b *catalog.Archive, last catalog.Revision) (keys []string, err error) {
	next, stop := iter.Pull2(publicationsUntil(b.History(ctx), last))
	defer stop()
	other, failed, more := next()
	for p, err := range publicationsUntil(a.History(ctx), last) {
		if err != nil {
			return nil, catalog.StoreFault(err)
		}
		for more && failed == nil && other.Revision < p.Revision {
			other, failed, more = next()
		}
		if failed != nil {
			return nil, catalog.StoreFault(failed)
		}
		if !more || !reflect.DeepEqual(p, other) {
			keys = append(keys, fmt.Sprintf("publication %d", p.Revision))
		}
	}
	return keys, nil
}
