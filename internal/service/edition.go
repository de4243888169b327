package service

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/kg"
	"github.com/zhitu/zhitu/internal/store"
)

const (
	// checkEvery bounds how long a read that needs no store may lag behind.
	checkEvery = time.Second
	// replayAtMost is how many publications are replayed; beyond it loading
	// everything is quicker.
	replayAtMost = 100
)

// request is what one GraphQL request holds on to: every part of its answer
// comes from one edition.
type request struct {
	mu      sync.Mutex
	edition *edition
	lang    fault.Lang
}

type requestKey struct{}

// Begin returns a context for one request. All questions asked with it are
// answered from one edition of the catalog, and its messages are in a language.
func Begin(ctx context.Context, lang fault.Lang) context.Context {
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

// Answered returns the revision from which the request has been answered so
// far, and false where it has not needed one.
func Answered(ctx context.Context) (store.Revision, bool) {
	r := requestOf(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.edition == nil {
		return 0, false
	}
	return r.edition.revision, true
}

// edition returns the edition for a question that reads no person: the one in
// memory, compared with the store at most once a second.
func (s *Service) edition(ctx context.Context) (*edition, error) {
	r := requestOf(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.edition != nil {
		return r.edition, nil
	}
	now, last := time.Now().UnixNano(), s.checked.Load()
	if now-last > int64(checkEvery) && s.checked.CompareAndSwap(last, now) {
		revision, err := s.store.Revision(ctx)
		switch {
		case ctx.Err() != nil:
			return nil, unavailable(ctx.Err())
		case err != nil: // what is in memory is right until somebody says otherwise
			s.log.WarnContext(ctx, "the store does not tell its revision", "error", err)
		default:
			if err := s.catchUp(ctx, revision); err != nil {
				return nil, err
			}
		}
	}
	r.edition = s.current.Load()
	return r.edition, nil
}

// editionAt returns the edition for a question that has read a person at a
// revision: never older than that, but for a request that has begun to answer.
func (s *Service) editionAt(ctx context.Context, revision store.Revision) (*edition, error) {
	r := requestOf(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.edition != nil {
		return r.edition, nil
	}
	if err := s.catchUp(ctx, revision); err != nil {
		return nil, err
	}
	r.edition = s.current.Load()
	return r.edition, nil
}

// adopt lets the rest of a request see what it has written.
func adopt(ctx context.Context, e *edition) {
	r := requestOf(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.edition = e
}

// catchUp makes the store's catalog live if it is newer than ours. A catalog
// that breaks our rules, edited by other means, is reported by Ready, and the
// last good one stays.
func (s *Service) catchUp(ctx context.Context, revision store.Revision) error {
	if s.current.Load().revision >= revision {
		return nil
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.catchUpLocked(ctx, revision)
}

func (s *Service) catchUpLocked(ctx context.Context, revision store.Revision) error {
	current := s.current.Load()
	if current.revision >= revision {
		return nil
	}
	history, err := s.store.History(ctx, current.revision, replayAtMost)
	if err != nil {
		return unavailable(err)
	}
	catalog, at := *current.graph.Catalog(), current.revision
	for _, p := range history {
		if p.Changes == nil || p.Revision != at+1 {
			break
		}
		catalog, at = catalog.Apply(*p.Changes), p.Revision
	}
	if at < revision {
		err = s.reload(ctx)
	} else {
		err = s.publish(catalog, at)
	}
	if err != nil && fault.CodeOf(err) != fault.Unavailable {
		s.log.ErrorContext(ctx, "the store's newest catalog cannot be used", "revision", revision, "error", err)
		s.behind.Store(&err)
		return nil
	}
	return err
}

// reload makes live what the store has published. The caller holds writing.
func (s *Service) reload(ctx context.Context) error {
	catalog, revision, err := s.store.Load(ctx)
	if err != nil {
		return unavailable(err)
	}
	if err := fault.Refuse((competency.Catalog{}).Check(competency.ChangeSet{Put: competency.Records{Catalog: catalog}})); err != nil {
		return err
	}
	return s.publish(catalog, revision)
}

// publish compiles a catalog and makes it live. The caller holds writing.
func (s *Service) publish(catalog competency.Catalog, revision store.Revision) error {
	start := time.Now()
	graph, err := kg.Compile(catalog)
	if err != nil {
		return refuseCycles(err, competency.ChangeSet{})
	}
	s.goLive(graph, revision, time.Since(start))
	return nil
}

func (s *Service) goLive(graph *kg.Graph, revision store.Revision, took time.Duration) *edition {
	e := &edition{graph: graph, revision: revision}
	s.current.Store(e)
	s.checked.Store(time.Now().UnixNano())
	s.behind.Store(nil)
	s.compiled(Compilation{Revision: revision, Points: graph.Points(), Took: took})
	return e
}

// unavailable turns a failure of the store into a fault; one that is a fault
// already stays.
func unavailable(err error) error {
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, store.ErrLimit):
		return fault.Because(err, fault.LimitExceeded, "the change is too large for the store's settings: %v", "变更超出存储的设置上限：%v", err)
	case errors.Is(err, store.ErrSchema):
		return fault.Because(err, fault.Unavailable, "the data were written by a newer version of zhitu: update this program", "数据由更新版本的 zhitu 写入：请升级本程序")
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.Because(err, fault.Unavailable, "the store cannot be reached in time: try again", "暂时无法访问存储：请稍后重试")
	default:
		return fault.Because(err, fault.Internal, "internal error", "内部错误")
	}
}
