package people

import (
	"context"
	"sync"

	"github.com/zhitu/zhitu/internal/catalog"
)

// lazy is a value that is read once, when it is first asked for (single flight): those
// who ask meanwhile wait for that read, or for the end of their own context. A read that
// fails is repeated by the next who asks. The zero value is ready.
type lazy[T any] struct {
	mu      sync.Mutex // never held during a read
	value   *T
	reading chan struct{} // closed when the read under way ends; nil where there is none
}

// load returns the value, and reads it where that has not been done.
func (l *lazy[T]) load(ctx context.Context, read func() (T, error)) (none T, err error) {
	for {
		l.mu.Lock()
		value, reading := l.value, l.reading
		if value == nil && reading == nil {
			l.reading = make(chan struct{})
		}
		l.mu.Unlock()
		switch {
		case value != nil:
			return *value, nil
		case reading == nil:
			return l.read(read)
		}
		select {
		case <-reading:
		case <-ctx.Done():
			return none, catalog.StoreFault(ctx.Err())
		}
	}
}

func (l *lazy[T]) read(read func() (T, error)) (v T, err error) {
	var value *T
	defer func() { // also where the read panics
		l.mu.Lock()
		defer l.mu.Unlock()
		close(l.reading)
		l.value, l.reading = value, nil
	}()
	if v, err = read(); err == nil {
		value = &v
	}
	return v, err
}
