package people

import (
	"context"
	"errors"
	"slices"

	"github.com/zhitu/zhitu/internal/store"
)

// readHistory reads the documents of the history of readiness, but for what deleted people have left.
func readHistory(ctx context.Context, from store.Documents) (all []store.Document, err error) {
	for _, kind := range []string{readinessRunKind, readinessKind, unitReadinessKind, headCountKind} {
		docs, err := from.Documents(ctx, store.DocumentQuery{Kind: kind})
		if err != nil {
			return nil, err
		}
		all = append(all, docs...)
	}
	return slices.DeleteFunc(all, func(d store.Document) bool { return d.Kind == readinessKind && d.Body == noReadiness }), nil
}

// writeHistory writes documents that are not there yet. One that is stays: of a person and a year, of
// a month, what the store has recorded itself counts.
func writeHistory(ctx context.Context, to store.Documents, list []store.Document) error {
	for len(list) > 0 {
		n := 1
		for n < min(len(list), readinessBatch) && list[n].Kind == list[0].Kind {
			n++
		}
		if err := putMissing(ctx, to, list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// putMissing writes those documents of one kind that are not there.
func putMissing(ctx context.Context, to store.Documents, list []store.Document) error {
	ids := make([]string, len(list))
	for i, d := range list {
		ids[i] = d.ID
	}
	for attempt := 1; ; attempt++ {
		kept, err := to.Documents(ctx, store.DocumentQuery{Kind: list[0].Kind, IDs: ids})
		if err != nil {
			return err
		}
		var missing []store.Document
		for _, d := range list {
			if !slices.ContainsFunc(kept, func(k store.Document) bool { return k.ID == d.ID && k.Body != noReadiness }) {
				d.Version = versionOf(kept, d.ID)
				missing = append(missing, d)
			}
		}
		if err := to.PutDocuments(ctx, missing); !errors.Is(err, store.ErrConflict) || attempt == readinessRetries {
			return err
		}
	}
}

func versionOf(kept []store.Document, id string) int {
	for _, d := range kept {
		if d.ID == id {
			return d.Version
		}
	}
	return 0
}
