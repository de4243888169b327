package catalog

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/zhitu/zhitu/internal/fault"
)

// MaxItems bounds the items of all lists in one answer. The links of a catalog can be
// quadratic in its size, and no limit on the question foresees that.
const MaxItems = 3_000_000

// request is what one request of a client holds on to. It pins a snapshot, so that
// every part of its answer has one revision.
type request struct {
	mu       sync.Mutex // held while the snapshot is being found
	snapshot atomic.Pointer[Snapshot]
	lang     fault.Lang
	items    atomic.Int64 // in lists that it has been answered with
}

type requestKey struct{}

// BeginRequest returns a context for one request. All questions asked with it are
// answered from one snapshot, and its messages are in a language.
func BeginRequest(ctx context.Context, lang fault.Lang) context.Context {
	return context.WithValue(ctx, requestKey{}, &request{lang: lang})
}

func requestOf(ctx context.Context) *request {
	r, _ := ctx.Value(requestKey{}).(*request)
	if r == nil { // outside of a request every question stands alone
		r = &request{lang: fault.English}
	}
	return r
}

// Lang returns the language of a request's messages.
func Lang(ctx context.Context) fault.Lang { return requestOf(ctx).lang }

// AnsweredRevision returns the revision that a request has pinned, and false where it
// has needed none so far.
func AnsweredRevision(ctx context.Context) (Revision, bool) {
	s := requestOf(ctx).snapshot.Load()
	if s == nil {
		return 0, false
	}
	return s.revision, true
}

// ChargeItems counts a list that becomes part of an answer, and returns it. It refuses
// the list where the answer has grown too large or its time is over.
func ChargeItems[T any](ctx context.Context, list []T) ([]T, error) {
	if err := ctx.Err(); err != nil {
		return nil, StoreFault(err)
	}
	if requestOf(ctx).items.Add(int64(len(list))) > MaxItems {
		return nil, TooManyItems()
	}
	return list, nil
}

// TooManyItems says that an answer has grown too large.
func TooManyItems() error {
	return fault.New(fault.LimitExceeded, "the lists of the answer have more than %d items: ask for less at once", "答案中的列表超过 %d 项：请分次查询", MaxItems)
}

// pinSnapshot returns the snapshot of a request: the one that it has begun to answer
// from, else the current one after catching up.
func (c *Catalog) pinSnapshot(ctx context.Context, catchUp func() error) (*Snapshot, error) {
	r := requestOf(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.snapshot.Load(); s != nil {
		return s, nil
	}
	if err := catchUp(); err != nil {
		return nil, err
	}
	r.snapshot.CompareAndSwap(nil, c.current.Load()) // a writer of the request may have been quicker
	return r.snapshot.Load(), nil
}

// Pin lets the rest of a request answer from a snapshot, such as the one that it has
// written. It takes no lock: a reader of the same request may wait for the writer.
func Pin(ctx context.Context, s *Snapshot) { requestOf(ctx).snapshot.Store(s) }
