package people

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/store"
)

// documentLoaderTimeout is how long one read may take, whoever waits for it.
const documentLoaderTimeout = 20 * time.Second

// documentLoader reads documents for several who ask at the same time (batch loader): who asks
// during a read shares the next one.
type documentLoader struct {
	store store.Documents

	mu      sync.Mutex
	waiting map[string]*documentRead // by kind
	reading map[string]bool
}

type documentRead struct {
	ids  []string
	done chan struct{}
	docs map[string]store.Document
	err  error
}

// load returns those of some documents that are there, by time and id.
func (l *documentLoader) load(ctx context.Context, kind string, ids []string) ([]store.Document, error) {
	if len(ids) == 0 { // no ids at all would select everything
		return nil, nil
	}
	l.mu.Lock()
	if l.waiting == nil {
		l.waiting, l.reading = map[string]*documentRead{}, map[string]bool{}
	}
	read := l.waiting[kind]
	if read == nil {
		read = &documentRead{done: make(chan struct{})}
		l.waiting[kind] = read
	}
	read.ids = append(read.ids, ids...)
	if !l.reading[kind] {
		l.reading[kind] = true
		go l.readQueue(context.WithoutCancel(ctx), kind)
	}
	l.mu.Unlock()
	select {
	case <-read.done:
	case <-ctx.Done():
		return nil, catalog.StoreFault(ctx.Err())
	}
	var docs []store.Document
	for _, id := range ids {
		if d, ok := read.docs[id]; ok && !slices.ContainsFunc(docs, func(have store.Document) bool { return have.ID == id }) {
			docs = append(docs, d)
		}
	}
	slices.SortFunc(docs, func(a, b store.Document) int { return a.At.Compare(b.At) })
	return docs, read.err
}

// readQueue reads until nobody waits.
func (l *documentLoader) readQueue(ctx context.Context, kind string) {
	for {
		l.mu.Lock()
		read := l.waiting[kind]
		delete(l.waiting, kind)
		if read == nil {
			l.reading[kind] = false
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		l.read(ctx, kind, read)
	}
}

func (l *documentLoader) read(ctx context.Context, kind string, read *documentRead) {
	defer close(read.done)
	ctx, cancel := context.WithTimeout(ctx, documentLoaderTimeout)
	defer cancel()
	slices.Sort(read.ids)
	docs, err := l.store.Documents(ctx, store.DocumentQuery{Kind: kind, IDs: slices.Compact(read.ids)})
	read.err, read.docs = err, make(map[string]store.Document, len(docs))
	for _, d := range docs {
		read.docs[d.ID] = d
	}
}
