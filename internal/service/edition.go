package service

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
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
	// replayRecords is how many records of the catalog one of them may have.
	replayRecords = 10_000
	// retryUnfit is how long a catalog that cannot be used is left alone before
	// it is looked at again.
	retryUnfit = 10 * time.Second
)

// unfitness is why a revision of the store cannot go live.
type unfitness struct {
	revision store.Revision
	found    time.Duration // since the service started
	err      error
}

// request is what one GraphQL request holds on to: every part of its answer
// comes from one edition.
type request struct {
	mu      sync.Mutex // held while the edition is being found
	edition atomic.Pointer[edition]
	lang    fault.Lang
	items   atomic.Int64 // of lists that it has been answered with
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
	e := requestOf(ctx).edition.Load()
	if e == nil {
		return 0, false
	}
	return e.revision, true
}

// maxItems bounds the items of all lists in one answer. What rests on what can be
// quadratic in the catalog, and no limit on the question foresees it.
const maxItems = 3_000_000

// listed hands out a list of an answer, unless the answer has grown too large or
// its time is over.
func listed[T any](ctx context.Context, list []T) ([]T, error) {
	if err := ctx.Err(); err != nil {
		return nil, unavailable(err)
	}
	if requestOf(ctx).items.Add(int64(len(list))) > maxItems {
		return nil, tooLong()
	}
	return list, nil
}

func tooLong() error {
	return fault.New(fault.LimitExceeded, "the lists of the answer have more than %d items: ask for less at once", "答案中的列表超过 %d 项：请分次查询", maxItems)
}

// edition returns the edition for a question that reads no person: the one in
// memory, compared with the store at most once a second.
func (s *Service) edition(ctx context.Context) (*edition, error) {
	return s.answerFrom(ctx, func() error {
		now, last := s.running(), s.checked.Load()
		if now-time.Duration(last) <= checkEvery || !s.checked.CompareAndSwap(last, int64(now)) {
			return nil
		}
		revision, err := s.store.Revision(ctx)
		switch {
		case ctx.Err() != nil:
			return unavailable(ctx.Err())
		case err != nil: // what is in memory is right until somebody says otherwise
			s.log.WarnContext(ctx, "the store does not tell its revision", "error", err)
			return nil
		default:
			return s.catchUp(ctx, revision)
		}
	})
}

// editionAt returns the edition for a question that has read a person at a
// revision: never older than that, but for a request that has begun to answer.
func (s *Service) editionAt(ctx context.Context, revision store.Revision) (*edition, error) {
	return s.answerFrom(ctx, func() error { return s.catchUp(ctx, revision) })
}

// answerFrom returns the edition of a request: the one that it has begun to
// answer from, else the current one after catching up.
func (s *Service) answerFrom(ctx context.Context, catchUp func() error) (*edition, error) {
	r := requestOf(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.edition.Load(); e != nil {
		return e, nil
	}
	if err := catchUp(); err != nil {
		return nil, err
	}
	r.edition.CompareAndSwap(nil, s.current.Load()) // a writer of the request may have been quicker
	return r.edition.Load(), nil
}

// adopt lets the rest of a request see what it has written. It waits for
// nothing: a reader of the same request may wait for the writer.
func adopt(ctx context.Context, e *edition) { requestOf(ctx).edition.Store(e) }

// running returns how long the service has been running. Unlike the time of day
// it never jumps.
func (s *Service) running() time.Duration { return s.clock().Sub(s.started) }

// fit returns why the store's newest revision is not live, nil where it is.
func (s *Service) fit() error {
	if u := s.unfit.Load(); u != nil {
		return u.err
	}
	return nil
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
	if u := s.unfit.Load(); u != nil && u.revision >= revision && s.running()-u.found < retryUnfit {
		return nil // to look again costs a whole Load
	}
	catalog, at := *current.graph.Catalog(), current.revision
	for p, err := range s.store.History(ctx, store.HistoryQuery{After: at, First: replayAtMost, MaxRecords: replayRecords}) {
		if err != nil {
			return unavailable(err)
		}
		// Whatever is odd, loading everything will tell.
		if p.Changes == nil || p.Revision != at+1 || len(catalog.Check(*p.Changes)) > 0 {
			break
		}
		catalog, at = catalog.Apply(*p.Changes), p.Revision
	}
	var err error
	if at < revision {
		err = s.reload(ctx)
	} else {
		err = s.publish(catalog, at)
	}
	if err != nil && fault.CodeOf(err) != fault.Unavailable {
		s.log.ErrorContext(ctx, "the store's newest catalog cannot be used", "revision", revision, "error", err)
		s.unfit.Store(&unfitness{revision, s.running(), fault.Because(err, fault.Unavailable,
			"revision %d of the catalog, edited by other means, breaks the rules and has to be mended there",
			"目录版本 %d 由其他途径编辑，不符合规则，须在原处修复", revision)})
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
	var empty competency.Catalog
	all := competency.ChangeSet{Put: competency.Records{Catalog: catalog}}
	if err := fault.Refuse(empty.Check(all)); err != nil {
		return err
	}
	// Other means may have left out what our own edits always fill in.
	return s.publish(empty.Apply(empty.Resolve(all)), revision)
}

// publish compiles a catalog and makes it live. The caller holds writing.
func (s *Service) publish(catalog competency.Catalog, revision store.Revision) error {
	start := time.Now()
	graph, err := kg.Compile(catalog)
	if problems := cycleProblems(err, competency.ChangeSet{}); len(problems) > 0 {
		return fault.Refuse(problems)
	}
	if err != nil {
		return err
	}
	s.goLive(graph, revision, time.Since(start))
	return nil
}

func (s *Service) goLive(graph *kg.Graph, revision store.Revision, took time.Duration) *edition {
	e := &edition{graph: graph, revision: revision}
	s.current.Store(e)
	s.checked.Store(int64(s.running()))
	s.unfit.Store(nil)
	s.log.Info("the catalog is live", "revision", revision, "points", graph.Points(), "compile_ms", float64(took.Microseconds())/1000)
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
		return fault.Because(err, fault.LimitExceeded, "the change is too large for the store's settings, which the log names: raise them, or make it in parts", "变更超出存储的设置上限（详见日志）：请调高设置或分批进行")
	case errors.Is(err, store.ErrSchema):
		return fault.Because(err, fault.Unavailable, "the data were written by a newer version of zhitu: update this program", "数据由更新版本的 zhitu 写入：请升级本程序")
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.Because(err, fault.Unavailable, "the store cannot be reached in time: try again", "暂时无法访问存储：请稍后重试")
	default:
		return fault.Because(err, fault.Internal, "internal error", "内部错误")
	}
}
